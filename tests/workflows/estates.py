"""Where old versions can be had: Goldsmith in one region, and what a test puts there at once."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from goldsmith.evidence import tombstone_of
from goldsmith.model import ImageRef
from goldsmith.values.restore import Tombstone
from goldsmith.values.retire import Copy
from goldsmith.vocabulary import Stage
from sandbox.deploy import deploy_everywhere
from tests.embedded import Embedded, eventually
from tests.rights.grants import note_grants
from tests.workflows.arranging import hears
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.old_ami import Ami
from tests.workflows.retiring import Estate

NUMBERS: Final = count(1)
VERSION: Final = "2026.01.01"
FRIEND: Final = "333333333333"  # with whom an image is shared
LONG_AGO: Final = 20  # days: longer than a version that was rejected is kept


def small_estate(embedded: Embedded) -> Estate:
    """One account, one region: a sweep is over soon.  Retry intervals pass at once."""
    home = embedded.new_account()
    embedded.tell("clock", account=home.id, speed="instant")
    embedded.tell("images/hold", account=home.id)
    at = Deployed(embedded, home, deploy_everywhere(embedded.endpoint, home.id, (HOME,)))
    note_grants(home, {"goldsmith": HOME, "goldsmith-region": HOME, "goldsmith-member": HOME})
    hears(at, "ImageDistributed", wanted=False)
    made = Estate(at, embedded.new_account()).recorded()
    made.heard()
    return made


def nobodys() -> str:
    """A family without a recipe."""
    return f"nobodys-{next(NUMBERS)}"


def aside(estate: Estate, stage: str = "rejected", **more: Any) -> Ami:
    """One that is due to be disabled, if a report says that nobody uses it."""
    (ami,) = estate.version(nobodys(), VERSION, stage, days=LONG_AGO, **more)
    estate.born()
    return ami


def reported(estate: Estate) -> Ami:
    """One that the next sweep disables."""
    ami = aside(estate, share=({"UserId": FRIEND},))
    ami.ec2.create_image_usage_report(ImageId=ami.id, ResourceTypes=[{"ResourceType": "ec2:Instance"}])
    return ami


def fallen(estate: Estate) -> Ami:
    """One whose brown-out a sweep began, and the next one finishes."""
    ami = aside(estate, "failed")
    ami.ec2.create_image_usage_report(ImageId=ami.id, ResourceTypes=[{"ResourceType": "ec2:Instance"}])
    ami.ec2.disable_image(ImageId=ami.id)
    return ami


def leaving(estate: Estate) -> Ami:
    """One that the next sweep deregisters."""
    ami = aside(estate, "disabled", tags={"stage-before": "rejected"})
    ami.ec2.disable_image(ImageId=ami.id)
    ami.ec2.create_image_usage_report(ImageId=ami.id, ResourceTypes=[{"ResourceType": "ec2:Instance"}])
    return ami


def buried(estate: Estate) -> Ami:
    """One that is disabled, and whose tombstone says what it was."""
    (ami,) = estate.version(nobodys(), VERSION, "disabled")
    ami.ec2.disable_image(ImageId=ami.id)
    tags, now = ami.tags(), datetime.now(UTC)
    stone = Tombstone(
        copy_=_before(ami, now),
        family=tags["goldsmith:family"],
        version=VERSION,
        tags=tags,
        snapshot_tags={},
        permissions=({"UserId": FRIEND},),
        kept_at=now,
    )
    key = tombstone_of(stone.family, VERSION, stone.copy_.image)
    body, bucket = stone.model_dump_json(by_alias=True).encode(), estate.at.outputs["EvidenceBucket"]
    estate.at.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    return ami


def _before(ami: Ami, now: datetime) -> Copy:
    return Copy(
        image=ImageRef(image_id=ami.id, account=ami.account.id, region=ami.region),
        name="x",
        architecture="x86_64",
        state="available",
        stage=Stage.DEPRECATED,
        deprecated_at=now - timedelta(days=30),
        protection="enabled-with-cooldown",
        snapshots=tuple(ami.snapshots()),
    )


def binned(estate: Estate) -> tuple[Ami, str]:
    """The same, gone since; and its family, which it cannot tell any more."""
    ami = buried(estate)
    family = ami.tags()["goldsmith:family"]
    ami.ec2.deregister_image(ImageId=ami.id, DeleteAssociatedSnapshots=True)
    return ami, family


def sweep(estate: Estate) -> None:
    quiet(estate)
    estate.at.sweep("FindDueVersions")


def quiet(estate: Estate) -> None:
    """No sweep is under way: there is one at a time."""
    asked = {"stateMachineArn": f"{estate.at.outputs['StateMachines']}retire", "statusFilter": "RUNNING"}
    eventually(lambda: not estate.at.client("stepfunctions").list_executions(**asked)["executions"])


def ask(estate: Estate, family: str, event_type: str = "Restoration Requested", **more: Any) -> None:
    estate.at.put(event_type, {"family": family, "version": VERSION, "by": "ann", "reason": "we need it"} | more)


def start_cold(at: Deployed, name: str) -> None:
    """Its next invocation has entered no role yet: whoever is warm holds on to the credentials that he was given."""
    asked = {"FunctionName": at.function(name), "MemorySize": 1024 + next(NUMBERS)}
    at.client("lambda").update_function_configuration(**asked)


def failures(estate: Estate, family: str) -> str:
    """What was said to have failed with it, or to be left."""
    return json.dumps([[each.get("failures"), each.get("left")] for each in estate.told(family)])
