"""One thing wrong at a time in a clean image: the right check names it, and nothing else."""

import shutil
from collections.abc import Callable

import pytest

from goldsmith.recipe.component import assembled
from goldsmith.values.host_answers import Inspection
from tests.components.guest import COMPONENTS, Guest

Sabotage = Callable[[Guest], object]
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
TOKEN = "ghp_" + "a1B2" * 9
ACCESS_KEY, SECRET_KEY = "AKIA" + "ABCDEFGHIJKLMNOP", "abcd" * 10
CREDENTIALS = f"[default]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"


def file(path: str, text: str = "left\n", mode: int = 0o600) -> Sabotage:
    return lambda guest: guest.write(path, text, mode)


def host_keys(guest: Guest) -> None:
    assert guest.run("ssh-keygen", "-A").returncode == 0


def line(path: str, old: str, new: str) -> Sabotage:
    def change(guest: Guest) -> None:
        content = (guest.root / path).read_text()
        assert old in content
        (guest.root / path).write_text(content.replace(old, new))

    return change


def setuid(guest: Guest) -> None:
    shutil.copy(guest.root / "usr/bin/bash", guest.root / "usr/local/bin/backdoor")
    (guest.root / "usr/local/bin/backdoor").chmod(0o4755)


HYGIENE: list[tuple[str, Sabotage]] = [
    ("ssh-host-keys", host_keys),
    ("ssh-host-keys", file("etc/ssh/ssh_host_dsa_key.pub")),
    ("authorized-keys", file("root/.ssh/authorized_keys", "ssh-ed25519 AAAA me\n")),
    ("authorized-keys", file("home/admin/.ssh/authorized_keys2", "ssh-ed25519 AAAA me\n")),
    ("ssh-client-files", file("home/admin/.ssh/known_hosts")),
    ("machine-id", file("etc/machine-id", "0123456789abcdef0123456789abcdef\n", 0o444)),
    ("machine-id", lambda guest: (guest.root / "etc/machine-id").unlink()),
    ("random-seed", file("var/lib/systemd/random-seed")),
    ("host-secrets", file("var/lib/systemd/credential.secret")),
    ("cloud-init", file("var/lib/cloud/data/instance-id")),
    ("cloud-init", file("etc/sudoers.d/90-cloud-init-users")),
    ("host-files", file("etc/hostname")),
    ("network-rules", file("etc/udev/rules.d/70-persistent-net.rules")),
    ("dhcp-leases", file("var/lib/dhcp/dhclient.eth0.leases")),
    ("shell-history", file("root/.bash_history", "ls\n")),
    ("cloud-credentials", file("home/admin/.aws/config")),
    ("logs", file("var/log/syslog")),
    ("logs", file("var/log/journal/0123456789abcdef/system.journal")),
    ("logs", file("var/log/.hidden")),
    ("logs", file("var/log/audit/audit.log")),
    ("ssm-logs", file("var/log/amazon/ssm/amazon-ssm-agent.log")),
    ("logs", file("var/log/auth.log.1", "")),
    ("log-state", file("var/lib/rsyslog/imjournal.state")),
    ("update-state", file("var/lib/goldsmith/packages-before")),
    ("mail-and-crashes", file("var/mail/root")),
    ("package-caches", file("var/cache/apt/archives/bash_5_amd64.deb")),
    ("temporary-files", file("tmp/deep/in/it")),
    ("swap-files", file("swapfile")),
    ("builder-files", file("root/TOE_2026.txt")),
    ("ssm-registration", file("var/lib/amazon/ssm/registration")),
    ("root-password", line("etc/shadow", "root:*:", "root:$y$j9T$abc$def:")),
    ("empty-passwords", line("etc/shadow", "bin:*:", "bin::")),
    ("setuid", setuid),
    ("setuid", lambda guest: (guest.root / "usr/bin/find").chmod(0o2755)),
]
SECRETS: list[tuple[set[str], Sabotage]] = [
    ({"private-key"}, file("opt/app/server.pem", KEY)),
    ({"private-key", "world-readable-key"}, file("opt/app/server.pem", KEY, 0o644)),
    ({"private-key"}, file("opt/app/pgp.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n")),
    ({"world-readable-key"}, file("etc/ssh/ssh_host_rsa_key", KEY, 0o644)),
    ({"cloud-credentials", "aws-access-key", "aws-secret-key"}, file("root/.aws/credentials", CREDENTIALS)),
    ({"cloud-credentials"}, file("home/admin/.config/gcloud/credentials.db")),
    ({"aws-access-key"}, file("etc/environment", f"AWS_ACCESS_KEY_ID={ACCESS_KEY}\n")),
    ({"aws-secret-key"}, file("srv/app/.env", f'AWS_SECRET_ACCESS_KEY="{SECRET_KEY}"\n')),
    ({"token", "shell-history"}, file("root/.bash_history", f"curl -H 'Authorization: token {TOKEN}'\n")),
    ({"shell-history"}, file("home/admin/.psql_history", "select 1;\n")),
    ({"token"}, file("etc/npmrc", "//registry/:_authToken=abcdef\n")),
    ({"key-store"}, file("opt/app/server.p12")),
    ({"login-file"}, file("home/admin/.netrc", "machine example.org login me password me\n")),
]


