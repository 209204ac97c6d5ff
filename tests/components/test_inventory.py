"""What a system is made of: exactly what its own tools say."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from goldsmith.errors import CannotTell
from goldsmith.values.host_answers import Change, HostPackages, difference
from tests.components.guest import Guest

QUERY = ("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package} ${Version} ${Architecture}\n")


def installed(guest: Guest) -> set[tuple[str, ...]]:
    lines = guest.run(*QUERY).stdout.splitlines()
    return {tuple(line.split()[1:]) for line in lines if line.startswith("installed ")}


def test_it_lists_exactly_what_dpkg_does(guest):
    guest.do("dpkg", "--remove", "--force-all", "chrony")  # its configuration stays: dpkg still knows it
    inventory = HostPackages.read(guest.component("inventory", "--limit", "0").stdout)
    assert inventory.omitted == 0
    assert {tuple(package) for package in inventory.packages} == installed(guest)
    assert len(inventory.packages) == len(installed(guest)) > 100


def test_it_tells_the_release_the_setuid_files_and_the_enabled_units(guest):
    (guest.root / "usr/local/bin/tool").touch(0o4755)
    (guest.root / "usr/local/bin/tool").chmod(0o4755)
    inventory = HostPackages.read(guest.component("inventory").stdout)
    assert (inventory.os, inventory.os_version) == ("debian", "12")
    assert inventory.kernel == guest.run("uname", "-r").stdout.strip()
    assert inventory.architecture == guest.run("dpkg", "--print-architecture").stdout.strip()
    assert {"/usr/bin/sudo", "/usr/local/bin/tool"} <= set(inventory.setuid)
    listed = guest.run("systemctl", "list-unit-files", "--state=enabled", "--no-legend").stdout
    wanted = {line.split()[0] for line in listed.splitlines()}
    assert {"ssh.service", "cron.service"} <= set(inventory.enabled) & wanted


def test_two_roots_give_the_difference_of_their_packages(guest):
    before = HostPackages.read(guest.component("inventory", "--limit", "0").stdout)
    status = guest.root / "var/lib/dpkg/status"
    status.write_text(status.read_text().replace("\nVersion: 5.2.15-2", "\nVersion: 5.2.37-1"))
    guest.do("dpkg", "--remove", "--force-all", "curl")
    after = HostPackages.read(guest.component("inventory", "--limit", "0").stdout)
    curl, bash = (next(p.version for p in before.packages if p.name == name) for name in ("curl", "bash"))
    assert difference(before, after) == (
        Change("bash", bash, bash.replace("5.2.15-2", "5.2.37-1")), Change("curl", curl, None)
    )  # fmt: skip
    assert difference(before, before) == ()


def test_it_fits_into_what_ssm_keeps_and_says_what_it_left_out(guest):
    status = guest.root / "var/lib/dpkg/status"
    entry = "\nPackage: library-{}\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0\n"
    status.write_text(status.read_text() + "".join(entry.format(n) for n in range(2000)))
    done = guest.component("inventory")
    short = HostPackages.read(done.stdout)
    assert len(done.stdout) <= 24_000
    assert short.omitted + len(short.packages) == len(installed(guest))
    with pytest.raises(CannotTell, match="cut short"):
        difference(short, short)


def test_the_bill_of_materials_is_valid_and_lists_exactly_what_dpkg_does(guest):
    text = guest.component("inventory", "--sbom", "yes").stdout
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(text) is None
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    component = bill["metadata"]["component"]
    assert (component["type"], component["name"], component["version"]) == ("operating-system", "debian", "12")
    purls = [PackageURL.from_string(each["purl"]) for each in bill["components"]]
    assert {(purl.name, purl.version, purl.qualifiers["arch"]) for purl in purls} == installed(guest)
    assert {(purl.type, purl.namespace, purl.qualifiers["distro"]) for purl in purls} == {
        ("deb", "debian", "debian-12")
    }
    assert [(each["name"], each["version"]) for each in bill["components"]] == [(p.name, p.version) for p in purls]
    assert [each["purl"] for each in bill["components"]] == [purl.to_string() for purl in purls]


def test_a_root_without_packages_is_an_error_not_an_empty_list(guest):
    (guest.root / "var/lib/dpkg/status").write_text("")
    for arguments in ((), ("--sbom", "yes")):
        done = guest.component("inventory", *arguments)
        assert (done.returncode, done.stdout) == (1, "")
