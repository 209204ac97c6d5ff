"""The image that is in use now, and what was kept of its own verification: what a new version is held against."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from goldsmith.errors import CannotTell
from goldsmith.gather.image import tags_of
from goldsmith.ledger.table import Ledger
from goldsmith.model import FamilyRef
from goldsmith.values.host_answers import HostPackages
from goldsmith.values.verify_facts import Finding, Released
from goldsmith.values.verify_plan import Candidate, EvidenceKeys, Trial
from goldsmith.vocabulary import EventType, Stage, Tag

LIST: Final = TypeAdapter(tuple[Finding, ...])
Read = Callable[[str], str]


@dataclass(frozen=True)
class Before:
    """The released image with all that was found in it."""

    released: Released
    findings: tuple[Finding, ...]
    inventory: HostPackages


def before(part: Candidate, trial: Trial, *, ec2: Any, ledger: Ledger, read: Read) -> Before | None:
    """None if nothing of this architecture is released; CannotTell if nothing is known of what is."""
    found = _newest(part, trial, ec2=ec2)
    if found is None:
        return None
    version = tags_of(found)[Tag.VERSION]
    kept = _kept(trial.family, version, part.architecture, ledger=ledger)
    if kept is None:
        known = f"{trial.family} {version} ({found['ImageId']})"
        raise CannotTell(
            f"the ledger has no Image Verified of the released {known} to hold it against: "
            f"give that AMI another {Tag.STAGE} to go on without"
        )
    return Before(
        Released(version=version, image_id=found["ImageId"], measures=kept.measures),
        LIST.validate_json(read(kept.findings)),
        HostPackages.read(read(kept.inventory)),
    )


def _newest(part: Candidate, trial: Trial, *, ec2: Any) -> dict[str, Any] | None:
    wanted = {f"tag:{Tag.FAMILY}": trial.family, f"tag:{Tag.STAGE}": Stage.RELEASED, "architecture": part.architecture}
    filters = [{"Name": name, "Values": [str(value)]} for name, value in wanted.items()]
    pages = ec2.get_paginator("describe_images").paginate(Owners=["self"], Filters=filters, IncludeDeprecated=True)
    ours = [image for page in pages for image in page["Images"] if tags_of(image).get(Tag.IMAGE) == image["ImageId"]]
    return max(ours, key=lambda image: (image["CreationDate"], image["ImageId"]), default=None)


def _kept(family: str, version: str, architecture: str, *, ledger: Ledger) -> EvidenceKeys | None:
    for _, kind, detail in ledger.history(FamilyRef(family=family).place, newest_first=True):
        if kind == EventType.IMAGE_VERIFIED and detail["version"] == version:
            found = [
                EvidenceKeys.model_validate(each) for each in detail["kept"] if each["architecture"] == architecture
            ]
            return next(iter(found), None)
    return None
