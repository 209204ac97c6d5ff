"""Nothing is longer than a reader takes in: files, functions, workflows, templates, folders."""

import ast
from collections import Counter

import pytest

from tests.deployment import TEMPLATES, WORKFLOWS
from tests.embedded import ROOT
from tests.test_architecture import CODE, HANDLERS, name

TOP = (  # folders at the top, but `tests`, which mirrors them
    "aws_check",
    "benchmarks",
    "checks",
    "components",
    "demo",
    "docs",
    "emulator",
    "events",
    "functions",
    "goldsmith_cli",
    "layers/goldsmith/goldsmith",
    "recipes",
    "sandbox",
    "stacks",
    "workflows",
)
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_HANDLER, LONGEST_WORKFLOW, LONGEST_TEMPLATE = 250, 25, 15, 600, 1500
MOST_FILES = 25  # in one folder


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long a function is, its docstring not counted: what explains must not be saved on."""
    first = node.body[0]
    explained = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if explained else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", CODE, ids=name)
def test_files_and_functions_fit_on_a_screen(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    longest = LONGEST_HANDLER if path in HANDLERS else LONGEST_FUNCTION
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert lines(node) <= longest, f"{node.name} is longer than {longest} lines"


@pytest.mark.parametrize("path", [*WORKFLOWS, *(ROOT / each for each in TEMPLATES)], ids=name)
def test_workflows_and_templates_fit_their_budget(path):
    longest = LONGEST_WORKFLOW if path in WORKFLOWS else LONGEST_TEMPLATE
    assert len(path.read_text().splitlines()) <= longest


@pytest.mark.parametrize("top", TOP)
def test_no_folder_holds_more_than_a_reader_takes_in(top):
    held = Counter(path.parent for path in (ROOT / top).rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert not {name(folder): count for folder, count in held.items() if count > MOST_FILES}
