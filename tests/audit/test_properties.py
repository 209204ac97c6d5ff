"""Whatever the facts are: an image with any user or any unseen place never may go, and the newest N never do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from goldsmith.model import Model
from goldsmith.policy.audit import answer, last_good, may_go, newer
from goldsmith.rules import AuditRules
from goldsmith.values.usage import AuditedImage, AuditFacts, Use
from goldsmith.vocabulary import Tag

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=8)
INSTANTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given


def by_name(model: type[Model]) -> Callable[..., Any]:
    """st.builds would give the fields their names in JSON."""

    def make(**fields: Any) -> Model:
        return model(**fields)

    return make


IMAGES = st.builds(
    by_name(AuditedImage),
    name=WORDS,
    account=st.just("111111111111"),
    region=st.just("us-east-1"),
    image_id=st.uuids().map(lambda each: f"ami-{each.hex[:17]}"),
    state=st.sampled_from(["available", "disabled", "failed", "pending"]),
    architecture=st.just("x86_64"),
    created=st.none() | INSTANTS,
    launched=st.none() | INSTANTS,
    protection=st.sampled_from(["", "disabled", "enabled-with-cooldown"]),
    tags=st.dictionaries(st.sampled_from([*Tag]), WORDS, max_size=2),
)
USES = st.builds(Use, kind=WORDS, arn=WORDS, how=WORDS)
FACTS = st.builds(
    by_name(AuditFacts), image=IMAGES, family=WORDS, newer=st.integers(0, 9), last_good=st.booleans(),
    used_by=st.lists(USES, max_size=2).map(tuple), unseen=st.frozensets(WORDS, max_size=2), implausible=st.booleans(),
)  # fmt: skip
RULES = st.builds(
    by_name(AuditRules),
    min_age=st.timedeltas(timedelta(0), timedelta(days=999)),
    min_idle=st.timedeltas(timedelta(0), timedelta(days=99)),
    keep=st.integers(1, 9),
)


@given(FACTS, RULES, INSTANTS)
def test_what_has_a_user_or_an_unseen_place_never_may_go(facts: AuditFacts, rules: AuditRules, now: datetime):
    used = facts.model_copy(update={"used_by": facts.used_by or (Use(kind="instance", arn="i-1", how="running"),)})
    unseen = facts.model_copy(update={"unseen": facts.unseen or frozenset({"instances"})})

    assert answer(may_go(used, rules, now)) == "keep"
    assert answer(may_go(unseen, rules, now)) != "may_go"


@given(FACTS, RULES, INSTANTS)
def test_one_more_fact_against_it_never_lets_an_image_go(facts: AuditFacts, rules: AuditRules, now: datetime):
    worse = facts.model_copy(update={"last_good": True, "implausible": True, "newer": 0})

    assert set(may_go(facts, rules, now).reasons) <= set(may_go(worse, rules, now).reasons)


@given(st.lists(IMAGES, min_size=1, max_size=12, unique_by=lambda image: image.image_id), RULES, INSTANTS)
def test_the_newest_of_a_family_and_its_last_good_image_never_go(
    line: list[AuditedImage], rules: AuditRules, now: datetime
):
    ahead, good = newer(line), last_good(line)
    gone = {
        image.image_id
        for image in line
        if may_go(
            AuditFacts(image=image, family="web", newer=ahead[image.image_id], last_good=image == good), rules, now
        ).allowed
    }
    usable = [image for image in line if image.state == "available" and image.created]
    newest = sorted(usable, key=lambda image: image.created or NOW, reverse=True)[: rules.keep]

    assert not gone & {image.image_id for image in newest}
    assert good is None or good.image_id not in gone
