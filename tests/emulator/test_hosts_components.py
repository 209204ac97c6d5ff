"""The answers of our components, each as the component itself would give it."""

import json
import re
from collections.abc import Iterable
from itertools import chain
from typing import Any

import pytest

from goldsmith.recipe.component import assembled
from goldsmith.values.host_answers import (
    Alteration,
    ComponentAnswer,
    HostPackages,
    Identity,
    Inspection,
    Numbers,
    Update,
    difference,
)
from tests.embedded import ROOT, Account, Embedded, eventually
from tests.emulator.amis import seed, settled
from tests.emulator.hosts_stage import CORE, managed, managed_host, profile, result, send, told
from tests.workflows.hosts import end, succeed

LINUX = ROOT / "components" / "linux"
NAMES = sorted(
    str(path.relative_to(LINUX))
    for path in LINUX.rglob("*")
    if path.is_file() and path.suffix == "" and "report " in path.read_text()
)
MODELS: dict[str, type[ComponentAnswer]] = {
    "check/identity": Identity, "check/numbers": Numbers, "inventory": HostPackages, "update": Update,
}  # fmt: skip
ARGUMENTS = {"check/service": ["--unit", "nginx"], "check/workload": ["--run", "home-page=true"]}
SYSTEMS = [
    ("al2023", "x86_64", "amzn"), ("al2023-arm64", "aarch64", "amzn"),
    ("ubuntu-24.04", "amd64", "ubuntu"), ("ubuntu-24.04-arm64", "arm64", "ubuntu"),
    ("debian-12", "amd64", "debian"), ("debian-12-arm64", "arm64", "debian"),
]  # fmt: skip


@pytest.fixture(scope="module")
def cheerful(embedded: Embedded) -> tuple[Account, str]:
    """An account where everything succeeds, and a host of it."""
    account = embedded.new_account()
    succeed(account)
    return account, managed_host(account)


def model(name: str) -> type[ComponentAnswer]:
    return MODELS.get(name, Inspection if name.startswith("check/") else Alteration)


def output(account: Account, host: str, name: str, arguments: Iterable[str] = ()) -> str:
    script = assembled(LINUX, name, [*arguments, *ARGUMENTS.get(name, [])])
    answer = result(account, send(account, host, script), host)
    assert answer["Status"] == "Success", answer
    return str(answer["StandardOutputContent"])


@pytest.mark.parametrize("name", NAMES)
def test_a_component_succeeds_with_an_answer_of_its_shape(cheerful: tuple[Account, str], name: str):
    answer: Any = model(name).read(output(*cheerful, name))

    assert answer.component == name
    assert [answer.omitted, *getattr(answer, "failed", ()), *getattr(answer, "unseen", ())] == [0]


def known(name: str) -> set[str]:
    """The ids that a component reports, from the table that it reads."""
    table = (LINUX / ("cis.sh" if "harden" in name else "leftovers.sh")).read_text()
    lines = re.search(r"<<'TABLE'\n(.*?)\nTABLE", table, re.DOTALL)
    assert lines
    more = {"cleanup": {"root-password"}, "check/hygiene": {"root-password", "empty-passwords", "setuid"}}
    return {re.split(r"[| ]", line)[0] for line in lines[1].splitlines()} | more.get(name, set())


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("harden", ()), ("cleanup", ()), ("check/hardening", ()), ("check/hygiene", ()),
     ("check/hygiene", ("--except", "ssm-logs"))],
)  # fmt: skip
def test_every_item_of_a_component_is_told_once(cheerful: tuple[Account, str], name: str, arguments: tuple[str, ...]):
    answer = model(name).read(output(*cheerful, name, arguments)).model_dump()

    ids = [*chain(*(answer.get(part, ()) for part in ("passed", "changed", "kept")))]
    ids += [each["id"] for each in answer["skipped"]]
    assert sorted(ids) == sorted(known(name))
    assert ("ssm-logs" in [each["id"] for each in answer["skipped"]]) == bool(arguments)


