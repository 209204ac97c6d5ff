"""Templates as CloudFormation deploys them, each resource with the line on which a person wrote it."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from checks import reading

HERE: Final = Path(__file__).parent
PYTHON: Final = HERE.parent / ".venvs/tools/bin/python"
Properties = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """One template: `written` as in its file, `deployed` as SAM transforms it, `refused` if SAM does not."""

    path: str
    written: reading.Mapping
    deployed: Properties
    refused: str = ""

    @property
    def resources(self) -> Properties:
        found: Properties = self.deployed.get("Resources", {})
        return found

    def of(self, kind: str) -> Iterator[tuple[str, Properties]]:
        """Logical id and properties of each resource of a type."""
        for logical, resource in self.resources.items():
            if resource["Type"] == kind:
                yield logical, resource.get("Properties", {})

    def line(self, logical: str, *keys: str) -> int:
        """Where the resource is written, or the deepest of `keys` within it.

        SAM names what it makes after the resource and the event that it comes from: `ReapSweepRole` is made of the
        event `Sweep` of `Reap`, and begins on that event's line.
        """
        written = self.written["Resources"]
        owner = max((name for name in written if logical.startswith(name)), key=len)
        node, line = written[owner], int(written.lines[owner])
        events = node.get("Properties", {}).get("Events", {})
        made_of = [name for name in events if logical.startswith(f"{owner}{name}")] if logical != owner else []
        for key in ("Properties", *(("Events", max(made_of, key=len), "Properties") if made_of else ()), *keys):
            if not isinstance(node, reading.Mapping) or key not in node:
                break
            if key != "Properties":
                line = node.lines[key]
            node = node[key]
        return line


def templates(root: Path) -> list[Template]:
    """Every template below `root`; one process transforms all that need it."""
    written = {path.relative_to(root).as_posix(): reading.template(path) for path in reading.templates(root)}
    asked = {path: each for path, each in written.items() if "Transform" in each}
    done = subprocess.run(  # noqa: S603 - a script of this repository
        [PYTHON, "-P", HERE / "transform.py"], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"checks/transform.py: exit {done.returncode}\n{done.stderr}")
    made = json.loads(done.stdout)
    return [_template(path, each, made.get(path, {"template": each})) for path, each in written.items()]


def _template(path: str, written: reading.Mapping, made: dict[str, Any]) -> Template:
    return Template(path, written, made.get("template", {}), made.get("refused", ""))


def statements(node: Any) -> Iterator[Properties]:
    """Every policy statement below a node, those under a condition too."""
    if isinstance(node, dict) and "Effect" in node:
        yield node
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from statements(each)


def target(arn: Any) -> str:
    """The logical id that `!Ref` or `!GetAtt ….Arn` names; "" for anything else."""
    match arn:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
        case {"Fn::Sub": str(text)} if named := re.fullmatch(r"\$\{(\w+)(\.Arn)?\}", text):
            return named[1]
    return ""
