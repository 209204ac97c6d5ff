"""Workers are forked from a parent that has imported the packages of their layers: nobody may notice."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.embedded import PYTHON, ROOT, Account, eventually
from tests.emulator.functions import call, function, layer, returning

PREPARED = "import os\nPARENT = os.getpid()\n"  # `yaml` is a package that the parent imports


def yaml_layer(account: Account, code: str) -> list[str]:
    """The layers of functions that are to have this module `yaml`, and the same parent."""
    return [layer(account, **{"python/yaml.py": code})]


def runs(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return False


def test_what_many_functions_import_is_imported_once(account: Account):
    layers = yaml_layer(account, PREPARED)
    for name in ("one", "two"):
        function(account, f"import yaml\n{returning('[yaml.PARENT, os.getpid()]')}", name=name, Layers=layers)

    (parent, one), (also, two) = call(account, name="one"), call(account, name="two")

    assert parent == also
    assert len({parent, one, two}) == 3


@pytest.mark.parametrize("variable", ["STAGE", "PYTHONSTAGE"])
def test_each_function_has_an_environment_of_its_own(account: Account, variable: str):
    layers = yaml_layer(account, f"import os\nSTAGE = os.environ.get('{variable}')\n")
    for stage in ("test", "live"):
        variables = {"Variables": {variable: stage}}
        code = f"import yaml\n{returning(f'[yaml.STAGE, os.environ[{variable!r}], os.getcwd()]')}# {stage}"
        function(account, code, name=stage, Layers=layers, Environment=variables)

    test, live = call(account, name="test"), call(account, name="live")

    assert (test[:2], live[:2]) == (["test", "test"], ["live", "live"])
    assert test[2] != live[2]


def test_a_temporary_folder_is_the_functions_own(account: Account):
    layers = yaml_layer(account, "import tempfile\n")
    for name in ("one", "two"):
        code = "import tempfile, yaml\n" + returning("[tempfile.gettempdir(), os.environ['TMPDIR']]")
        function(account, code, name=name, Layers=layers)

    one, two = call(account, name="one"), call(account, name="two")

    assert one[0] == one[1] != two[0] == two[1]


def test_code_hides_a_package_of_its_layer(account: Account):
    code = f"import yaml\n{returning('yaml.MINE')}"
    function(account, code, beside={"yaml": "MINE = 'mine'"}, Layers=yaml_layer(account, PREPARED))

    assert call(account) == "mine"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("os._exit(3)", "exit status 3"),
        ("sys.exit(4)", "exit status 4"),
        ("os.kill(os.getpid(), 15)", "signal 15"),
        ("__import__('subprocess').Popen(['sleep', '600']) and os._exit(5)", "exit status 5"),
    ],
)
def test_how_a_worker_ended_is_told(account: Account, end: str, told: str):
    function(account, returning(end))

    error = call(account)

    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith(f"Error: Runtime exited with error: {told}")


STARTING = """
import pathlib, subprocess, time
def handler(event, context):
    pathlib.Path(event).write_text(str(subprocess.Popen(["sleep", "600"]).pid))
    time.sleep(600)
"""


def test_what_a_worker_started_ends_with_it(account: Account, tmp_path: Path):
    function(account, STARTING, Timeout=1)

    assert call(account, str(tmp_path / "pid"))["errorType"] == "Sandbox.Timedout"

    eventually(lambda: not runs(int((tmp_path / "pid").read_text())))


def test_the_end_of_a_parent_costs_nobody_anything(account: Account):
    layers = yaml_layer(account, f"{PREPARED}# that no other test has\n")
    for name in ("one", "two"):
        function(account, f"import yaml\n{returning('[yaml.PARENT, os.getpid()]')}", name=name, Layers=layers)
    parent, worker = call(account, name="one")
    os.kill(parent, signal.SIGKILL)

    assert call(account, name="one") == [parent, worker]
    other, _ = call(account, name="two")
    assert other != parent


@pytest.mark.parametrize(
    ("yaml", "kind", "message"),
    [
        ("raise ImportError('broken')", "Runtime.ImportModuleError", "Unable to import module 'app': broken"),
        ("raise ValueError('broken')", "ValueError", "broken"),
        ("import os; os._exit(7)", "Runtime.ExitError", "Runtime exited with error: exit status 7"),
    ],
)
def test_a_broken_layer_is_the_functions_own_error(account: Account, yaml: str, kind: str, message: str):
    layers = yaml_layer(account, yaml)
    function(account, returning("1"), name="careless", Layers=layers)
    function(account, f"import yaml\n{returning('1')}", Layers=layers)

    error = call(account)

    assert error["errorType"] == kind
    assert error["errorMessage"].endswith(message)
    assert call(account, name="careless") == 1


def test_a_layer_that_starts_a_thread_does_so_in_the_worker(account: Account):
    thread = "import threading, time\nT = threading.Thread(target=time.sleep, args=(600,), daemon=True)\nT.start()\n"
    function(account, f"import yaml\n{returning('yaml.T.is_alive()')}", Layers=yaml_layer(account, thread))

    assert call(account) is True


ENDING = """
import os, sys
from emulator.functions.forks import Parent
parent = Parent(())
print(parent._popen.pid, parent.fork().pid, flush=True)
os._exit(1)
"""


def test_parents_and_workers_end_with_the_emulator():
    run = subprocess.run([PYTHON, "-c", ENDING], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    parent, worker = map(int, run.stdout.split())

    eventually(lambda: not runs(parent) and not runs(worker))
