"""The templates of the deployment as CloudFormation sees them: after SAM's transform."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

from checks.reading import templates

SCRIPT: Final = Path(__file__).with_name("sam_transform.py")
PYTHON: Final = ".venvs/tools/bin/python"

Template = dict[str, Any]


class Untransformed(Exception):  # noqa: N818 - says what it is
    """SAM's transform refuses a template."""


@cache
def transformed(root: Path) -> dict[str, Template]:
    """Each template by its path; Untransformed, with the reason, if the transform refuses one."""
    paths = [path.relative_to(root).as_posix() for path in templates(root)]
    if not (root / PYTHON).exists():
        raise Untransformed(f"there is no {PYTHON}, which holds SAM's translator: run `make .venvs/tools/ready`")
    # The translator looks up the partition of the session's region; any region of the partition does.
    environment = {"AWS_DEFAULT_REGION": "us-east-1"} | os.environ
    done = subprocess.run(  # noqa: S603 - our own script
        [root / PYTHON, SCRIPT, root, *paths], check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise Untransformed(done.stderr.strip())
    found: dict[str, Template] = json.loads(done.stdout)
    return found
