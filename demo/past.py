"""What was there before patch day: the family's versions of the weeks before, as Goldsmith would have left them.

The one that was released two weeks ago is gone: somebody deregistered it by hand.  The one after it was never released.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import boto3

from goldsmith.evidence import birth_of
from goldsmith.gather.build.version import name_image
from goldsmith.model import ImageRef
from goldsmith.recipe.document import Recipe
from goldsmith.vocabulary import EventType, Stage, Tag
from goldsmith_cli.deployment import Deployment

PLACES: Final = ("us-east-1", "eu-west-1")
ARCHITECTURE: Final = "x86_64"
Tell = Callable[..., Any]


class Past(NamedTuple):
    """Built that many weeks ago; in its stage since one week later, or since it came to its regions."""

    weeks: int
    stage: Stage
    since_weeks: int


WEEKS: Final = (
    Past(5, Stage.SUPERSEDED, 4),
    Past(4, Stage.SUPERSEDED, 3),
    Past(3, Stage.SUPERSEDED, 2),
    Past(1, Stage.DISTRIBUTED, 1),
)


def remember(deployment: Deployment, recipe: Recipe, tell: Tell) -> None:
    """Each version at home and in one other region, protected, its birth in the evidence; and a trail that records."""
    now = datetime.now(UTC)
    for past in WEEKS:
        _version(deployment, recipe, past, tell, now)
    _trail(deployment.session, deployment.account)


def _version(deployment: Deployment, recipe: Recipe, past: Past, tell: Tell, now: datetime) -> None:
    built, since = now - timedelta(weeks=past.weeks), now - timedelta(weeks=past.since_weeks)
    version = f"{built:%Y.%m.%d}"
    tags = {
        Tag.FAMILY: recipe.family,
        Tag.VERSION: version,
        Tag.ARCH: ARCHITECTURE,
        Tag.OWNER: recipe.owner.team,
        Tag.RUN: f"distribute-{recipe.family}-{version}-1",
        Tag.BUILD_DATE: built.isoformat(timespec="seconds"),
        Tag.STAGE: past.stage,
        Tag.STAGE_SINCE: since.isoformat(timespec="seconds"),
    }
    images = [_image(deployment, region, tags, built, tell) for region in PLACES]
    named = [each.model_dump(by_alias=True) | {"architecture": ARCHITECTURE} for each in images]
    told = {"family": recipe.family, "version": version, "run": tags[Tag.RUN], "images": named}
    body = json.dumps({"event": EventType.IMAGE_DISTRIBUTED, "time": built.isoformat()} | told)
    for each in images:
        s3 = deployment.session.client("s3")
        s3.put_object(Bucket=deployment.outputs["EvidenceBucket"], Key=birth_of(each), Body=body.encode())


def _image(deployment: Deployment, region: str, tags: dict[Tag, str], built: datetime, tell: Tell) -> ImageRef:
    ec2 = deployment.session.client("ec2", region_name=region)
    name = name_image(tags[Tag.FAMILY], tags[Tag.VERSION], ARCHITECTURE)
    made = tell("images/add", region=region, name=name, encrypted=True, creation_date=built.isoformat())
    written: Any = [{"Key": key.value, "Value": value} for key, value in (tags | {Tag.IMAGE: made["image_id"]}).items()]
    ec2.create_tags(Resources=[made["image_id"], *made["snapshot_ids"]], Tags=written)
    ec2.enable_image_deregistration_protection(ImageId=made["image_id"], WithCooldown=True)
    return ImageRef(image_id=made["image_id"], account=deployment.account, region=region)


def _trail(session: boto3.Session, account: str) -> None:
    """Where none records, a launch that is refused would not be heard of, and nothing would be disabled."""
    name, trails = f"trail-{account}", session.client("cloudtrail")
    session.client("s3").create_bucket(Bucket=name)
    trails.create_trail(Name=name, S3BucketName=name, IsMultiRegionTrail=True)
    trails.start_logging(Name=name)
