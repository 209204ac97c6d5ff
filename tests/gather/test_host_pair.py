"""Two hosts of one AMI side by side, read from what their tests printed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from goldsmith.gather.verify.host_pair import twins_of, worse
from goldsmith.values.build import Output
from goldsmith.values.verify_facts import Measures, Twins
from goldsmith.values.verify_plan import HostTests, Result
from tests.workflows.answers import PACKAGES, answer, remark

LAUNCHED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SOUND: dict[str, dict[str, Any]] = {"boot": {}, "numbers": {}, "identity": {}, "inventory": {}}


def tried(twin: str, printed: dict[str, str]) -> tuple[HostTests, dict[str, str]]:
    """A host that went through these tests, and the evidence of it."""
    kept = {f"{twin}/{name}": text.replace("{instance}", f"i-{twin}") for name, text in printed.items()}
    results = tuple(
        Result(name=key.partition("/")[2], attempt=1, status="Success", output=Output(stdout=key, stderr=""))
        for key in kept
    )
    online = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
    return HostTests(twin=twin, instance_id=f"i-{twin}", launched=LAUNCHED, online=online, results=results), kept


def compared(a: dict[str, Any], b: dict[str, Any] | None = None) -> Twins:
    """Both hosts, whose answers are changed so; the second like the first if nothing is said."""
    hosts: list[HostTests] = []
    evidence: dict[str, str] = {}
    for twin, changed in (("a", a), ("b", a if b is None else b)):
        host, kept = tried(twin, {name: answer(name, **part) for name, part in (SOUND | changed).items()})
        hosts.append(host)
        evidence |= kept
    return twins_of(hosts, read=evidence.__getitem__, link=lambda key: f"https://{key}")


def test_two_good_hosts():
    twins = compared({})

    assert (twins.alike, twins.differing, twins.unseen) == ((), (), ())
    assert [[each.sound for each in host.checks] for host in twins.hosts] == [[True] * 4] * 2
    assert twins.hosts[0].checks[0].link == "https://a/boot"
    assert twins.hosts[0].measures == Measures(
        seconds_to_ssm_online=30, boot_seconds=9.412, memory_mib=260, disk_gib=1.76
    )


@pytest.mark.parametrize(
    ("changed", "alike"),
    [
        ({"machineId": "same"}, ("machine-id",)),
        ({"hostKeys": ["SHA256:same"]}, ("SSH host keys",)),
        ({"randomSeed": "same"}, ("random seed",)),
        ({"cloudInit": "same"}, ("cloud-init id",)),
        ({"machineId": None, "hostKeys": [], "randomSeed": None, "cloudInit": None}, ()),  # nothing to compare
        ({"machineId": "same", "cloudInit": "same"}, ("machine-id", "cloud-init id")),
    ],
)
def test_what_must_be_each_hosts_own(changed, alike):
    assert compared({"identity": changed}).alike == alike


def test_one_host_key_of_several_is_enough():
    keys = (["SHA256:a", "SHA256:same"], ["SHA256:b", "SHA256:same"])
    one, other = ({"identity": {"hostKeys": each}} for each in keys)
    assert compared(one, other).alike == ("SSH host keys",)


@pytest.mark.parametrize(
    ("packages", "differing"),
    [
        ([PACKAGES[0], "openssl 1:3.2.3 x86_64"], ("openssl: 1:3.2.2-1.amzn2023.0.4 and 1:3.2.3",)),
        ([PACKAGES[0]], ("openssl: 1:3.2.2-1.amzn2023.0.4 and none",)),
        ([*PACKAGES, "zlib 1.3 x86_64"], ("zlib: none and 1.3",)),
    ],
)
def test_what_must_be_equal(packages, differing):
    assert compared({}, {"inventory": {"packages": packages}}).differing == differing


def test_an_inventory_that_was_cut_short_cannot_be_compared():
    (unseen,) = compared({}, {"inventory": {"omitted": 3}}).unseen
    assert unseen.startswith("inventory: ")


@pytest.mark.parametrize("printed", ["", "Killed\n", '{"component":"check/identity"}\n'])
def test_a_host_that_answers_nothing_cannot_be_compared(printed):
    good, kept = tried("a", {name: answer(name) for name in SOUND})
    bad, more = tried("b", {"identity": printed, "inventory": answer("inventory")})
    twins = twins_of((good, bad), read=(kept | more).__getitem__, link=str)
    assert twins.unseen == ("identity: 1 of 2 hosts have one",)
    assert not twins.hosts[1].checks[0].sound


@pytest.mark.parametrize(
    ("changed", "remarks"),
    [
        (
            {"failed": [remark("units", "nginx.service", "is not active")]},
            ("failed: units nginx.service is not active",),
        ),
        ({"unseen": [remark("kernel", what="no journal")]}, ("unseen: kernel no journal",)),
        ({"omitted": 2}, ("2 entries did not fit into its answer",)),
    ],
)
def test_a_check_on_doubt_is_not_sound(changed, remarks):
    (check, *_) = compared({"boot": changed}).hosts[0].checks
    assert (check.sound, check.remarks) == (False, remarks)


def test_only_the_last_attempt_counts_and_a_second_that_is_sound_is_flaky():
    host, kept = tried("a", {"boot": answer("boot", failed=[remark("units")]), "again": answer("boot")})
    first, second = host.results
    again = second.model_copy(update={"name": "boot", "attempt": 2})
    twins = twins_of((host.model_copy(update={"results": (again, first)}),), read=kept.__getitem__, link=str)
    (check,) = twins.hosts[0].checks
    assert (check.sound, check.flaky) == (True, True)


def test_of_each_measure_the_greater():
    one, other = compared({}, {"numbers": {"bootSeconds": 12.5, "diskUsedBytes": None}}).hosts
    assert worse((one, other)) == Measures(seconds_to_ssm_online=30, boot_seconds=12.5, memory_mib=260, disk_gib=1.76)
