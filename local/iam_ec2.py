"""Which resources and condition keys AWS evaluates for EC2 (first cut, being rewritten)."""

import ministack.core.iam_actions as IA, ministack.services.tagging as TG
from ministack.core.responses import get_account_id
from moto.ec2.models import ec2_backends
from local.patching import patch


@patch("image ARNs carry an account id; tags of EC2 resources unknown")
def ec2_arns():
    _era = IA.extract_resource_arn

    def era(service, method, path, headers, body, qp, region, acct):
        a = _era(service, method, path, headers, body, qp, region, acct)
        if service == "ec2" and a.split(":", 5)[-1].split("/")[0] in ("image", "snapshot"):
            p = a.split(":")
            p[4] = ""
            a = ":".join(p)
        return a

    IA.extract_resource_arn = era
    _rt = TG.resource_tags

    def rt(arn):
        p = arn.split(":", 5)
        if len(p) == 6 and p[2] == "ec2" and "/" in p[5]:
            return dict(ec2_backends[get_account_id()][p[3]].tags.get(p[5].split("/")[1], {}))
        return _rt(arn)

    TG.resource_tags = rt
