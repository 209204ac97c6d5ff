"""Refuse a deployment to an account in which an image could be made public.  Called by CloudFormation."""

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from goldsmith.model import Model

BLOCKED: Final = "block-new-sharing"
ENABLE: Final = "aws ec2 enable-image-block-public-access --image-block-public-access-state"
ANSWER_S: Final = 10
LONGEST: Final = 2_000  # characters of a reason: CloudFormation takes an answer of 4 KiB and waits in vain for a longer


class Checked(Model):
    status: str
    reason: str


def check_account(asked: Mapping[str, Any], *, client: Callable[[str, str], Any], log: str) -> Checked:
    """Look into every region, and answer CloudFormation whatever was seen.  Deleting always succeeds.

    An answer that does not arrive raises, and Lambda calls again while CloudFormation waits.
    """
    deleting = asked["RequestType"] == "Delete"
    problems = [] if deleting else list(_problems(asked["ResourceProperties"]["Regions"], client))
    checked = Checked(status="FAILED" if problems else "SUCCESS", reason="; ".join(problems)[:LONGEST])
    body = {
        "Status": checked.status,
        "Reason": checked.reason or f"See {log}",
        "PhysicalResourceId": "account-blocks-public-images",
        **{name: asked[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    url, headers = asked["ResponseURL"], {"Content-Type": ""}  # any type would break the URL's signature
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="PUT")  # noqa: S310 - CloudFormation's
    urllib.request.urlopen(request, timeout=ANSWER_S).close()  # noqa: S310 - as above
    return checked


def _problems(regions: Sequence[str], client: Callable[[str, str], Any]) -> Iterator[str]:
    """A sentence for the regions in which images can be made public, and for each that does not tell."""
    open_: list[str] = []
    for region in regions:
        try:
            state = client("ec2", region).get_image_block_public_access_state()["ImageBlockPublicAccessState"]
        except (ClientError, BotoCoreError) as error:
            yield f"{region} does not tell whether public AMIs are blocked: {error}"
            continue
        if state != BLOCKED:
            open_.append(region)
    if open_:
        mend = " && ".join(f"{ENABLE} {BLOCKED} --region {region}" for region in open_)
        yield f"AMIs can be made public in {', '.join(open_)}; nothing is deployed to such an account. Run: {mend}"
