"""The rules of this code base that a reader relies on."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith import errors
from tests.deployment import TEMPLATES, WORKFLOWS, find, strings, workflow
from tests.embedded import ROOT

PACKAGE = ROOT / "layers/goldsmith/goldsmith"
HANDLERS = sorted(ROOT.glob("functions/*/app.py"))
CODE = sorted(
    path
    for folder in (
        "layers/goldsmith/goldsmith",
        "functions",
        "goldsmith_cli",
        "checks",
        "aws_check",
        "emulator",
        "sandbox",
        "demo",
        "tests",
        "components",
    )
    for path in (ROOT / folder).rglob("*.py")
)
KEYS = (PACKAGE / "evidence.py", PACKAGE / "recipe/bundle.py")
WRITES = re.compile(
    r"(batch_write|cancel|close|copy|create|delete|deregister|disable|enable|forget|modify|note|publish|put|register|"
    r"restore|run|send|start|stop|store|subscribe|tag|take|terminate|update|upload|write)(_.*)?"
)
HARMLESS = {  # in a gatherer
    "copy_": "the image in a tombstone",
    "copy_of": "makes a value",
    "deregister_days": "a number in a recipe",
    "disable_days": "a number in a recipe",
    "run": "the run that a value names",
    "tag": "reads a tag of a value",
}
REFUSED_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "service", "services", "misc"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("policy/*.py")), ids=name)
def test_policies_know_nothing_of_aws(path):
    pure = ("values", "policy", "gate", "lifecycle", "model", "rules", "run", "vocabulary")
    allowed = re.compile(rf"collections\.abc|datetime|typing|pydantic|goldsmith\.({'|'.join(pure)})(\..*)?")
    assert not [each for each in imports(path) if not allowed.fullmatch(each)]


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("policy/*.py")), ids=name)
def test_policies_read_no_clock(path):
    assert not re.search(r"\bnow\(|\btoday\(|\butcnow\(", path.read_text())


@pytest.mark.parametrize("path", [*PACKAGE.rglob("*.py"), *HANDLERS], ids=name)
def test_clients_are_made_in_one_place(path):
    assert path.name == "aws.py" or "boto3" not in set(imports(path))


def imported(path: Path) -> Iterator[str]:
    """Each name that is imported, with its module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom | ast.Import):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            yield from (f"{module}{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted({*PACKAGE.rglob("*.py")} - {PACKAGE / "aws.py"}), ids=name)
def test_only_handlers_make_clients_and_read_settings(path):
    """The layer is given its clients and settings; pyproject.toml forbids what leads to `goldsmith.aws` indirectly."""
    names = set(imported(path))
    assert not {each for each in names if re.match(r"goldsmith\.aws\b", each)}
    assert "os" not in names or path == PACKAGE / "step.py"  # whether it is traced


def writes(source: str) -> set[str]:
    """Names in a module that are those of writes: of methods, of functions called, of operations in strings."""
    named = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            named.add(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named.add(node.func.id)
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(_[a-z]+)+", str(node.value)):
            named.add(str(node.value))
    return {each for each in named if WRITES.fullmatch(each)}


def test_a_gatherer_that_writes_is_found():
    for each in ("s3.put_object()", "sweeps.put(key, value)", "write = ledger.write_history", "store(facts)"):
        assert len(writes(each)) == 1
    assert writes('place.pages("ec2", "delete_snapshot", "Snapshots")') == {"delete_snapshot"}
    assert not writes('place.pages("ec2", "describe_images", "Images")')


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("gather/**/*.py")), ids=name)
def test_gatherers_only_read(path):
    assert not writes(path.read_text()) - HARMLESS.keys()


def test_what_is_harmless_in_a_gatherer_is_there():
    found = [writes(path.read_text()) for path in PACKAGE.glob("gather/**/*.py")]
    assert set().union(*found) == set(HARMLESS)


