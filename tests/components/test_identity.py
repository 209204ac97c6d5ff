"""What tells a host from another of the same image."""

import hashlib

import pytest

from goldsmith.values.host_answers import Identity
from tests.components.guest import Guest

MACHINE, SEED, INSTANCE = "0123456789abcdef0123456789abcdef", "not so random", "i-0123456789abcdef0"
SEEDS = ("var/lib/systemd/random-seed", "var/lib/urandom/random-seed")


def identity(guest: Guest) -> Identity:
    done = guest.component("check/identity")
    found = Identity.read(done.stdout)
    assert done.returncode == (1 if found.unseen else 0)
    assert not [secret for secret in (MACHINE, SEED) if secret in done.stdout + done.stderr]
    return found


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def unseen(found: Identity) -> list[str]:
    return [remark.id for remark in found.unseen]


@pytest.fixture
def launched(image: Guest) -> Guest:
    """A clean image as its first boot leaves it, with no cloud-init and no seed."""
    image.do("ssh-keygen", "-A")
    image.write("etc/machine-id", MACHINE)
    return image


def test_a_host_tells_who_it_is(launched):
    launched.write(SEEDS[0], SEED, 0o600)
    launched.write("var/lib/cloud/data/instance-id", f"{INSTANCE}\n")

    found = identity(launched)

    assert (found.machine_id, found.random_seed) == (sha256(MACHINE), sha256(SEED))
    assert (found.cloud_init, found.unseen) == (INSTANCE, ())
    listed = [launched.do("ssh-keygen", "-l", "-f", f"/etc/ssh/{path.name}").split()[1] for path in keys(launched)]
    assert len(listed) > 1
    assert found.host_keys == tuple(sorted(listed))


def keys(guest: Guest):
    return (guest.root / "etc/ssh").glob("ssh_host_*_key.pub")


def test_two_hosts_of_one_image_have_nothing_in_common(launched):
    before = identity(launched)
    for path in (launched.root / "etc/ssh").glob("ssh_host_*"):
        path.unlink()
    launched.do("ssh-keygen", "-A")
    assert not set(before.host_keys) & set(identity(launched).host_keys)


def test_where_there_is_no_seed_and_no_cloud_init_there_is_nothing_to_compare(launched):
    found = identity(launched)
    assert (found.random_seed, found.cloud_init, found.unseen) == (None, None, ())


def test_the_seed_of_an_older_system_is_seen_too(launched):
    launched.write(SEEDS[1], SEED, 0o600)
    assert identity(launched).random_seed == sha256(SEED)


def test_a_clean_image_has_no_identity(image):
    found = identity(image)
    assert (found.machine_id, found.host_keys) == (None, ())
    assert [(remark.id, remark.what) for remark in found.unseen] == [
        ("machineId", "/etc/machine-id is empty"), ("hostKeys", "there is no host key"),
    ]  # fmt: skip


def test_what_should_be_there_and_is_not_is_unseen(launched):
    (launched.root / "etc/machine-id").unlink()
    launched.write("usr/bin/cloud-init", "#!/bin/sh\n", 0o755)
    launched.write(SEEDS[0], "")
    found = identity(launched)
    assert (found.machine_id, found.random_seed, found.cloud_init) == (None, None, None)
    assert unseen(found) == ["machineId", "randomSeed", "cloudInit"]
    assert found.host_keys


def test_a_host_key_that_cannot_be_read_is_unseen_and_the_others_are_not(launched):
    launched.write("etc/ssh/ssh_host_odd_key.pub", "no key\n")
    found = identity(launched)
    assert unseen(found) == ["hostKeys"]
    assert len(found.host_keys) == len([*keys(launched)]) - 1


def test_without_ssh_keygen_no_key_is_seen(launched):
    (launched.root / "usr/bin/ssh-keygen").unlink()
    found = identity(launched)
    assert found.host_keys == ()
    assert set(unseen(found)) == {"hostKeys"}


def test_a_booted_host_has_an_identity(guest):
    guest.boot()
    found = identity(guest)
    assert found.machine_id == sha256((guest.root / "etc/machine-id").read_text())
    assert (bool(found.host_keys), found.unseen) == (True, ())
