"""The recipes that people copy, from `goldsmith apply` to `goldsmith status`, on hosts that answer as real ones."""

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded import ROOT, Embedded, eventually
from tests.workflows import hosts
from tests.workflows.arranging import hears
from tests.workflows.building import Family
from tests.workflows.conftest import deployed_in_a_world
from tests.workflows.deployed import Deployed
from tests.workflows.verifying import Version

GOLDSMITH = ROOT / ".venv/bin/goldsmith"
RUNTIME = {"contains": "python3-venv"}  # the lines that batch-worker's recipe has of its own


@pytest.fixture(scope="module")
def at(embedded: Embedded) -> Deployed:
    """Its own: families are called as the recipes call them, and images become available by themselves."""
    deployed = deployed_in_a_world(embedded)
    deployed.tell("images/hold", on=False)
    for rule in ("ImageBuilt", "ImageVerified"):  # a test says when
        hears(deployed, rule, wanted=False)
    hosts.succeed(deployed.account)
    deployed.tell("hosts/script", match=RUNTIME, outcomes=[{"status": "Success", "stdout": "done\n"}])
    return deployed


def goldsmith(at: Deployed, *words: str) -> "subprocess.Popen[str]":
    """The command as a person starts it."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL": at.account.endpoint, "AWS_ACCESS_KEY_ID": at.account.id, "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1", "COLUMNS": "200",
    }  # fmt: skip
    return subprocess.Popen(
        [GOLDSMITH, *words], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def said(process: "subprocess.Popen[str]") -> tuple[int, str]:
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


REAL = [("webapp-prod", ("x86_64",)), ("batch-worker", ("arm64", "x86_64")), ("debian-base", ("x86_64",))]


@pytest.fixture(params=REAL, ids=[name for name, _ in REAL])
def real(at: Deployed, request) -> Iterator[Family]:
    name, architectures = request.param
    yield Family(at, name, architectures)
    at.tell("weather/clear")


def test_applied_and_built(real: Family):
    code, output = said(goldsmith(real.at, "apply", f"recipes/{real.name}.yaml"))
    assert (code, output.split(":")[0]) == (0, f"{real.name} accepted")

    following = goldsmith(real.at, "build", real.name, "--follow")
    eventually(lambda: following.poll() is not None)

    code, output = said(following)
    assert code == 0, output
    detail = real.built()
    assert output.startswith(f"Image Built {detail['version']}")
    assert all(image["ImageId"] in output for image in real.images())
    code, output = said(goldsmith(real.at, "status", real.name))
    assert (code, f"Image Built {detail['version']}" in output) == (0, True)
    has_its_evidence(real, detail)
    verified(Version(real.at, real.name, real.architectures, version=detail["version"]))


def verified(version: Version) -> None:
    """Its AMIs go through all the tests of the recipe, as a person asks for it and reads of it."""
    named = f"{version.name}@{version.version}"
    following = goldsmith(version.at, "verify", named, "--follow")
    eventually(lambda: following.poll() is not None)

    code, output = said(following)
    assert (code, output.split(":")[0]) == (0, f"{version.name} {version.version} passed")
    version.verified()
    code, output = said(goldsmith(version.at, "explain", named))
    assert code == 0
    for image in version.of_version():
        assert f"{image['ImageId']} ({image['Architecture']}): verified since" in output
    assert output.count("tests are sound") == 2 * len(version.architectures)


def has_its_evidence(real: Family, detail: dict[str, Any]) -> None:
    """What every component printed, among it a whole inventory and a bill of materials."""
    for architecture in real.architectures:
        kept = real.evidence(f"builds/{real.name}/{detail['version']}/{detail['run']}/{architecture}/")
        steps = {key.split("/")[-2].partition("-")[2]: text for key, text in kept.items() if key.endswith("/stdout")}
        assert json.loads(steps["inventory"])["packages"]
        assert json.loads(steps["sbom"])["bomFormat"] == "CycloneDX"
        assert json.loads(steps["hygiene"])["failed"] == []


def test_a_build_that_is_refused_says_why_and_what_lifts_it(at: Deployed):
    code, output = said(goldsmith(at, "build", "nobody", "--follow"))

    assert (code, output) == (1, "Build Refused: no_recipe\n")


def test_a_build_that_fails_shows_the_last_lines_and_where_all_of_it_is(at: Deployed):
    family = Family(at).accepted()
    family.scripted("nginx", {"status": "Failed", "exit": 3, "stderr": "disk is full\n"})

    following = goldsmith(at, "build", family.name, "--follow")
    eventually(lambda: following.poll() is not None)

    code, output = said(following)
    assert code == 1
    assert "component nginx on x86_64 did not succeed: exit status 3" in output
    assert "disk is full" in output
    assert "console.aws.amazon.com/s3/object/" in output


def test_status_shows_where_a_run_stands(at: Deployed):
    family = Family(at).accepted().scripted("nginx", {"status": "InProgress"}).ask()
    eventually(lambda: "nginx" in said(goldsmith(at, "status", family.name))[1])

    _, output = said(goldsmith(at, "status", family.name))

    assert f"build-{family.name}-1 is running" in output
    assert [line for line in output.splitlines() if "x86_64" in line and "Await command" in line and "nginx" in line]
    family.stop()
    family.leaves_nothing()
