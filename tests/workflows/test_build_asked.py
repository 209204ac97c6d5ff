"""Asked for often, in vain, or for two architectures at once."""

import pytest

from tests.embedded import eventually
from tests.workflows.building import Family
from tests.workflows.test_build import FAILS, SUCCEEDS


def test_asked_for_three_times_at_once(family: Family):
    family.ask(times=3).builds().built()

    assert list(family.runs()) == [f"build-{family.name}-1"]
    heard = [kind for kind, _ in family.history()]
    assert heard.count("Build Requested") == 3
    eventually(lambda: [kind for kind, _ in family.history()].count("Build Refused") == 2)
    reasons = [each.get("reasons") or each["decision"]["verdict"]["reasons"] for kind, each in family.history()
               if kind == "Build Refused"]  # fmt: skip
    assert all("already_running" in each for each in reasons)


def test_of_a_family_without_a_recipe_the_build_is_refused(builds):
    family = Family(builds)

    refused = family.ask().hears("Build Refused")

    assert refused["decision"]["verdict"]["reasons"] == ["no_recipe"]
    assert not family.runs()


@pytest.mark.parametrize("fails", [False, True], ids=["both", "one fails"])
def test_both_architectures_side_by_side(builds, fails):
    builds.tell("weather/clear")
    family = Family(builds, architectures=("arm64", "x86_64")).accepted()
    family.scripted("nginx", {"status": "InProgress"}).ask()

    eventually(lambda: family.nudge() and len(family.builders()) == 2)  # side by side
    builders = family.builders()
    family.releases(builders["arm64"], SUCCEEDS)
    if not fails:
        family.releases(builders["x86_64"], SUCCEEDS)
        assert len(family.builds().built()["images"]) == 2
        return
    eventually(family.pending)
    family.become()
    family.releases(builders["x86_64"], FAILS)

    detail = family.failed("component nginx on x86_64")

    assert [each["architecture"] for each in detail["failures"]] == ["x86_64"]
    (arm,) = family.images()
    assert arm["Architecture"] == "arm64"
    family.scripted("nginx", SUCCEEDS).ask().completes()
    assert family.images()[0]["ImageId"] == arm["ImageId"]
