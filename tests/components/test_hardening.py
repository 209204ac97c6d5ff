"""Each hardened item, undone alone in a hardened image, is reported by its id and nothing else is."""

import subprocess
from typing import NamedTuple

import pytest

from goldsmith.values.host_answers import Alteration, Inspection
from tests.components.guest import COMPONENTS, Guest


class Item(NamedTuple):
    id: str
    kind: str
    subject: str
    value: str
    accepted: str


def items() -> list[Item]:
    table = subprocess.run(
        ["/bin/sh", "-c", f". {COMPONENTS}/cis.sh; cis_items"], capture_output=True, text=True, check=True
    )
    return [Item(*line.split("|")) for line in table.stdout.splitlines()]


ITEMS = items()
WORSE = {  # what a setting is undone to, where it is no matter of yes and no
    "ProcessSizeMax": "2G", "loglevel": "QUIET", "banner": "none", "maxauthtries": "6", "maxstartups": "100:30:200",
    "maxsessions": "20", "logingracetime": "120", "clientaliveinterval": "0", "clientalivecountmax": "0",
    "use_pty": "!use_pty", "logfile": "logfile=/tmp/sudo", "authenticate": "!authenticate",
    "timestamp_timeout": "timestamp_timeout=60", "minlen": "8", "minclass": "1", "ENCRYPT_METHOD": "MD5",
    "PASS_MAX_DAYS": "99999", "PASS_MIN_DAYS": "0", "PASS_WARN_AGE": "3", "UMASK": "022", "FileCreateMode": "0666",
}  # fmt: skip
OTHER = {"yes": "no", "no": "yes", "0": "1", "1": "0", "none": "external", "persistent": "volatile"}


def append(guest: Guest, path: str, line: str) -> None:
    with (guest.root / path).open("a") as file:
        file.write(f"\n{line}\n")


def undo(guest: Guest, item: Item) -> None:
    subject = item.subject
    worse = WORSE.get(subject.split()[-1]) or OTHER.get(item.value, "")
    match item.kind:
        case "sysctl":
            guest.write("etc/sysctl.d/zzz.conf", f"{subject} = {worse}\n")
        case "sshd":
            for name in ("00-first", "zz-last"):  # of MaxStartups, unlike all others, sshd keeps the last it reads
                guest.write(f"etc/ssh/sshd_config.d/{name}.conf", f"{subject} {worse}\n")
        case "mode":
            path = guest.root / subject[1:]
            path.chmod(path.stat().st_mode | 0o026)
        case "sudo":
            guest.write("etc/sudoers.d/zzz", f"Defaults {worse}\n", 0o440)
        case "systemd":
            name, key = subject.split()
            guest.write(f"etc/systemd/{name}.conf.d/zzzz.conf", f"[Section]\n{key}={worse}\n")
        case "login.defs":
            append(guest, "etc/login.defs", f"{subject} {worse}")
        case "pwquality":
            append(guest, "etc/security/pwquality.conf", f"{subject} = {worse}")
        case "rsyslog":
            guest.write("etc/rsyslog.d/zz.conf", f"${subject} {worse}\n")
        case _:
            undo_file(guest, item)


def undo_file(guest: Guest, item: Item) -> None:
    match item.kind:
        case "banner":
            append(guest, item.subject[1:], r"Kernel \r on \m")
        case "chrony":
            conf = guest.root / "etc/chrony/chrony.conf"
            conf.write_text(conf.read_text().replace("pool ", "# pool "))
        case "allow":
            (guest.root / f"etc/{item.subject}.allow").unlink()
        case "useradd":
            append(guest, "etc/default/useradd", "INACTIVE=-1")
        case "profile":
            (guest.root / "etc/profile.d/zz-goldsmith.sh").unlink()
        case "root-group":
            passwd = guest.root / "etc/passwd"
            passwd.write_text(passwd.read_text().replace("root:x:0:0:", "root:x:0:100:"))
        case _:
            pytest.fail(f"nothing undoes {item}")


def test_a_hardened_image_passes(image):
    found = Inspection.read(image.component("check/hardening").stdout)
    assert found.sound
    assert set(found.passed) == {item.id for item in ITEMS}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.id}-{item.subject}")
def test_an_item_undone_is_reported(image, item):
    undo(image, item)
    done = image.component("check/hardening")
    assert {remark.id for remark in Inspection.read(done.stdout).failed} == {item.id}
    assert done.returncode == 1


def test_hardening_mends_what_was_undone(image):
    for item in (item for item in ITEMS if item.subject in {"/etc/crontab", "PASS_MAX_DAYS", "cron", "/etc/issue"}):
        undo(image, item)
    done = Alteration.read(image.component("harden").stdout)
    assert set(done.changed) == {"1.7.2", "1.7.5", "4.1.2", "4.1.8", "4.6.1.1"}
    assert Inspection.read(image.component("check/hardening").stdout).sound


def test_hardening_says_what_it_cannot_mend(image):
    image.write("etc/ssh/sshd_config.d/00-first.conf", "permitrootlogin yes\n")
    done = image.component("harden")
    assert [remark.id for remark in Alteration.read(done.stdout).failed] == ["4.2.7"]
    assert done.returncode == 1


def test_items_are_switched_off_by_id(guest):
    done = Alteration.read(guest.component("harden", "--except", "4.2.13", "--except", "1.7.2").stdout)
    assert {remark.id for remark in done.skipped} == {"4.2.13", "1.7.2"}
    assert not {"4.2.13", "1.7.2"} & {*done.changed, *done.kept}
    assert "allowtcpforwarding" not in (guest.root / "etc/ssh/sshd_config.d/00-goldsmith.conf").read_text()
    found = Inspection.read(guest.component("check/hardening", "--except", "1.7.2").stdout)
    assert {remark.id for remark in found.failed} == {"4.2.13"}


def test_switching_off_what_does_not_exist_is_an_error(image):
    done = image.component("check/hardening", "--except", "9.9.9")
    assert done.returncode == 2
    assert "no such id: 9.9.9" in done.stderr


def test_what_is_not_installed_is_skipped_not_passed(image):
    (image.root / "usr/sbin/sshd").unlink()
    found = Inspection.read(image.component("check/hardening").stdout)
    ssh = {item.id for item in ITEMS if item.kind == "sshd"}
    assert {remark.id for remark in found.skipped} == ssh
    assert not ssh & set(found.passed)


def test_an_sshd_that_cannot_tell_is_unseen(image):
    image.write("etc/ssh/sshd_config.d/00-first.conf", "NoSuchWord yes\n")
    found = Inspection.read(image.component("check/hardening").stdout)
    assert {remark.id for remark in found.unseen} == {item.id for item in ITEMS if item.kind == "sshd"}
    assert not found.sound
