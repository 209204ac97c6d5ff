"""How a component is shipped: SSM runs one script, so what it reads from files beside it is put into it."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

_READS = re.compile(r'^# shellcheck source=.+\n\. "\$\{0%/\*\}/(?P<path>.+)"\n', re.MULTILINE)
_PARSES = re.compile(r'^parse "\$@"$', re.MULTILINE)
_SHEBANG = re.compile(r"\A(#!.*\n)?")


def assembled(components: Path, name: str, arguments: Sequence[str] = ()) -> str:
    """One script that needs no other file: component `name` of the folder, with its arguments.

    `name` is the path below `components`, e.g. `check/hygiene`.  A script of somebody else's, one that does not `parse`
    its arguments as ours do, finds them in "$@".  What it reads from outside the folder is a ValueError.
    """
    script, folder = components / name, components.resolve()

    def content(read: re.Match[str]) -> str:
        path = (script.parent / read["path"]).resolve()
        if not path.is_relative_to(folder):
            raise ValueError(f"{name} reads {read['path']}, which is not in {folder}")
        return path.read_text(encoding="utf-8")

    text = _READS.sub(content, script.read_text(encoding="utf-8"))
    if not arguments:
        return text
    words = shlex.join(arguments)
    if _PARSES.search(text):
        return _PARSES.sub(lambda _: f"parse {words}", text, count=1)
    return _SHEBANG.sub(lambda shebang: f"{shebang[0]}set -- {words}\n", text)
