"""How a component is shipped: SSM runs one script, so what it reads from files beside it is put into it."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

_READS = re.compile(r'^# shellcheck source=.+\n\. "\$\{0%/\*\}/(?P<path>.+)"\n', re.MULTILINE)
_PARSES = 'parse "$@"\n'


def assembled(components: Path, name: str, arguments: Sequence[str] = ()) -> str:
    """One script that needs no other file: component `name` of the folder, with its arguments.

    `name` is the path below `components`, e.g. `check/hygiene`.
    """
    script = components / name

    def content(read: re.Match[str]) -> str:
        return (script.parent / read["path"]).read_text()

    text = _READS.sub(content, script.read_text())
    if not arguments:
        return text
    return text.replace(_PARSES, f"parse {shlex.join(arguments)}\n", 1)
