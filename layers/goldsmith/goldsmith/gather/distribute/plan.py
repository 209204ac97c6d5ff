"""What a distribution will do: which AMIs go where, by which recipe.  Reads; changes nothing."""

from datetime import date
from typing import Any, Final

from goldsmith.errors import NeedsAPerson
from goldsmith.gather.build.version import images_of, name_image
from goldsmith.gather.bundles import current
from goldsmith.gather.image import tags_of
from goldsmith.model import ImageRef
from goldsmith.recipe.document import Recipe, read
from goldsmith.values.distribute import Leg, Route, Sharing, Spread
from goldsmith.vocabulary import Stage, Tag

GOES_OUT: Final = frozenset({Stage.VERIFIED, Stage.DISTRIBUTED, Stage.RELEASED})


def plan_distribute(asked: Spread, *, s3: Any, bucket: str, ec2: Any) -> Route:
    """By the recipe that is accepted now: a region that was added since gets its copy too.

    NeedsAPerson if there is no recipe, or no AMI that was verified.
    """
    accepted = current(asked.family, s3=s3, bucket=bucket)
    if accepted is None:
        raise NeedsAPerson(f"{asked.family} has no recipe here: goldsmith apply recipes/{asked.family}.yaml")
    recipe = read(accepted[0].text, accepted[0].path, date.min)  # a waiver that is past holds up nothing here
    images = [i for i in images_of(asked.family, asked.version, ec2=ec2) if tags_of(i).get(Tag.STAGE) in GOES_OUT]
    if not images:
        raise NeedsAPerson(
            f"no AMI of {asked.family} {asked.version} is verified in {ec2.meta.region_name}: "
            f"goldsmith explain {asked.family}@{asked.version} says what became of it"
        )
    to = recipe.distribution
    return Route(
        run=asked.run,
        family=asked.family,
        version=asked.version,
        owner=recipe.owner.model_dump(),
        channel=recipe.channels[0],
        sharing=Sharing(
            accounts=to.accounts, organizations=to.organizations, organizational_units=to.organizational_units
        ),
        legs=tuple(leg for image in images for leg in _legs(image, recipe, asked.version, ec2.meta.region_name)),
    )


def _legs(found: dict[str, Any], recipe: Recipe, version: str, home: str) -> tuple[Leg, ...]:
    source = ImageRef(image_id=found["ImageId"], account=found["OwnerId"], region=home)
    architecture = found["Architecture"]
    return tuple(
        Leg(
            architecture=architecture,
            region=region.name,
            source=source,
            name=found["Name"] if region.name == home else name_image(recipe.family, version, architecture),
            kms_key=region.kms_key,
            best_effort=region.best_effort,
        )
        for region in recipe.distribution.regions
    )
