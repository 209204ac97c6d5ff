"""Our own components, scripted: what hosts answer when all goes well, so that a build can be shown without a host."""

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import yaml

from emulator.gateway.control import command
from emulator.hosts.script import script

HERE: Final = Path(__file__).parent
BILLS: Final = ("parse --sbom yes", "--limit 0 --sbom yes")
Answer = tuple[dict[str, str], str]  # which scripts on which hosts, and what they print


@command("hosts/components")
def components(body: dict[str, Any]) -> dict[str, int]:
    """Let our components succeed: `{account, region?, instance_id?, ami?, tag?}`; any other script still fails."""
    answers = [*_of_any_host(), *_of_systems()]
    for match, text in answers:
        where = {name: value for name, value in body.items() if name != "account"} | match
        script({"account": body["account"], "match": where, "outcomes": [{"status": "Success", "stdout": text}]})
    return {"scripts": len(answers)}


def _of_any_host() -> Iterator[Answer]:
    for each in yaml.safe_load((HERE / "components.yaml").read_text()):
        yield {"contains": each["script"]}, _line(each["says"])


def _of_systems() -> Iterator[Answer]:
    """Hosts of images that were built upon a system are like it; the first system stands for all that are like none."""
    systems = yaml.safe_load((HERE / "systems.yaml").read_text())
    for system, owner in [(systems[0], {}), *((each, {"origin": each["owner"]}) for each in systems)]:
        for number, (architecture, name) in enumerate(system["architectures"].items()):
            where = owner if number == 0 else owner | {"architecture": architecture}
            packages = _packages(system, name)
            yield {**where, "contains": "report update failed"}, _line(_update(system))
            yield {**where, "contains": "report inventory unseen"}, _line(_inventory(system, name, packages))
            for asked in BILLS:
                yield {**where, "contains": asked}, json.dumps(_bill(system, packages)) + "\n"


def _line(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, separators=(",", ":")) + "\n"


def _packages(system: Mapping[str, Any], architecture: str) -> list[list[str]]:
    """Name, version and architecture of each."""
    lines = [line.replace("{architecture}", architecture).split() for line in system["packages"].splitlines()]
    return [line if len(line) == 3 else [*line, architecture] for line in lines]  # noqa: PLR2004 - see above


def _update(system: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "component": "update", "release": system["release"], "rebootDue": False, "failed": [],
        "changes": system["changes"], "omitted": 0,
    }  # fmt: skip


def _inventory(system: Mapping[str, Any], architecture: str, packages: list[list[str]]) -> dict[str, Any]:
    return {
        "component": "inventory", "os": system["os"], "osVersion": system["version"], "osName": system["name"],
        "kernel": system["kernel"].replace("{architecture}", architecture), "architecture": architecture,
        "unseen": [], **{name: system[name] for name in ("ports", "setuid", "enabled")},
        "packages": [" ".join(package) for package in packages], "omitted": 0,
    }  # fmt: skip


def _bill(system: Mapping[str, Any], packages: list[list[str]]) -> dict[str, Any]:
    about = {"type": "operating-system", "bom-ref": "os", "name": system["os"], "version": system["version"]}
    tools = {"components": [{"type": "application", "name": "goldsmith"}]}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{uuid.uuid4()}", "version": 1,
        "metadata": {"timestamp": now, "tools": tools, "component": about},
        "components": [_library(system, *package) for package in packages],
    }  # fmt: skip


def _library(system: Mapping[str, Any], name: str, version: str, architecture: str) -> dict[str, str]:
    epoch, _, rest = version.rpartition(":") if system["kind"] == "rpm" else ("", "", version)
    place = f"{system['kind']}/{system['os']}/{quote(name, safe='')}@{quote(rest, safe='~:')}"
    distribution = f"distro={system['os']}-{system['version']}"
    purl = f"pkg:{place}?arch={architecture}&{distribution}{f'&epoch={epoch}' if epoch else ''}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
