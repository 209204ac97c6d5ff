"""May this image, which another builder made, become one of ours?"""

from datetime import datetime

from goldsmith.model import AdoptFacts, Verdict
from goldsmith.rules import AdoptRules
from goldsmith.vocabulary import Reason, Tag


def may_adopt(facts: AdoptFacts, rules: AdoptRules, now: datetime) -> Verdict:
    """A new image of our own account and region that names a family of ours and was never in our hands.

    Tags are cloned by copies and by restoring from S3, so an id tag that is not its own betrays one of ours.
    """
    image = facts.image
    if image is None or facts.unseen:
        return Verdict.unless((True, Reason.UNSEEN))
    return Verdict.unless(
        (image.state != "available", Reason.NOT_AVAILABLE),
        (image.account != facts.home_account, Reason.NOT_OWNED),
        (image.region != facts.home_region, Reason.NOT_HOME),
        (image.public, Reason.PUBLIC),
        (not image.tag(Tag.FAMILY), Reason.NO_FAMILY),
        (bool(image.tag(Tag.FAMILY)) and facts.architectures is None, Reason.NO_RECIPE),
        (image.architecture not in (facts.architectures or {image.architecture}), Reason.NO_ARCHITECTURE),
        (image.tag(Tag.STAGE) is not None, Reason.ALREADY_STAGED),
        (image.tag(Tag.RUN) is not None, Reason.MADE_BY_A_RUN),
        (facts.was_ours, Reason.WAS_OURS),
        (image.tag(Tag.IMAGE) not in {None, image.image_id} or facts.source_was_ours, Reason.COPY_OF_OURS),
        (now - image.created > rules.max_age, Reason.TOO_OLD),
    )
