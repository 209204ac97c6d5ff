"""Asked for often, in vain, or for two architectures at once."""

import json

import pytest

from goldsmith.recipe.bundle import BundleStep
from tests.embedded import eventually
from tests.workflows.building import Family
from tests.workflows.needs_recipes import DECISION
from tests.workflows.recipes import BASES
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


def test_admitted_by_two_it_is_started_by_one(family: Family):
    detail = {"family": family.name, "again": True, "requested": {"family": family.name}, "decision": DECISION}
    family.at.put("Build Admitted", detail, detail)

    refused = family.hears("Build Refused")

    assert (refused["run"], refused["reasons"]) == (f"build-{family.name}-1", ["already_running"])
    family.builds().built()


def test_of_a_family_without_a_recipe_the_build_is_refused(builds):
    family = Family(builds)

    refused = family.ask().hears("Build Refused")

    assert refused["decision"]["verdict"]["reasons"] == ["no_recipe"]
    assert not family.runs()


@pytest.fixture
def both(builds) -> Family:
    """A family of two architectures, whose builders are held at nginx, side by side."""
    builds.tell("weather/clear")
    family = Family(builds, architectures=("arm64", "x86_64")).accepted()
    return family.scripted("nginx", {"status": "InProgress"}).ask()


def builders(family: Family) -> dict[str, str]:
    """Its builders by architecture, once all are there at the same time."""

    def side_by_side() -> dict[str, str]:
        found = family.builders()
        return found if found.keys() == set(family.architectures) else {}

    return eventually(side_by_side)


def test_both_architectures_side_by_side(both: Family):
    for builder in builders(both).values():
        both.releases(builder, "nginx", SUCCEEDS)

    assert len(both.builds().built()["images"]) == 2


def test_one_architecture_that_fails_sinks_the_version_and_only_it_is_built_again(both: Family):
    hosts = builders(both)
    both.releases(hosts["arm64"], "nginx", SUCCEEDS)
    eventually(both.pending)
    both.become()
    both.releases(hosts["x86_64"], "nginx", FAILS)

    detail = both.failed("component nginx on x86_64")

    assert [each["architecture"] for each in detail["failures"]] == ["x86_64"]
    (arm,) = both.images()
    assert arm["Architecture"] == "arm64"
    both.scripted("nginx", SUCCEEDS).ask().completes()
    assert both.images()[0]["ImageId"] == arm["ImageId"]


def test_built_upon_another_familys_channel(builds):
    builds.tell("weather/clear")
    base = builds.client("ssm").get_parameter(Name=BASES["x86_64"])["Parameter"]["Value"]
    pointer = "/goldsmith/foundation/staging/x86_64"
    builds.client("ssm").put_parameter(Name=pointer, Value=base, Type="String", Overwrite=True)
    family = Family(builds).accepted(base="{channel: {family: foundation, name: staging}}")

    detail = family.ask().builds().built()

    assert detail["plan"]["parts"][0]["base"]["source"] == f"parameter {pointer}"


def test_a_document_of_the_accounts_own_is_a_component(builds):
    builds.tell("weather/clear")
    family = Family(builds)
    name = f"own-{family.name}"
    run = {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": [f": {family.name} own"]}}
    content = json.dumps({"schemaVersion": "2.2", "mainSteps": [run]})
    builds.client("ssm").create_document(Name=name, Content=content, DocumentType="Command")
    family.accepted(BundleStep(name="own", seconds=600, document=name))
    family.scripted("own", {"status": "Success", "stdout": "by a document\n"})

    detail = family.ask().builds().built()

    key = f"{detail['evidence']}/x86_64/02-own/stdout"
    assert family.evidence(key) == {key: "by a document\n"}
