"""Whatever befalls a family: its stages follow the table, nothing that is wanted goes, and all comes to rest."""

from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from goldsmith.evidence import tombstone_of
from goldsmith.model import ImageRef
from goldsmith.recipe.document import read
from goldsmith.values.restore import Tombstone, VersionRequest
from goldsmith.vocabulary import Stage, Tag
from tests.act.conftest import ACCOUNT
from tests.act.place import BINNED
from tests.policy.estate import FAMILY, FIRST, LAST, REGIONS, SECOND, VERSIONS, tag
from tests.policy.estate_sweeps import Sweeping
from tests.recipe_text import recipe_text

RECIPE = read(recipe_text(FAMILY, "retirement: {keep: 1}"), "recipes/webapp.yaml", date.min)
GOOD = {Stage.RELEASED, Stage.SUPERSEDED}
QUIET_DAYS, QUIET_SWEEPS = 15, 24
versions, regions, old = st.sampled_from(VERSIONS), st.sampled_from(REGIONS), st.sampled_from([FIRST, SECOND])


class Years(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.estate = Sweeping(RECIPE)

    # ── what we do ──

    @rule(days=st.integers(1, 60))
    def time_passes(self, days: int) -> None:
        self.estate.now += timedelta(days=days)
        for place in self.estate.places.values():
            place.bin = {each: kept for each, kept in place.bin.items() if self.estate.now < kept[1] + BINNED}

    @rule(
        days=st.integers(0, 40),
        blind=st.sampled_from([False] * 4 + [True]),
        lost=st.booleans(),
        retried=st.booleans(),
    )
    def a_sweep(self, days: int, **weather: bool) -> None:
        self.time_passes(days)
        self.estate.sweeps(**weather)
        self.what_is_gone_can_be_brought_back()

    @rule(
        number=st.integers(2, 9), days=st.integers(3, 20), region=regions, call=st.integers(1, 6), retried=st.booleans()
    )
    def sweeps_of_which_one_dies(self, number: int, days: int, region: str, call: int, *, retried: bool) -> None:
        self.estate.places[region].dies_after = call
        for _ in range(number):
            self.a_sweep(days, blind=False, lost=False, retried=retried)

    @rule(number=st.integers(1, len(VERSIONS)))
    def undo(self, number: int) -> None:
        """Of what is disabled or gone, if anything is."""
        there = {v: [image.state for _, image in self.estate.copies(v)] for v in VERSIONS}
        missed = [v for v, states in there.items() if len(states) < len(REGIONS) or "disabled" in states]
        for version in missed[:number]:
            self.estate.restores(VersionRequest(family=FAMILY, version=version, by="ann"))

    @rule(region=regions, call=st.integers(1, 6), effect=st.booleans())
    def who_acts_next_dies(self, region: str, call: int, effect: bool) -> None:  # noqa: FBT001 - as drawn
        setattr(self.estate.places[region], "dies_after" if effect else "dies_before", call)

    # ── what others do ──

    @rule(version=versions, region=regions, lost=st.booleans())
    def a_launch(self, version: str, region: str, lost: bool) -> None:  # noqa: FBT001 - as drawn
        """Of what is disabled it fails, and that is heard unless it is lost."""
        for place, image in self.estate.copies(version):
            if place.region == region and image.state == "available":
                place.users[image.id], image.launched = "arn:aws:ec2:::instance/i-1", self.estate.now
            elif place.region == region and image.stage == Stage.DISABLED and not lost:
                self.estate.restores(VersionRequest(family=FAMILY, version=version, by="scream"))

    @rule(region=regions)
    def all_there_end(self, region: str) -> None:
        self.estate.places[region].users.clear()

    @rule(version=versions, days=st.none() | st.integers(0, 90))
    def a_hold(self, version: str, days: int | None) -> None:
        until = None if days is None else (self.estate.now + timedelta(days=days)).date()
        self.estate.held.pop(version, None)
        if self.estate.holds(version, until):
            self.estate.held[version] = until

    @rule(version=versions)
    def a_release_from_hold(self, version: str) -> None:
        self.estate.held.pop(version, None)
        self.estate.holds(version, None, hold=False)

    @rule(version=st.sampled_from([FIRST, SECOND, LAST]))
    def a_promotion(self, version: str) -> None:
        copies = [image for _, image in self.estate.copies(version)]
        if len(copies) == len(REGIONS) and all(e.state == "available" and e.stage in GOOD for e in copies):
            self.estate.points_to(version)

    @rule(version=versions)
    def somebody_points(self, version: str) -> None:
        if self.estate.copies(version):
            self.estate.pointed, self.estate.by_hand = version, True

    @rule(region=regions)
    def somebody_enables(self, region: str) -> None:
        """All that is disabled there."""
        place = self.estate.places[region]
        for image in place.images.values():
            if (image.stage, image.state) == (Stage.DISABLED, "disabled"):
                place.enable_image(ImageId=image.id)

    @rule(version=old, region=regions, stage=st.sampled_from([Stage.SUPERSEDED, Stage.DEPRECATED]))
    def somebody_tags(self, version: str, region: str, stage: Stage) -> None:
        """But not what they have enabled, and not what is in the channel."""
        for place, image in self.estate.copies(version):
            enabled = (image.stage, image.state) == (Stage.DISABLED, "available")
            if place.region == region and not enabled and version != self.estate.pointed:
                tag(place, image, {Tag.STAGE: stage, Tag.STAGE_SINCE: self.estate.now.isoformat()})

    # ── what must hold ──

    @invariant()
    def what_is_gone_can_be_brought_back(self) -> None:
        for place in self.estate.places.values():
            for image in [each for each, _ in place.bin.values() if not isinstance(each, dict)]:
                ref = ImageRef(image_id=image.id, account=ACCOUNT, region=place.region)
                stone = self.estate.evidence.get(tombstone_of(FAMILY, image.tags["goldsmith:version"], ref), Tombstone)
                assert stone
                assert list(stone.permissions) == self.estate.shares[image.id]
                assert all(each in place.bin or each in place.snapshots for each in image.snapshots)

    @invariant()
    def what_can_be_launched_is_shared_as_it_was(self) -> None:
        every = [image for place in self.estate.places.values() for image in place.images.values()]
        for image in every:
            if image.state == "available" and image.stage != Stage.DISABLED:
                assert image.permissions == self.estate.shares[image.id]

    def teardown(self) -> None:
        """The weather ends; after enough quiet sweeps everything is where the timetable says."""
        for place in self.estate.places.values():
            place.users.clear()
            place.dies_before = place.dies_after = 0
        for version in VERSIONS:
            self.a_release_from_hold(version)
        if self.estate.by_hand:
            self.estate.points_to(LAST)
        for _ in range(QUIET_SWEEPS):
            self.a_sweep(QUIET_DAYS, blind=False, lost=False, retried=False)
        for version in VERSIONS:
            there = [(image.state, image.stage) for _, image in self.estate.copies(version)]
            stays = version in {LAST, self.estate.pointed}
            assert there == ([("available", Stage.RELEASED)] * len(REGIONS) if stays else []), version
        for place in self.estate.places.values():
            assert set(place.snapshots) == {each for image in place.images.values() for each in image.snapshots}


TestYears: Any = Years.TestCase
TestYears.settings = settings(max_examples=60, stateful_step_count=20, deadline=None, derandomize=True)
