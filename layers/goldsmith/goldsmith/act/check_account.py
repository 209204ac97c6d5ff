"""Refuse a deployment to an account in which an image could be made public.  Called by CloudFormation."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from goldsmith.model import Model

BLOCKED: Final = "block-new-sharing"
ANSWER_S: Final = 10


class Checked(Model):
    status: str
    reason: str


def check_account(asked: Mapping[str, Any], *, client: Callable[[str, str], Any], log: str) -> Checked:
    """Look into every region, and answer CloudFormation whatever happens: it would wait for an hour in vain."""
    problems = [] if asked["RequestType"] == "Delete" else _problems(asked["ResourceProperties"]["Regions"], client)
    checked = Checked(status="FAILED" if problems else "SUCCESS", reason="; ".join(problems))
    body = {
        "Status": checked.status,
        "Reason": checked.reason or f"See {log}",
        "PhysicalResourceId": "account-blocks-public-images",
        **{name: asked[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    url, headers = asked["ResponseURL"], {"Content-Type": ""}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="PUT")  # noqa: S310 - CloudFormation's
    urllib.request.urlopen(request, timeout=ANSWER_S).close()  # noqa: S310 - as above
    return checked


def _problems(regions: list[str], client: Callable[[str, str], Any]) -> list[str]:
    """A sentence for each region in which images can be made public, or that does not tell."""
    found = []
    for region in regions:
        try:
            state = client("ec2", region).get_image_block_public_access_state()["ImageBlockPublicAccessState"]
        except (ClientError, BotoCoreError) as error:
            found.append(f"{region} does not tell whether public AMIs are blocked: {error}")
            continue
        if state != BLOCKED:
            found.append(
                f"{region} does not block public AMIs. Run: aws ec2 enable-image-block-public-access "
                f"--image-block-public-access-state {BLOCKED} --region {region}"
            )
    return found
