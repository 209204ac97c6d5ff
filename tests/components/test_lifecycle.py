"""From a build host to an image to a host made from it, as on EC2: what each stage leaves to the next."""

import hashlib
import os
from pathlib import Path

from goldsmith.values.host_answers import Alteration, Inspection
from tests.components.guest import Guest
from tests.embedded import eventually

FIRST_BOOT_KEYS = """[Unit]
Before=ssh.service
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
[Install]
WantedBy=multi-user.target
"""
AUDITD = """[Unit]
RefuseManualStop=yes
[Service]
LogsDirectory=audit
ExecStart=/bin/sh -c 'while :; do echo record >>/var/log/audit/audit.log; sleep 0.02; done'
[Install]
WantedBy=multi-user.target
"""


def tree(root: Path) -> dict[str, tuple[object, ...]]:
    """Everything a file system tells about each path, but when it was read."""
    found: dict[str, tuple[object, ...]] = {}
    for folder, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = Path(folder, name)
            stat = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
            target = str(path.readlink()) if path.is_symlink() else ""
            about = (stat.st_mode, stat.st_uid, stat.st_gid, stat.st_mtime_ns, stat.st_nlink)
            found[str(path.relative_to(root))] = (*about, content, target)
    return found


def changes(guest: Guest, component: str) -> set[str]:
    """The paths that a run of the component changes.  Whatever is written to, even its times, gets into the layer."""
    before = tree(guest.layer)
    done = guest.component(component)
    assert done.returncode == 0, done.stdout + done.stderr
    after = tree(guest.layer)
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_hardening_twice_changes_nothing_the_second_time(guest):
    assert "etc/ssh/sshd_config" in changes(guest, "harden")
    assert changes(guest, "harden") == set()


def test_cleaning_twice_changes_nothing_the_second_time(guest):
    guest.boot()
    guest.shut_down()
    first = changes(guest, "cleanup")
    assert {"etc/machine-id", "etc/ssh/ssh_host_rsa_key"} <= first
    assert changes(guest, "cleanup") == set()


def test_a_build_host_is_clean_when_it_was_cleaned_and_still_is_when_it_is_shut_down(guest):
    guest.boot()
    assert not Inspection.read(guest.component("check/hygiene").stdout).sound
    assert guest.component("harden").returncode == 0
    assert "machine-id" in Alteration.read(guest.component("cleanup").stdout).changed
    assert Inspection.read(guest.component("check/hygiene").stdout).sound
    assert Alteration.read(guest.component("cleanup").stdout).changed == ()
    guest.shut_down()
    for check in ("check/hygiene", "check/secrets", "check/hardening"):
        assert Inspection.read(guest.component(check).stdout).failed == ()


def launched(image: Guest) -> None:
    """Boot it as EC2 would: cloud-init, which this Debian lacks, makes the host keys."""
    image.write("etc/systemd/system/first-boot-keys.service", FIRST_BOOT_KEYS)
    image.do("systemctl", "enable", "--quiet", "first-boot-keys.service")
    image.boot()


def test_a_host_made_from_the_image_has_an_identity_of_its_own_and_passes(image):
    launched(image)
    assert len((image.root / "etc/machine-id").read_text()) == 33
    strict = {remark.id for remark in Inspection.read(image.component("check/hygiene").stdout).failed}
    assert strict >= {"ssh-host-keys", "machine-id", "logs"}
    assert Inspection.read(image.component("check/hygiene", "--launched", "yes").stdout).sound
    for check in ("check/boot", "check/hardening", "check/secrets"):
        assert Inspection.read(image.component(check).stdout).sound


def test_what_the_image_held_is_still_named_on_a_host_made_from_it(image):
    for path in ("etc/ssh/ssh_host_dsa_key", "root/.ssh/authorized_keys", "var/log/old.log"):
        os.utime(image.write(path, "left\n", 0o600), (1_700_000_000, 1_700_000_000))
    launched(image)
    found = Inspection.read(image.component("check/hygiene", "--launched", "yes").stdout)
    assert {remark.where for remark in found.failed} == {
        "/etc/ssh/ssh_host_dsa_key", "/root/.ssh/authorized_keys", "/var/log/old.log"
    }  # fmt: skip


def test_a_log_writer_that_refuses_to_be_stopped_is_quiet_before_its_log_is_emptied(guest):
    guest.write("etc/systemd/system/auditd.service", AUDITD)
    guest.do("systemctl", "enable", "--quiet", "auditd.service")
    guest.boot()
    assert guest.do("systemctl", "show", "--value", "--property=Result,SubState", "auditd") == "success\nrunning\n"
    log = guest.root / "var/log/audit/audit.log"
    eventually(lambda: log.exists() and log.stat().st_size)
    assert guest.component("cleanup").returncode == 0
    assert Inspection.read(guest.component("check/hygiene").stdout).sound
    assert guest.run("systemctl", "is-active", "auditd.service").stdout != "active\n"


def test_the_ssm_agent_can_report_the_result_of_the_cleaning(guest):
    state = "var/lib/amazon/ssm/i-0123456789abcdef0/document"
    running = guest.write(f"{state}/orchestration/7d2b/awsrunShellScript/0.awsrunShellScript/stdout", "so far\n")
    current = guest.write(f"{state}/state/current/7d2b.i-0123456789abcdef0", "{}")
    guest.write("var/lib/amazon/ssm/Vault/Store/RegistrationKey", "secret\n")
    log = guest.write("var/log/amazon/ssm/amazon-ssm-agent.log", "hello\n")
    with log.open("a") as held:
        assert "ssm-registration" in Alteration.read(guest.component("cleanup").stdout).changed
        held.write("reported\n")
    assert running.exists()
    assert current.exists()
    assert not (guest.root / "var/lib/amazon/ssm/Vault").exists()
    assert log.read_text() == "reported\n"
