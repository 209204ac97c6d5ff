"""What a verification will do: which AMIs, by which recipe, on which hosts.  Reads; changes nothing."""

from datetime import date
from typing import Any, Final

from goldsmith.errors import NeedsAPerson
from goldsmith.gather.build.plan import OUR_KEY
from goldsmith.gather.build.version import images_of
from goldsmith.gather.bundles import current
from goldsmith.gather.image import ebs_volumes, tags_of
from goldsmith.lifecycle import Deed, leads
from goldsmith.model import ImageRef
from goldsmith.recipe.bundle import Bundle
from goldsmith.recipe.document import Recipe, read
from goldsmith.values.build import Chapter, Pinned
from goldsmith.values.verify_facts import Bar, Measures, Waived
from goldsmith.values.verify_plan import Candidate, OnTrial, Trial
from goldsmith.vocabulary import Tag, Verb

Found = dict[str, Any]
MADE_HERE: Final = f"{Verb.BUILD}-"  # how the runs begin that make every architecture of the recipe


def plan_verify(asked: OnTrial, *, s3: Any, bucket: str, ec2: Any) -> Trial:
    """By the recipe that is accepted now: a waiver that came after the build counts.

    NeedsAPerson if there is no recipe, no AMI that may be verified, or more than one of an architecture.
    """
    accepted = current(asked.family, s3=s3, bucket=bucket)
    if accepted is None:
        raise NeedsAPerson(f"{asked.family} has no recipe here: goldsmith apply recipes/{asked.family}.yaml")
    bundle, pinned, _ = accepted
    recipe = read(bundle.text, bundle.path, date.min)  # whether a waiver is past is for the gate to say
    ours = images_of(asked.family, asked.version, ec2=ec2)
    images = [each for each in ours if leads(Deed.VERIFY, tags_of(each).get(Tag.STAGE))]
    if not images:
        raise NeedsAPerson(
            f"no AMI of {asked.family} {asked.version} is in stage candidate, verified or rejected here: "
            f"goldsmith explain {asked.family}@{asked.version} says what became of it"
        )
    parts = tuple(_candidate(each, recipe, ec2.meta.region_name) for each in images)
    if len({each.architecture for each in parts}) < len(parts):
        raise NeedsAPerson(f"{asked.family} {asked.version} has two AMIs of one architecture: deregister one of them")
    expected = _expected(images, recipe)
    return _trial(asked, pinned, bundle, recipe).model_copy(update={"parts": parts, "expected": expected})


def _trial(asked: OnTrial, pinned: Pinned, bundle: Bundle, recipe: Recipe) -> Trial:
    """All but its parts."""
    return Trial(
        run=asked.run,
        family=asked.family,
        version=asked.version,
        owner=recipe.owner.model_dump(),
        bundle=pinned,
        tests=tuple(Chapter(name=each.name, seconds=each.seconds) for each in bundle.tests),
        bar=_bar(recipe),
        rejected_days=recipe.retirement.rejected_days,
        expected=(),
        parts=(),
    )


def _bar(recipe: Recipe) -> Bar:
    gate = recipe.gate
    waivers = tuple(Waived(cve=each.cve, package=each.package, expires=each.expires) for each in gate.waivers)
    budgets = Measures(**recipe.budgets.model_dump())
    return Bar(block_from=gate.block_from, kev=gate.kev, epss=gate.epss, waivers=waivers, budgets=budgets)


def _expected(images: list[Found], recipe: Recipe) -> tuple[str, ...]:
    """What was built here has every architecture of its recipe; an AMI of another builder stands for itself."""
    built = any(tags_of(each).get(Tag.RUN, "").startswith(MADE_HERE) for each in images)
    found = {str(each["Architecture"]) for each in images}
    return tuple(sorted(found | set(recipe.architectures) if built else found))


def _candidate(found: Found, recipe: Recipe, region: str) -> Candidate:
    architecture = found["Architecture"]
    volumes = ebs_volumes(found)
    if architecture not in recipe.architectures:
        raise NeedsAPerson(
            f"{found['ImageId']} is {architecture}, which the recipe of {recipe.family} does not have: add it there"
        )
    here = [each.kms_key for each in recipe.distribution.regions if each.name == region]
    return Candidate(
        architecture=architecture,
        image=ImageRef(image_id=found["ImageId"], account=found["OwnerId"], region=region),
        name=found["Name"],
        root_device=found["RootDeviceName"],
        devices=tuple(volumes),
        image_gib=sum(each.get("VolumeSize", 0) for each in volumes.values()),
        instance_types=recipe.builder.instance_types[architecture],
        subnets=recipe.builder.subnets,
        kms_key=here[0] if here else OUR_KEY,
    )
