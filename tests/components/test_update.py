"""Updates, agents and nginx, from a repository that a test makes in the guest itself."""

import hashlib

import pytest

from goldsmith.values.host_answers import Alteration, Change, Update
from tests.components.guest import Guest

BUILD = """
set -e
mkdir -p /srv/repository "/tmp/$1/DEBIAN" "/tmp/$1/usr/lib/systemd/system"
cat >"/tmp/$1/usr/lib/systemd/system/$1.service" <<EOF
[Service]
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
EOF
cat >"/tmp/$1/DEBIAN/control" <<EOF
Package: $1
Version: $2
Architecture: all
Maintainer: Test <t@example.org>
Description: test
EOF
dpkg-deb --build "/tmp/$1" "$3" >&2
rm -r "/tmp/$1"
"""


def package(guest: Guest, name: str, version: str, path: str = "") -> str:
    """Build an empty package inside; returns its path."""
    path = path or f"/srv/repository/{name}_{version}.deb"
    (guest.root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
    assert guest.run("sh", "-c", BUILD, "build", name, version, path).returncode == 0
    return path


def repository(guest: Guest, *packages: tuple[str, str]) -> None:
    """Make this the guest's only repository."""
    entries = []
    for name, version in packages:
        content = (guest.root / package(guest, name, version)[1:]).read_bytes()
        entries.append(
            f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Test <t@example.org>\n"
            f"Filename: ./{name}_{version}.deb\nSize: {len(content)}\n"
            f"SHA256: {hashlib.sha256(content).hexdigest()}\nDescription: test\n"
        )
    guest.write("srv/repository/Packages", "\n".join(entries))
    guest.write("etc/apt/sources.list", "deb [trusted=yes] file:/srv/repository ./\n")


@pytest.fixture
def outdated(guest):
    """It has sample 1.0-1, and its repository has 2:1.0-1 and something new that sample does not need."""
    guest.do("dpkg", "--install", package(guest, "sample", "1.0-1", "/srv/old.deb"))
    repository(guest, ("sample", "2:1.0-1"), ("unwanted", "1"))
    return guest


def kernel(guest: Guest, release: str) -> None:
    (guest.root / "lib/modules" / release).mkdir(parents=True, exist_ok=True)


def test_updates_are_installed_and_named(outdated):
    done = outdated.component("update")
    update = Update.read(done.stdout)
    assert done.returncode == 0, done.stderr
    assert update.changes == (Change("sample", "1.0-1", "2:1.0-1"),)
    assert (update.release, update.reboot_due, update.failed) == ("12", False, ())


def test_a_second_run_changes_nothing_and_still_names_what_the_build_changed(outdated):
    first = outdated.component("update")
    assert outdated.component("update").stdout == first.stdout
    assert outdated.component("cleanup").returncode == 0
    assert Update.read(outdated.component("update").stdout).changes == ()


def test_a_newer_kernel_asks_for_a_reboot_once(outdated):
    kernel(outdated, "999.0-test")
    done = outdated.component("update")
    assert done.returncode == 194
    update = Update.read(done.stdout)
    assert update.reboot_due
    assert [change.name for change in update.changes] == ["sample"]
    assert outdated.component("update").returncode == 194, "nobody has rebooted yet"
    (outdated.root / "var/lib/goldsmith/rebooted-from").write_text("another boot\n")
    again = outdated.component("update")
    assert again.returncode == 1, "a host that never boots its new kernel must not reboot for ever"
    assert [remark.id for remark in Update.read(again.stdout).failed] == ["reboot"]
    both = Update.read(done.stdout + again.stdout)
    assert both == Update.read(again.stdout), "SSM may keep the output of both runs"


def test_the_running_kernel_asks_for_nothing(outdated):
    kernel(outdated, outdated.run("uname", "-r").stdout.strip())
    assert outdated.component("update").returncode == 0


def test_a_package_manager_that_fails_is_a_failure(outdated):
    (outdated.root / "srv/repository/sample_2:1.0-1.deb").unlink()
    done = outdated.component("update")
    assert done.returncode == 1
    assert [remark.id for remark in Update.read(done.stdout).failed] == ["upgrade"]


def test_agents_come_from_a_repository_that_has_them(guest):
    repository(guest, ("amazon-ssm-agent", "3"), ("amazon-cloudwatch-agent", "1"))
    done = guest.component("agents")
    assert Alteration.read(done.stdout).changed == ("amazon-ssm-agent", "amazon-cloudwatch-agent"), done.stderr
    again = Alteration.read(guest.component("agents").stdout)
    assert again.changed == ()
    wanted = {path.name for path in (guest.root / "etc/systemd/system/multi-user.target.wants").iterdir()}
    assert "amazon-ssm-agent.service" in wanted
    assert "amazon-cloudwatch-agent.service" not in wanted, "it has nothing to do before it is configured"
    assert again.kept == ("amazon-ssm-agent", "amazon-cloudwatch-agent")


def test_agents_come_from_aws_where_no_repository_has_them(guest):
    repository(guest)
    arch = guest.run("dpkg", "--print-architecture").stdout.strip()
    package(
        guest, "amazon-ssm-agent", "3", f"/srv/ec2-downloads-windows/SSMAgent/latest/debian_{arch}/amazon-ssm-agent.deb"
    )
    done = guest.component("agents", "--from", "file:///srv")
    answer = Alteration.read(done.stdout)
    assert answer.changed == ("amazon-ssm-agent",), done.stderr
    assert [remark.id for remark in answer.failed] == ["amazon-cloudwatch-agent"]
    assert done.returncode == 1


def test_an_agent_that_is_not_wanted_is_left_out(guest):
    repository(guest, ("amazon-ssm-agent", "3"))
    answer = Alteration.read(guest.component("agents", "--except", "amazon-cloudwatch-agent").stdout)
    assert answer.changed == ("amazon-ssm-agent",)
    assert [remark.id for remark in answer.skipped] == ["amazon-cloudwatch-agent"]


def test_nginx_is_installed_and_enabled_once(guest):
    repository(guest, ("nginx", "1.22"))
    done = guest.component("nginx")
    assert Alteration.read(done.stdout).changed == ("nginx",), done.stderr
    assert (guest.root / "etc/systemd/system/multi-user.target.wants/nginx.service").is_symlink()
    again = guest.component("nginx")
    assert (again.returncode, Alteration.read(again.stdout).changed, Alteration.read(again.stdout).kept) == (
        0, (), ("nginx",)
    )  # fmt: skip


def test_an_nginx_that_somebody_switched_off_is_enabled_again(guest):
    repository(guest, ("nginx", "1.22"))
    assert guest.component("nginx").returncode == 0
    guest.do("systemctl", "disable", "--quiet", "nginx.service")
    again = Alteration.read(guest.component("nginx").stdout)
    assert (again.changed, again.kept) == (("nginx",), ())


def test_an_nginx_that_no_repository_has_is_a_failure(guest):
    repository(guest)
    done = guest.component("nginx")
    assert done.returncode == 1
    assert [remark.id for remark in Alteration.read(done.stdout).failed] == ["nginx"]