def test_a_clean_image_passes(image):
    for check in ("check/hygiene", "check/secrets"):
        done = image.component(check)
        assert Inspection.read(done.stdout).sound
        assert done.returncode == 0


@pytest.mark.parametrize(("expected", "sabotage"), HYGIENE)
def test_hygiene_names(image, expected, sabotage):
    sabotage(image)
    done = image.component("check/hygiene")
    assert {remark.id for remark in Inspection.read(done.stdout).failed} == {expected}
    assert done.returncode == 1


@pytest.mark.parametrize(("expected", "sabotage"), SECRETS)
def test_secrets_names_without_telling(image, expected, sabotage):
    sabotage(image)
    done = image.component("check/secrets")
    assert {remark.id for remark in Inspection.read(done.stdout).failed} == expected
    assert done.returncode == 1
    assert not [secret for secret in (TOKEN, ACCESS_KEY, SECRET_KEY, "b3BlbnNz") if secret in done.stdout + done.stderr]


def test_every_hygiene_id_is_sabotaged(image):
    ids = set(Inspection.read(image.component("check/hygiene").stdout).passed)
    assert ids == {expected for expected, _ in HYGIENE}


def test_a_key_that_is_meant_to_be_there_is_allowed_by_its_path(image):
    image.write("opt/app/test/server.pem", KEY)
    assert Inspection.read(image.component("check/secrets", "--allow", "/opt/app/test/*").stdout).sound
    assert not Inspection.read(image.component("check/secrets", "--allow", "/opt/other/*").stdout).sound


def test_the_script_itself_which_ssm_keeps_is_no_secret(image):
    script = assembled(COMPONENTS, "check/secrets")
    image.write("var/lib/amazon/ssm/i-0123456789abcdef0/document/orchestration/7d2b/_script.sh", script)
    assert Inspection.read(image.component("check/secrets").stdout).sound


def test_a_setuid_program_that_is_meant_to_be_there_is_allowed_by_its_path(image):
    setuid(image)
    assert Inspection.read(image.component("check/hygiene", "--allow-setuid", "/usr/local/bin/backdoor").stdout).sound


def test_cleaning_removes_what_hygiene_finds(image):
    kept = {"machine-id", "root-password", "empty-passwords", "setuid", "swap-files"}
    for expected, sabotage in HYGIENE:
        if expected not in kept:
            sabotage(image)
    assert image.component("cleanup").returncode == 0
    assert Inspection.read(image.component("check/hygiene").stdout).sound


def test_file_names_cannot_forge_an_answer(image):
    image.write('tmp/"a\\b\té\x01\npassed\tsetuid', "x")
    found = Inspection.read(image.component("check/hygiene").stdout)
    assert {remark.id for remark in found.failed} == {"temporary-files"}
    assert r"\xc3\xa9" in found.failed[0].where
