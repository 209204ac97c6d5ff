"""Nothing that is registered is forgotten, and the order of the assembly's imports decides nothing."""

import ast
import itertools
import json
import os
import subprocess
from functools import cache

from tests.embedded import PYTHON, ROOT

LOCAL = ROOT / "local"
REGISTERS = {"patch", "command", "resources_of"}
REPLACED = """
import json, sys
from local import patching
replaced, replace = {}, patching.replace
def noting(owner, name, make):
    place = f"{getattr(owner, '__module__', '')} {owner.__name__}.{name}"
    replaced.setdefault(place, []).append(sys._getframe(1).f_globals["__name__"].removeprefix("local."))
    replace(owner, name, make)
patching.replace = noting
from local import assembly
patching.apply_all()
print(json.dumps(replaced))
"""


@cache
def imported(module: str) -> frozenset[str]:
    """The modules of `local` that this one imports, and those that they import."""
    found = set()
    for node in ast.walk(ast.parse((LOCAL / f"{module}.py").read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "local":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("local."):
            found.add(str(node.module).removeprefix("local."))
    return frozenset(found).union(*(imported(each) for each in found)) if module != "assembly" else frozenset(found)


def registers(module: str) -> bool:
    tree = ast.parse((LOCAL / f"{module}.py").read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    decorators = [each.func for node in functions for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(name, ast.Name) and name.id in REGISTERS for name in decorators)


def test_every_module_that_registers_something_is_imported_by_the_assembly():
    registering = {path.stem for path in LOCAL.glob("*.py") if registers(path.stem)}

    assert len(registering) > 50
    assert registering <= imported("assembly")


def test_who_replaces_what_another_module_replaced_imports_that_module():
    """So that imports say which comes first; only wrappers that do not touch each other need not."""
    run = subprocess.run([PYTHON, "-c", REPLACED], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
    replaced: dict[str, list[str]] = json.loads(run.stdout.splitlines()[-1])

    disordered = {
        place: (first, second)
        for place, modules in replaced.items()
        for first, second in itertools.pairwise(modules)
        if first != second and first not in imported(second)
    }
    assert len(replaced) > 50
    assert not disordered, disordered