@pytest.mark.parametrize(("image", "architecture", "os"), SYSTEMS)
def test_a_host_lists_the_packages_of_its_own_system(
    embedded: Embedded, account: Account, image: str, architecture: str, os: str
):
    images = embedded.tell("world", name="empty", account=account.id)["base_images"]
    succeed(account)
    host = host_of(account, images[image]["us-east-1"], "m7g.large" if "arm64" in image else "m6i.large")

    inventory = HostPackages.read(output(account, host, "inventory", ["--limit", "0"]))
    bill = json.loads(output(account, host, "inventory", ["--limit", "0", "--sbom", "yes"]))
    update = Update.read(output(account, host, "update"))

    assert (inventory.os, inventory.architecture) == (os, architecture)
    versions = {package.name: package.version for package in inventory.packages}
    assert update.changes
    assert [versions[change.name] for change in update.changes] == [change.after for change in update.changes]
    assert {each["name"]: each["version"] for each in bill["components"]} == versions
    assert all(f"/{os}/" in each["purl"] for each in bill["components"])


def test_two_hosts_of_an_image_are_of_its_system_and_nobodys_twin(embedded: Embedded, account: Account):
    images = embedded.tell("world", name="empty", account=account.id)["base_images"]
    succeed(account)
    ec2 = account.client("ec2")
    made = ec2.create_image(InstanceId=host_of(account, images["debian-12"]["us-east-1"], "m6i.large"), Name="made")
    copied = ec2.copy_image(
        SourceImageId=settled(ec2, made["ImageId"])["ImageId"], SourceRegion="us-east-1", Name="copied"
    )
    hosts = [host_of(account, settled(ec2, copied["ImageId"])["ImageId"], "m6i.large") for _ in range(2)]

    first, second = (HostPackages.read(output(account, host, "inventory", ["--limit", "0"])) for host in hosts)
    one, other = (Identity.read(output(account, host, "check/identity")) for host in hosts)

    assert (first.os, difference(first, second)) == ("debian", ())
    assert [one.cloud_init, other.cloud_init] == hosts
    assert not {one.machine_id, one.random_seed, *one.host_keys} & {
        other.machine_id,
        other.random_seed,
        *other.host_keys,
    }


def host_of(account: Account, image: str, kind: str) -> str:
    """A host launched from this image, once it reports."""
    made = account.client("iam").list_instance_profiles()["InstanceProfiles"]
    named = {"Name": "host" if made else profile(account, "host", CORE)}
    run = account.client("ec2").run_instances(
        ImageId=image, InstanceType=kind, MinCount=1, MaxCount=1, IamInstanceProfile=named
    )
    host = str(run["Instances"][0]["InstanceId"])
    eventually(lambda: managed(account).get(host) == "Online")
    return host


def test_one_component_can_end_otherwise(account: Account):
    succeed(account)
    host = managed_host(account)
    end(account, "update", {"status": "Failed", "stderr": "no mirror"}, {"status": "Success"})

    script = assembled(LINUX, "update")
    assert result(account, send(account, host, script), host)["StandardErrorContent"] == "no mirror"
    assert result(account, send(account, host, script), host)["Status"] == "Success"


def test_what_is_not_ours_is_still_unscripted(cheerful: tuple[Account, str]):
    account, host = cheerful

    answer = result(account, send(account, host, "#!/bin/sh\nset -u\necho report\n"), host)

    assert (answer["Status"], answer["ResponseCode"]) == ("Failed", 127)
    assert "not scripted" in answer["StandardErrorContent"]


def test_a_script_can_be_told_for_images_of_an_owner_and_architecture(embedded: Embedded, account: Account):
    host = host_of(account, seed(embedded, account, "own", architecture="x86_64"), "m6i.large")
    told(embedded, account, {"status": "Success", "stdout": "own"}, owner=account.id, architecture="x86_64")
    told(embedded, account, {"status": "Success", "stdout": "arm"}, owner=account.id, architecture="arm64")
    told(embedded, account, {"status": "Success", "stdout": "strange"}, owner="099720109477")

    assert result(account, send(account, host, "date"), host)["StandardOutputContent"] == "own"
