"""Take an AMI of another builder in: it gets a version, a stage, and the tags that ours have."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from goldsmith.errors import NeedsAPerson
from goldsmith.gather.bundles import current
from goldsmith.gather.image import describe, snapshots_of, tags_of
from goldsmith.lifecycle import Deed, moved
from goldsmith.model import AdoptFacts, Image, ImageRef
from goldsmith.policy.decide import Decision
from goldsmith.recipe.bundle import Bundle
from goldsmith.recipe.document import Recipe, read
from goldsmith.values.adopt import Adopted, Adopting
from goldsmith.values.build import Pinned
from goldsmith.vocabulary import Tag

Taken = tuple[Bundle, Pinned, Recipe]
WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
NOT_KNOWN: Final = "unknown"  # another builder does not tell us


def adopt(asked: Adopting, taken: Taken, *, ec2: Any, now: datetime) -> Adopted:
    """Its snapshots first, itself last: what dies in between is a stranger still.  Doing it twice is harmless."""
    decision = Decision.model_validate(asked.decision)
    if not isinstance(decision.facts, AdoptFacts) or decision.facts.image is None or not decision.verdict.allowed:
        raise NeedsAPerson(f"{asked.run}: this decision lets nothing in")
    image, recipe = decision.facts.image, taken[2]
    place = ImageRef(image_id=image.image_id, account=image.account, region=image.region)
    found = describe(place, ec2=ec2)
    if found is None:
        raise NeedsAPerson(f"{image.image_id} is gone from {image.region}")
    snapshots = snapshots_of(found)
    if tags_of(found).get(Tag.RUN) != asked.run:
        written = [{"Key": key.value, "Value": value} for key, value in _tags(image, taken, asked.run, now).items()]
        for each in (*snapshots, image.image_id):
            ec2.create_tags(Resources=[each], Tags=written)
    return Adopted(
        run=asked.run,
        family=recipe.family,
        version=version_of(image),
        owner=recipe.owner.model_dump(),
        image=place,
        architecture=image.architecture,
        name=image.name,
        snapshots=tuple(snapshots),
    )


def recipe_for(asked: Adopting, *, s3: Any, bucket: str) -> Taken:
    """The recipe of the family that the image names; NeedsAPerson if it is gone."""
    image = AdoptFacts.model_validate(asked.decision["facts"]).image
    family = (image and image.tag(Tag.FAMILY)) or ""
    found = current(family, s3=s3, bucket=bucket)
    if found is None:
        raise NeedsAPerson(f"{family} has no recipe here any more: goldsmith apply recipes/{family}.yaml")
    bundle, pinned, _ = found
    return bundle, pinned, read(bundle.text, bundle.path, date.min)


def version_of(image: Image) -> str:
    """As its builder says in a word; else the second of its birth, so that AMIs of one build come together."""
    said = image.tag(Tag.VERSION) or ""
    seconds = image.created.hour * 3600 + image.created.minute * 60 + image.created.second
    return said if WORD.fullmatch(said) else f"{image.created:%Y.%m.%d}.{seconds}"


def _tags(image: Image, taken: Taken, run: str, now: datetime) -> dict[Tag, str]:
    bundle, pinned, recipe = taken
    expires = image.created + timedelta(days=recipe.expiry_days)
    return {
        **moved(Deed.ADOPT, None, now),
        Tag.IMAGE: image.image_id,
        Tag.FAMILY: recipe.family,
        Tag.VERSION: version_of(image),
        Tag.ARCH: image.architecture,
        Tag.OWNER: recipe.owner.team,
        Tag.ENVIRONMENT: recipe.environment,
        Tag.INTENDED_USE: recipe.intended_use,
        Tag.RUN: run,
        Tag.RECIPE_SHA: pinned.sha,
        Tag.SOURCE_COMMIT: bundle.commit,
        Tag.SOURCE_IMAGE: image.source or image.image_id,
        Tag.SOURCE_REGION: image.region,
        Tag.BASE_IMAGE: NOT_KNOWN,
        Tag.BASE_OS: NOT_KNOWN,
        Tag.BUILD_DATE: image.created.isoformat(timespec="seconds"),
        Tag.EXPIRES: f"{expires:%Y-%m-%d}",
    }
