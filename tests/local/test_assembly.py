"""Nothing that is registered is forgotten, and the order in which modules register does not decide what happens."""

import ast
from pathlib import Path

from tests.embedded import ROOT

LOCAL = ROOT / "local"
REGISTERS = {"patch", "command", "resources_of"}
PATCHES = "import json; from local import assembly, patching; print(json.dumps([*patching.PATCHES]))"


def _imports(path: Path) -> set[str]:
    """The modules of `local` that this one imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "local":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("local."):
            found.add(str(node.module).removeprefix("local."))
    return found


def _registers(path: Path) -> bool:
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    decorators = [each.func for node in functions for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(name, ast.Name) and name.id in REGISTERS for name in decorators)


def test_every_module_that_registers_something_is_imported_by_the_assembly():
    registering = {path.stem for path in LOCAL.glob("*.py") if _registers(path)}

    assert len(registering) > 50
    assert registering <= _imports(LOCAL / "assembly.py")
