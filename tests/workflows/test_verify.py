"""A version is launched twice, tested and judged; whatever comes of it no host is left and all reasons are told."""

import pytest

from goldsmith.recipe.bundle import TESTS
from tests.workflows.answers import PACKAGES, outcome, remark
from tests.workflows.verifying import Version

CHECKS = ("boot", "service", "workload", "hygiene", "secrets", "hardening")


def test_a_good_one(version: Version):
    detail = version.recipe(tests=TESTS).verify().verified()

    (card,) = detail["cards"]
    assert (card["against"], card["lineage"]) == ("", [card["imageId"]])
    assert card["measures"]["bootSeconds"] == 9.412
    assert card["measures"]["imageGib"] == 8
    for twin in ("a", "b"):
        checks = version.twin(detail, twin)["checks"]
        assert [(each["name"], each["sound"], each["flaky"]) for each in checks] == [(t, True, False) for t in TESTS]
    kept = version.evidence(f"{detail['evidence']}/x86_64/b/00-boot/")
    assert [key.rpartition("/")[2] for key in kept] == ["stdout"]


# ── tests ──


@pytest.mark.parametrize("test", CHECKS)
def test_a_test_that_fails(version: Version, test):
    version.recipe(tests=(*dict.fromkeys((*CHECKS[:1], test)), "numbers", "identity", "inventory"))
    version.scripted(f"test-{test}", outcome(test, failed=[remark("nginx.service", what="is not active")]))

    detail = version.verify().rejected("test_failed")

    assert f"{test}" in detail["objections"][0]
    assert "nginx.service is not active" in detail["objections"][0]
    assert len(version.evidence(f"{detail['evidence']}/x86_64/a/")) > 1


def test_what_a_test_cannot_see_is_no_pass(version: Version):
    version.scripted("test-boot", outcome("boot", unseen=[remark("units", what="systemctl is missing")]))
    detail = version.verify().rejected("test_failed")
    assert "systemctl is missing" in detail["objections"][0]


def test_a_test_that_answers_nothing(version: Version):
    version.scripted("test-boot", {"status": "Success", "stdout": "all is well\n"})
    detail = version.verify().rejected("test_failed")
    assert "printed no answer" in detail["objections"][0]


def test_a_flaky_test_is_run_once_more_and_told(version: Version):
    fails, succeeds = outcome("boot", failed=[remark("units")]), outcome("boot")

    detail = version.scripted("test-boot", fails, succeeds).verify().verified()

    (card,) = detail["cards"]
    assert card["flaky"] == ["boot"]
    again = version.evidence(f"{detail['evidence']}/x86_64/a/00-boot") | version.evidence(
        f"{detail['evidence']}/x86_64/b/00-boot"
    )
    assert sum("-again/" in key for key in again) == 1


def test_twins_with_the_same_host_keys(version: Version):
    version.scripted("test-identity", outcome("identity", hostKeys=["SHA256:baked-in"]))
    detail = version.verify().rejected("twins_alike")
    assert "SSH host keys" in detail["objections"][0]


def test_twins_with_different_packages(version: Version):
    other = (PACKAGES[0], "openssl 1:3.2.3-1.amzn2023.0.1 x86_64")
    version.scripted("test-inventory", outcome("inventory"), outcome("inventory", packages=list(other)))
    detail = version.verify().rejected("twins_differ")
    assert "openssl" in detail["objections"][0]


def test_a_budget_that_is_exceeded(version: Version):
    detail = version.recipe("budgets: {boot_seconds: 9}\n").verify().rejected("over_budget")
    assert "9.4" in detail["objections"][0]


def test_it_grew_against_the_released_one(version: Version):
    version.scripted("test-numbers", outcome("numbers"), ami="none yet").released()
    version.scripted("test-numbers", outcome("numbers", bootSeconds=61.5))
    detail = version.verify().rejected("over_released")
    assert "61.5" in detail["objections"][0]
    assert "2026.11.01" in detail["objections"][0]


# ── hosts ──


def test_a_host_that_never_reports(version: Version):
    version.at.tell("hosts/online", tag={"goldsmith:family": version.name}, online=False)
    version.at.tell("hosts/console", tag={"goldsmith:family": version.name}, output="kernel panic")
    version.verify().reaches("Await agent").looks_again("Await agent")

    detail = version.rejected("not_tested", "unseen")

    assert any("did not see the host online within 15 minutes" in each for each in detail["objections"])
    assert version.evidence(f"{detail['evidence']}/x86_64/a/console")


def test_a_host_whose_checks_fail(version: Version):
    version.at.tell("hosts/status", tag={"goldsmith:family": version.name}, instance="impaired")
    detail = version.verify().rejected("not_tested", "unseen")
    assert any("impaired" in each for each in detail["objections"])


def test_no_room_for_its_hosts(version: Version):
    version.at.tell(
        "weather", service="ec2", operation="RunInstances", effect="fail", code="InsufficientInstanceCapacity"
    )
    detail = version.verify().rejected("not_tested", "unseen")
    assert any("no room for a host of" in each for each in detail["objections"])


def test_room_on_the_second_choice(version: Version):
    version.at.tell(
        "weather", service="ec2", operation="RunInstances", effect="fail", code="InsufficientInstanceCapacity", times=2
    )
    version.verify().verified()


def test_a_host_somebody_ends(version: Version):
    version.scripted("test-boot", {"status": "InProgress"}).verify()
    hosts = version.hosts(2)
    version.reaches("Await test")
    version.at.client("ec2").terminate_instances(InstanceIds=hosts)

    version.looks_again("Await test")

    version.rejected("not_tested", "test_failed", "unseen")
