"""What a handler loads is what a cold start costs; how long it takes is measured by `make bench`."""

import json
import subprocess
import sys

from tests.embedded import ROOT

SHOW = "import json, sys, app; print(json.dumps(sorted(sys.modules)))"

SHOW_FORKED = """
import os, sys
import boto3, pydantic  # what most functions load; each then goes on by itself, with what it alone loads
assert "aws_xray_sdk" not in sys.modules
for folder in sys.argv[1:]:
    if not (child := os.fork()):
        sys.path.insert(0, folder)
        import app
        os._exit(1 if "aws_xray_sdk" in sys.modules else 0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), os.path.basename(folder))
"""


def loaded_by(function: str) -> set[str]:
    path = f"{ROOT / 'layers/goldsmith'}:{ROOT / 'functions' / function}"
    run = subprocess.run(
        [sys.executable, "-c", SHOW], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    return set(json.loads(run.stdout))


def test_who_decides_loads_neither_boto3_nor_tracing():
    """Powertools' own package names its Tracer, but the X-Ray SDK behind it is what costs, and stays unloaded."""
    assert not {"boto3", "botocore.client", "aws_xray_sdk"} & loaded_by("decide")


def test_tracing_is_loaded_by_nobody_unless_it_is_on():
    folders = sorted(path.parent for path in (ROOT / "functions").glob("*/app.py"))
    run = subprocess.run(
        [sys.executable, "-c", SHOW_FORKED, *folders], env={"PYTHONPATH": str(ROOT / "layers/goldsmith")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.splitlines() == [f"0 {folder.name}" for folder in folders], run.stderr
