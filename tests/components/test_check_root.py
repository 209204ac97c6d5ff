"""The checks that need no running host, on a root that is only a folder here."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from goldsmith_cli.main import app
from tests.components.guest import Guest
from tests.components.test_sabotage import HYGIENE, KEY, SECRETS


def check_root(guest: Guest, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["check-root", str(guest.root), *arguments])


def test_a_clean_root_passes(image):
    done = check_root(image)
    assert done.exit_code == 0, done.output
    assert "check/hardening:" in done.output


def test_a_root_as_its_packages_leave_it_does_not(guest):
    done = check_root(guest)
    assert done.exit_code == 1
    assert "FAILED  check/hygiene  ssh-host-keys  /etc/ssh/ssh_host_rsa_key  left behind" in done.output
    assert "FAILED  check/hardening  4.2.7  permitrootlogin is 'without-password', not no" in done.output
    assert "FAILED  check/hardening  3.3.8  net.ipv4.tcp_syncookies is '', not 1" in done.output


@pytest.mark.parametrize(
    ("check", "expected", "sabotage"),
    [*(("hygiene", {name}, change) for name, change in HYGIENE), *(("secrets", *each) for each in SECRETS)],
)
def test_it_names_what_is_wrong(image, check, expected, sabotage):
    sabotage(image)
    done = check_root(image, "--json", "--check", check)
    failed = {remark["id"] for line in done.output.splitlines() for remark in json.loads(line)["failed"]}
    assert failed == expected
    assert done.exit_code == 1


def test_what_is_meant_to_be_there_is_allowed(image):
    image.write("opt/app/server.pem", KEY)
    (image.root / "usr/bin/find").chmod(0o4755)
    (image.root / "etc/motd").chmod(0o666)
    assert check_root(image).exit_code == 1
    allowed = ("--allow", "/opt/app/*", "--allow-setuid", "/usr/bin/find", "--except", "hardening:1.7.4")
    assert check_root(image, *allowed).exit_code == 0


@pytest.mark.parametrize(
    "wrong", [("--check", "boot"), ("--except", "4.2.7"), ("--except", "hardening:9.9"), ("--check", "../cleanup")]
)
def test_what_does_not_exist_is_refused(image, wrong):
    assert check_root(image, *wrong).exit_code == 2


def test_it_never_looks_outside_the_root(image, tmp_path):
    (tmp_path / "server.pem").write_text(KEY)
    (tmp_path / "syslog.gz").write_text("left\n")
    (image.root / "opt").rmdir()
    (image.root / "opt").symlink_to(tmp_path)
    (image.root / "etc/machine-id").unlink()
    (image.root / "etc/machine-id").symlink_to("/etc/machine-id-of-this-root")
    image.write("etc/machine-id-of-this-root", "")
    done = check_root(image, "--check", "secrets", "--check", "hygiene")
    assert "server.pem" not in done.output
    assert done.exit_code == 0, done.output


def test_a_link_that_leads_out_of_the_root_is_unseen(image, tmp_path):
    (tmp_path / "syslog.gz").write_text("left\n")
    for path in sorted((image.root / "var/log").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    (image.root / "var/log").rmdir()
    (image.root / "var/log").symlink_to(tmp_path)
    done = check_root(image, "--check", "hygiene")
    assert "unseen  check/hygiene  logs  a link in /var/log/syslog.gz leads out of the root" in done.output
    assert done.exit_code == 1


def test_a_folder_that_is_no_root_is_refused(tmp_path):
    assert CliRunner().invoke(app, ["check-root", str(tmp_path)]).exit_code == 2