def literals(path: Path) -> Iterator[str]:
    """The beginning of each string, up to the first value in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("path", [*PACKAGE.rglob("*.py"), *HANDLERS, *ROOT.glob("goldsmith_cli/**/*.py")], ids=name)
def test_keys_are_made_in_one_place(path):
    """Keys of the evidence and of sweeps in evidence.py, those of bundles in recipe/bundle.py."""
    made = {match[1] for each in KEYS for text in literals(each) if (match := re.fullmatch(r"(\w+/)(\w+/)*", text))}
    assert {"accepted/", "births/", "builds/", "decisions/", "sweeps/", "tombstones/", "verifications/"} <= made
    assert path in KEYS or not [text for text in literals(path) if text.startswith(tuple(made))]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.keyword) and node.arg in {"Key", "Prefix"}:
            assert not isinstance(node.value, ast.JoinedStr), f"line {node.value.lineno} makes a key"


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_workflows_catch_errors_that_exist(path):
    ours = {each for each in vars(errors) if each[0].isupper()}
    caught = {error for line in find(workflow(path), "ErrorEquals") for error in line}
    assert caught
    assert {error for error in caught if "." not in error} <= ours
    assert {e for e in caught if e.startswith("States.")} <= {
        "States.ALL", "States.DataLimitExceeded", "States.HeartbeatTimeout", "States.Permissions",
        "States.QueryEvaluationError", "States.Runtime", "States.TaskFailed", "States.Timeout",
    }  # fmt: skip


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_workflows_ask_and_never_judge(path):
    for condition in find(workflow(path), "Condition"):
        assert re.fullmatch(r"\{% \$(verdict|next)\.\w+( = '\w+')? %\}", condition), (
            f"move this into policy/: {condition}"
        )


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_workflows_use_no_jsonata_that_aws_refuses_or_that_differs_here(path):
    written = workflow(path)
    assert written["QueryLanguage"] == "JSONata"
    expressions = [text for text in strings(written) if text.startswith("{%")]
    assert expressions
    assert not [text for text in expressions if re.search(r"\$(eval|uuid|hash|random)\s*\(", text)]


def before(states: dict[str, Any], end: str) -> list[str]:
    """The states that go to `end`."""
    found = [name for name, state in states.items() if {*find(state, "Next"), *find(state, "Default")} & {end}]
    assert found
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_every_path_of_a_workflow_ends_in_a_report(path):
    """It ends in an event on the bus, or in a Fail that only the report through the reaper leads to."""
    states = workflow(path)["States"]
    ends = [name for name, state in states.items() if state.get("End") or state["Type"] in {"Succeed", "Fail"}]
    failed = [end for end in ends if states[end]["Type"] == "Fail"]
    assert failed
    assert failed != ends
    assert all(states[end].get("Resource", "").endswith("events:putEvents") for end in ends if end not in failed), ends
    for end in failed:
        for name in before(states, end):
            arguments = states[name]["Arguments"]
            assert arguments["FunctionName"] == "${ReapFunction}", f"{name} fails the run, and nobody is told"
            assert "failure" in arguments["Payload"]


def test_a_class_name_of_the_domain_has_one_meaning():
    named = Counter(
        node.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    )
    assert len(named) > 250
    assert not [each for each, count in named.items() if count > 1]


def test_no_file_is_named_after_nothing():
    assert not {name(path) for path in CODE if REFUSED_NAMES & {path.stem, *path.relative_to(ROOT).parts[:-1]}}


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_a_handler_is_one_step_and_nothing_else(path):
    body = [n for n in ast.parse(path.read_text()).body if not isinstance(n, ast.Import | ast.ImportFrom | ast.Expr)]
    assert [type(node).__name__ for node in body] == ["FunctionDef"]
    assert [each.name for each in path.parent.iterdir() if each.name != "__pycache__"] == ["app.py"]


def test_product_code_does_not_know_that_it_runs_locally():
    product = [*PACKAGE.rglob("*.py"), *HANDLERS, *WORKFLOWS, *(ROOT / each for each in TEMPLATES)]
    telling = re.compile(r"ministack|moto|127\.0\.0\.1|localhost|ENDPOINT_URL|\bemulator\b|embedded", re.IGNORECASE)
    assert not {name(path): m.group() for path in product if (m := telling.search(path.read_text()))}
