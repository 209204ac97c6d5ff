"""What `make build` sends to AWS, from a machine that has another Python than Lambda."""

import subprocess
from pathlib import Path

import pytest

from sandbox.deploy import deploy
from tests.embedded import ROOT, Account

LAYER_LIMIT = 60_000_000
FUNCTION_LIMIT = 50_000
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Metadata: {SkipBuild: true}
    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: functions/hello}
Outputs:
  Name: {Value: !Ref Hello}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer, as `sam build` makes it for AWS."""
    folder = tmp_path_factory.mktemp("layer")
    python = ROOT / ".venvs/tools/bin/python"
    subprocess.run(
        ["make", "--silent", "build-GoldsmithLayer", f"ARTIFACTS_DIR={folder}", f"PIP_PYTHON={python}"], # noqa: S607 - any make
        cwd=ROOT / "layers/goldsmith", check=True, capture_output=True,
    )  # fmt: skip
    return folder / "python"


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_the_layer_is_small_and_made_for_lambda(built: Path):
    libraries = [path.name for path in built.rglob("*.so")]

    assert libraries
    assert all("313-aarch64-linux-gnu" in name for name in libraries), libraries
    assert size(built) < LAYER_LIMIT
    assert not [path for path in built.rglob("*") if path.name in ("__pycache__", "tests", "bin")]


def test_the_layer_holds_the_domain_and_what_it_requires(built: Path):
    here = ROOT / "layers/goldsmith/goldsmith"

    there = {path.relative_to(built / "goldsmith") for path in (built / "goldsmith").rglob("*.py")}
    assert there == {path.relative_to(here) for path in here.rglob("*.py")}
    assert {"boto3", "botocore", "aws_lambda_powertools", "pydantic"} <= {path.name for path in built.iterdir()}


@pytest.mark.parametrize("folder", sorted((ROOT / "functions").glob("*/")), ids=lambda folder: folder.name)
def test_a_function_is_one_small_file(folder: Path):
    assert [path.name for path in folder.iterdir() if path.name != "__pycache__"] == ["app.py"]
    assert size(folder) < FUNCTION_LIMIT


def write(folder: Path, answer: str) -> Path:
    function = folder / "functions/hello/app.py"
    function.parent.mkdir(parents=True, exist_ok=True)
    function.write_text(f"def handler(event, context):\n    return {answer!r}\n")
    template = folder / "template.yaml"
    template.write_text(TEMPLATE)
    return template


def test_changed_code_reaches_a_deployed_stack(account: Account, tmp_path: Path):
    answers = []
    for answer in ("first", "second", "second"):
        outputs = deploy(account.endpoint, account.id, template=write(tmp_path, answer), stack="hello")
        invoked = account.client("lambda").invoke(FunctionName=outputs["Name"])
        answers.append(invoked["Payload"].read())

    assert answers == [b'"first"', b'"second"', b'"second"']
