"""The templates of the deployment as CloudFormation sees them: after SAM's transform."""

from functools import cache
from pathlib import Path
from typing import Any

from checks.transformed import templates

Template = dict[str, Any]


class Untransformed(Exception):  # noqa: N818 - says what it is
    """SAM's transform refuses a template."""


@cache
def transformed(root: Path) -> dict[str, Template]:
    """Each template by its path; Untransformed, with the reason, if the transform refuses one."""
    found = templates(root)
    if refused := [f"{each.path}: {each.refused}" for each in found if each.refused]:
        raise Untransformed("; ".join(refused))
    return {each.path: each.deployed for each in found}
