"""May a build take on the AMI that an earlier attempt at the same version has made?  Else the name is taken."""

from goldsmith.lifecycle import Deed, leads
from goldsmith.model import Verdict
from goldsmith.run import LIVE
from goldsmith.values.outcome import ClaimFacts
from goldsmith.vocabulary import Reason, Stage, Tag


def may_claim(facts: ClaimFacts) -> Verdict:
    """Only what a run of ours made whole, of this very recipe and base, and then could not report.

    CreateImage is called when every component has succeeded, so an AMI that is there is whole, even if it is in stage
    `failed` because its run was stopped, or another architecture was not built.
    """
    image, born = facts.image, facts.born
    ours = born is not None and born.name == image.name and born.instance_id == facts.source_instance
    return Verdict.unless(
        (image.state not in {"pending", "available"}, Reason.NOT_AVAILABLE),
        (not ours, Reason.NOT_OURS),
        (not leads(Deed.CLAIM, image.tag(Tag.STAGE)), Reason.ALREADY_STAGED),
        (facts.run_status in LIVE, Reason.ALREADY_RUNNING),
        (facts.run_status == "SUCCEEDED" and image.tag(Tag.STAGE) == Stage.CANDIDATE, Reason.ALREADY_BUILT),
        (image.tag(Tag.RECIPE_SHA) != facts.recipe_sha, Reason.RECIPE_CHANGED),
        (image.tag(Tag.BASE_IMAGE) != facts.base_image, Reason.BASE_CHANGED),
    )
