import pytest

from goldsmith.values.estate import IMAGES, SNAPSHOTS, BinRule, versions
from tests.leaving import HOME, NEAR, image, seen

DISABLED = (("goldsmith:stage", "disabled"),)


def test_a_version_is_all_of_its_copies_wherever_they_are():
    there = [
        seen(image("1", "superseded"), image("2", "released")),
        seen(image("1", "deprecated", account_region=NEAR), account_region=NEAR),
    ]
    found = versions(there)
    assert {key: [copy.stage for copy in copies] for key, copies in found.items()} == {
        ("webapp", "1", False): ["superseded", "deprecated"],
        ("webapp", "2", False): ["released"],
    }


def test_what_was_rejected_or_failed_is_a_line_of_its_own():
    rejected = image("1", "disabled", tags={"stage-before": "rejected"})
    found = versions([seen(image("1", "released"), image("1", "failed", account_region=NEAR), rejected)])
    assert {key: len(copies) for key, copies in found.items()} == {("webapp", "1", False): 1, ("webapp", "1", True): 2}


@pytest.mark.parametrize("missing", ["family", "version", "stage"])
def test_an_image_that_does_not_say_what_it_is_is_none_of_ours(missing):
    assert versions([seen(image("1", "superseded", tags={missing: ""}))]) == {}


@pytest.mark.parametrize(("tags", "ours"), [({}, True), ({"image": "ami-other"}, False), ({"run": ""}, False)], ids=str)
def test_a_copy_of_our_tags_does_not_make_it_ours(tags, ours):
    ((copy,),) = versions([seen(image("1", "disabled", tags=tags))]).values()
    assert copy.ours == ours


@pytest.mark.parametrize("since", ["", "yesterday", "2026-05-01T12:00:00"])
def test_a_date_that_cannot_be_read_is_none(since):
    ((copy,),) = versions([seen(image("1", "superseded", tags={"stage-since": since}))]).values()
    assert copy.since is None


@pytest.mark.parametrize(
    ("rules", "recycled"),
    [
        ([BinRule(kind=IMAGES, days=20, tags=DISABLED), BinRule(kind=SNAPSHOTS, days=30, tags=DISABLED)], (20, 30)),
        ([BinRule(kind=IMAGES, days=20), BinRule(kind=SNAPSHOTS, days=30)], (20, 30)),
        ([BinRule(kind=IMAGES, days=20), BinRule(kind=IMAGES, days=40), BinRule(kind=SNAPSHOTS, days=30)], (40, 30)),
        ([BinRule(kind=IMAGES, days=20)], None),
        ([BinRule(kind=SNAPSHOTS, days=20)], None),
        ([BinRule(kind=IMAGES, days=20, but=DISABLED), BinRule(kind=SNAPSHOTS, days=30)], None),
        ([BinRule(kind=IMAGES, days=9, tags=(("team", "web"),)), BinRule(kind=SNAPSHOTS, days=30)], None),
        ([], None),
    ],
    ids=str,
)
def test_what_the_recycle_bin_would_keep(rules, recycled):
    old = image("1", "disabled")
    place = seen(old).model_copy(update={"bin_rules": tuple(rules)})
    assert place.recycled(old) == recycled


def test_the_snapshot_that_is_kept_least_counts():
    old = image("1", "disabled", snapshots=("snap-1", "snap-bare"))
    assert seen(old).model_copy(update={"snapshots": {"snap-1": old.tags}}).recycled(old) is None


def test_a_place_is_named_in_each_doubt():
    assert seen(unseen={"Batch": "denied"}, account_region=HOME).doubts == ["111111111111 us-east-1 Batch: denied"]


@pytest.mark.parametrize("written", ["", " "])
@pytest.mark.parametrize("tag", ["hold", "snooze"])
def test_a_hold_without_a_word_is_a_hold(tag, written):
    ((copy,),) = versions([seen(image("1", "disabled", tags={tag: written}))]).values()
    assert getattr(copy, tag) == "no reason given"


def test_a_snapshot_of_which_nothing_is_known_is_not_taken_to_be_kept():
    rules = (BinRule(kind=IMAGES, days=30), BinRule(kind=SNAPSHOTS, days=30, but=(("team", "web"),)))
    old = image("1", "disabled")
    assert seen(old).model_copy(update={"bin_rules": rules, "snapshots": {}}).recycled(old) is None
