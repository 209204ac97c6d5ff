"""Builds that are not wanted, or not safe: each is refused with its reason, and nothing is started."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.embedded import eventually
from tests.workflows.building import Family
from tests.workflows.deployed import Deployed
from tests.workflows.test_recipes import upload


@pytest.fixture
def new(builds: Deployed) -> Family:
    builds.tell("weather/clear")
    return Family(builds)


def refused(family: Family, *reasons: str, times: int = 1) -> None:
    told = family.hears("Build Refused", times)
    assert told["decision"]["verdict"] == {"allowed": False, "reasons": list(reasons)}
    kept = family.evidence(f"decisions/build/family/{family.name}/")
    assert len([each for each in kept.values() if "Build Refused" in each]) == times
    assert not [name for name, status in family.runs().items() if status == "RUNNING"]


def admitted(family: Family) -> None:
    """A build that is asked for again has begun; nothing goes on before its host is there."""
    family.at.tell("hosts/online", tag={"goldsmith:family": family.name}, online=False)
    family.ask(again=True).hears("Build Admitted")
    eventually(lambda: "RUNNING" in family.runs().values())
    family.stop().leaves_nothing()


def test_a_frozen_family_is_built_only_again(new: Family):
    today = datetime.now(UTC).date()
    upload(new, f"freezes: [{{starts: {today}, ends: {today + timedelta(days=1)}, reason: holidays}}]")
    new.hears("Recipe Accepted")

    refused(new.ask(), "frozen")

    admitted(new)


def test_after_three_failures_a_person_has_to_look(new: Family):
    new.accepted()
    new.at.put("Build Failed", *[{"family": new.name, "run": f"build-{new.name}-{n}"} for n in range(3)])
    new.hears("Build Failed", times=3)

    refused(new.ask(), "too_many_failures")

    admitted(new)


def test_what_was_built_just_now_is_not_built_again(new: Family):
    new.accepted().ask().builds().built()

    refused(new.ask(), "nothing_changed")

    admitted(new)


@pytest.fixture
def unblocked(builds: Deployed) -> Iterator[None]:
    ec2 = builds.client("ec2")
    ec2.disable_image_block_public_access()
    yield
    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")


@pytest.mark.usefixtures("unblocked")
def test_where_an_image_could_be_made_public_nothing_is_built(new: Family):
    new.accepted()

    refused(new.ask(), "public_not_blocked")
    refused(new.ask(again=True), "public_not_blocked", times=2)


@pytest.mark.parametrize(
    ("service", "operation"),
    [("ssm", "GetParameter"), ("ec2", "DescribeImages"), ("ec2", "GetImageBlockPublicAccessState")],
)
def test_what_admit_may_not_see_is_an_objection(new: Family, service: str, operation: str):
    new.accepted()
    with new.at.weather(service=service, operation=operation, principal="AdmitBuildRole", effect="deny"):
        refused(new.ask(), "unseen")

    assert operation in str(new.hears("Build Refused")["decision"]["facts"]["unseen"])


def test_a_request_that_nobody_can_read_is_kept_for_a_person(new: Family):
    new.at.undelivered()
    new.at.put("Build Requested", {"family": new.name, "becuase": "a typo"})

    lost = eventually(lambda: new.at.undelivered_by("AdmitBuild"))

    assert lost
    assert lost["responsePayload"]["errorType"] == "NeedsAPerson"
    assert "becuase" in lost["responsePayload"]["errorMessage"]
