"""What a handler loads is what a cold start costs; how long it takes is measured by `make bench`."""

import json
import subprocess
import sys

from tests.embedded import ROOT

SHOW = "import json, sys, app; print(json.dumps(sorted(sys.modules)))"


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
    functions = [path.parent.name for path in (ROOT / "functions").glob("*/app.py")]
    assert not [name for name in functions if "aws_xray_sdk" in loaded_by(name)]
