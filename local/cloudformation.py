"""CloudFormation types that ministack lacks (first cut, being rewritten)."""

import io, json, yaml, boto3
from botocore.awsrequest import AWSResponse
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge as EB
from ministack.services.cloudformation import provisioners as PV
from local.bridge import call_moto
from local.patching import patch


def in_process(s):
    """boto3 client whose transport is moto in this process: provisioners run on the event loop, HTTP to ourselves would deadlock."""
    c = boto3.client(s, region_name=get_region(), aws_access_key_id=get_account_id(), aws_secret_access_key="x")

    class Raw(io.BytesIO):
        def stream(self, **k):
            yield self.read()

    def send(request, **k):
        body = request.body or b""
        st, h, b = call_moto(
            s,
            request.method,
            "/",
            {x.lower(): (v.decode() if isinstance(v, bytes) else v) for x, v in request.headers.items()},
            body if isinstance(body, bytes) else body.encode(),
            {},
        )
        return AWSResponse(request.url, st, h, Raw(b))

    c.meta.events.register("before-send", send)
    return c


@patch("AWS::EC2::LaunchTemplate must live in moto")
def cfn_launch_template():
    def create(lid, p, stack):
        r = in_process("ec2").create_launch_template(
            LaunchTemplateName=p.get("LaunchTemplateName") or PV._physical_name(stack, lid),
            LaunchTemplateData=p["LaunchTemplateData"],
            TagSpecifications=p.get("TagSpecifications", []),
        )["LaunchTemplate"]
        return r["LaunchTemplateId"], {
            "LaunchTemplateId": r["LaunchTemplateId"],
            "LaunchTemplateName": r["LaunchTemplateName"],
            "DefaultVersionNumber": "1",
            "LatestVersionNumber": "1",
        }

    PV._RESOURCE_HANDLERS["AWS::EC2::LaunchTemplate"] = {
        "create": create,
        "delete": lambda pid, p: in_process("ec2").delete_launch_template(LaunchTemplateId=pid),
    }


@patch("YAML behind DefinitionUri deploys and then fails at every run")
def cfn_yaml_definitions():
    _sd = PV._sfn_definition
    PV._sfn_definition = lambda props: json.dumps(yaml.safe_load(_sd(props)))


@patch("Object Lock properties are ignored")
def cfn_object_lock():
    _s3c = PV._RESOURCE_HANDLERS["AWS::S3::Bucket"]["create"]

    def s3c(lid, p, stack):
        n, a = _s3c(lid, p, stack)
        if str(p.get("ObjectLockEnabled")).lower() == "true":
            r = ((p.get("ObjectLockConfiguration") or {}).get("Rule") or {}).get("DefaultRetention")
            PV._s3._bucket_object_lock[n] = {
                "enabled": True,
                "default_retention": {"Mode": r["Mode"], "Days": int(r["Days"])} if r else None,
            }
        return n, a

    PV._RESOURCE_HANDLERS["AWS::S3::Bucket"]["create"] = s3c
