"""A booted host: units, ports and numbers are real."""

import pytest

from goldsmith.values.host_answers import HostPackages, Inspection, Numbers

BROKEN = "[Service]\nType=oneshot\nExecStart=/bin/false\n[Install]\nWantedBy=multi-user.target\n"
PROMISED = ("--unit", "ssh.service", "--port", "tcp/22", "--package", "openssh-server")


@pytest.fixture
def host(guest):
    guest.boot()
    return guest


def test_a_host_that_came_up_passes(host):
    boot = Inspection.read(host.component("check/boot").stdout)
    assert boot.sound
    assert {"started", "units", "root-writable"} <= set(boot.passed)
    assert {remark.id for remark in boot.skipped} == {"cloud-init", "kernel"}
    service = Inspection.read(host.component("check/service", *PROMISED).stdout)
    assert service.sound
    assert service.passed == ("unit:ssh.service", "port:tcp/22", "package:openssh-server")


def test_a_failing_unit_is_named(guest):
    guest.write("etc/systemd/system/broken.service", BROKEN)
    guest.do("systemctl", "enable", "--quiet", "broken.service")
    guest.boot()
    failed = Inspection.read(guest.component("check/boot").stdout).failed
    assert [(remark.id, remark.where) for remark in failed] == [("units", "broken.service")]


def test_a_unit_that_does_not_run_is_named(host):
    host.do("systemctl", "stop", "ssh.service")
    host.do("systemctl", "disable", "--quiet", "cron.service")
    done = host.component("check/service", *PROMISED, "--unit", "cron.service", "--unit", "nothing.service")
    assert {(remark.id, remark.what) for remark in Inspection.read(done.stdout).failed} == {
        ("unit:ssh.service", "is inactive"), ("port:tcp/22", "nobody listens"), ("unit:cron.service", "is disabled"),
        ("unit:nothing.service", "is inactive"), ("unit:nothing.service", "is not known"),
    }  # fmt: skip


def test_a_port_that_only_the_host_itself_can_reach_is_closed(guest):
    guest.write("etc/ssh/sshd_config.d/local.conf", "ListenAddress 127.0.0.1\n")
    guest.boot()
    found = Inspection.read(guest.component("check/service", "--port", "tcp/22", "--local-port", "tcp/22").stdout)
    assert [remark.id for remark in found.failed] == ["port:tcp/22"]
    assert found.passed == ("local-port:tcp/22",)


def test_a_missing_package_is_named(host):
    host.do("dpkg", "--remove", "--force-all", "curl")
    found = Inspection.read(host.component("check/service", "--package", "curl", "--package", "sudo").stdout)
    assert [remark.id for remark in found.failed] == ["package:curl"]
    assert found.passed == ("package:sudo",)


def test_a_workload_is_tested_by_its_own_commands(host):
    runs = ("--run", "answers=systemctl is-active ssh", "--run", "wrong=echo hunter2; exit 3", "--run", "slow=sleep 60")
    done = host.component("check/workload", "--timeout", "1", *runs)
    found = Inspection.read(done.stdout)
    assert found.passed == ("answers",)
    assert {remark.id: remark.what for remark in found.failed} == {
        "wrong": "ended with 3", "slow": "took more than 1 seconds"
    }  # fmt: skip
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize("check", ["check/service", "check/workload"])
def test_a_check_of_nothing_is_refused(image, check):
    done = image.component(check)
    assert (done.returncode, done.stdout) == (2, "")


def test_without_systemd_running_nothing_is_seen_and_nothing_passes(image):
    for done in (image.component("check/boot"), image.component("check/service", "--unit", "ssh.service")):
        found = Inspection.read(done.stdout)
        assert found.unseen
        assert not set(found.passed) & {"started", "units", "unit:ssh.service"}
        assert done.returncode == 1


def test_numbers_are_measured(host):
    numbers = Numbers.read(host.component("check/numbers").stdout)
    assert numbers.unseen == ()
    assert numbers.boot_seconds
    assert numbers.memory_bytes
    assert numbers.memory_available_bytes
    assert numbers.memory_bytes > numbers.memory_available_bytes
    assert numbers.disk_bytes
    assert numbers.disk_used_bytes
    assert numbers.disk_bytes > numbers.disk_used_bytes


def test_a_number_that_cannot_be_measured_is_unseen_not_zero(image):
    numbers = Numbers.read(image.component("check/numbers").stdout)
    assert numbers.boot_seconds is None
    assert [remark.id for remark in numbers.unseen] == ["bootSeconds"]


def test_an_inventory_lists_who_listens(host):
    assert {"tcp/0.0.0.0:22", "tcp/[::]:22"} <= set(HostPackages.read(host.component("inventory").stdout).ports)
