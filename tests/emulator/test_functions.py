import base64
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.embedded import PYTHON, ROOT, Account, Embedded, eventually
from tests.emulator.functions import call, function, layer, returning

ECHO_ENVIRONMENT = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
LAYER = {"python/greeting.py": "TEXT = 'hello'"}


@pytest.mark.contract("lambda_workers")
@pytest.mark.parametrize("package", ["ministack", "boto3", "pip"])
def test_only_the_standard_library_and_the_layer_can_be_imported(account: Account, package: str):
    function(account, f"import {package}\n{returning('1')}")

    error = call(account)

    assert error["errorType"] == "Runtime.ImportModuleError"
    assert error["errorMessage"] == f"Unable to import module 'app': No module named '{package}'"


@pytest.mark.contract("lambda_workers")
def test_the_environment_is_what_lambda_gives(account: Account):
    function(account, ECHO_ENVIRONMENT, Environment={"Variables": {"STAGE": "test", "AWS_REGION": "x"}})

    environment = call(account)

    given = {name for name in environment if not name.startswith("AWS_")}
    python_adds = {"LC_CTYPE"}  # where the host has no such locale
    lambda_gives = {"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG", "PATH", "TZ", "_HANDLER"}
    assert given - python_adds == lambda_gives | {"STAGE", "HOME", "TMPDIR"}
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["AWS_ENDPOINT_URL"] == account.endpoint
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert environment["_HANDLER"] == "app.handler"
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not {"AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_EC2_METADATA_DISABLED", "GATEWAY_PORT"} & environment.keys()


def test_it_calls_aws_as_its_role(account: Account):
    function(account, ECHO_ENVIRONMENT)
    given = call(account)

    caller = account.client(
        "sts",
        aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=given["AWS_SESSION_TOKEN"],
    ).get_caller_identity()

    assert caller["Arn"] == f"arn:aws:sts::{account.id}:assumed-role/f-role/f"


@pytest.mark.contract("lambda_workers")
def test_a_layer_is_unpacked_once_and_nobody_can_write_to_it(account: Account):
    arn = layer(account, **LAYER)
    where = "import os, greeting\ndef handler(event, context):\n"
    where += "    mode = lambda p: oct(os.stat(p).st_mode & 0o222)\n"
    where += "    return [greeting.__file__, mode(greeting.__file__), mode(os.path.dirname(greeting.__file__))]\n"
    function(account, where, name="one", Layers=[arn])
    function(account, where, name="two", Layers=[arn])

    one, two = call(account, name="one"), call(account, name="two")

    assert one == two == [one[0], "0o0", "0o0"]


@pytest.mark.contract("lambda_invocations")
def test_the_error_type_is_the_class_of_the_exception(account: Account):
    function(account, "class TryAgain(Exception): pass\ndef handler(event, context):\n    raise TryAgain('later')\n")

    error = call(account)

    assert (error["errorType"], error["errorMessage"]) == ("TryAgain", "later")
    assert 'app.py", line 3, in handler' in error["stackTrace"][0]


@pytest.mark.contract("lambda_invocations")
@pytest.mark.parametrize(
    ("code", "settings", "kind"),
    [
        ("x = 1", {}, "Runtime.HandlerNotFound"),
        ("def handler(:", {}, "Runtime.UserCodeSyntaxError"),
        ("raise KeyError('at import')", {}, "KeyError"),
        ("x = 1", {"Handler": "nowhere.handler"}, "Runtime.ImportModuleError"),
        ("x = 1", {"Handler": "nodot"}, "Runtime.MalformedHandlerName"),
        (returning("{1, 2}"), {}, "Runtime.MarshalError"),
        (returning("os._exit(3)"), {}, "Runtime.ExitError"),
        (returning("__import__('subprocess').run(['sleep', '60'])"), {"Timeout": 1}, "Sandbox.Timedout"),
    ],
)
def test_what_goes_wrong_has_lambdas_name(account: Account, code: str, settings: dict[str, Any], kind: str):
    function(account, code, **settings)

    assert call(account)["errorType"] == kind


def test_a_worker_stays_warm_even_after_an_error(account: Account):
    function(
        account,
        "import os\ndef handler(event, context):\n    if event: raise ValueError(event)\n    return os.getpid()\n",
    )
    before = call(account)

    assert call(account, "no")["errorType"] == "ValueError"
    assert call(account) == before


@pytest.mark.contract("lambda_invocations")
def test_the_log_tail_is_what_this_call_wrote(account: Account):
    function(
        account, "def handler(event, context):\n    print('said', event)\n    if event == 2: raise ValueError('no')\n"
    )

    tails = [account.client("lambda").invoke(FunctionName="f", Payload=str(n), LogType="Tail") for n in (1, 2, 3)]

    logs = [base64.b64decode(each["LogResult"]).decode().splitlines() for each in tails]
    assert [log[0].split()[0] for log in logs] == ["START"] * 3
    assert [log[1] for log in logs] == ["said 1", "said 2", "said 3"]
    assert "[ERROR] ValueError: no" in logs[1]
    assert logs[2][-2].startswith("END RequestId: ")
    assert "Memory Size: 128 MB" in logs[2][-1]


@pytest.mark.contract("lambda_invocations")
def test_logs_arrive_in_the_configured_group(account: Account):
    code = "import logging\ndef handler(event, context):\n    logging.warning('careful')\n"
    function(account, code, LoggingConfig={"LogFormat": "Text", "LogGroup": "/ours"})
    call(account)

    events = account.client("logs").filter_log_events(logGroupName="/ours")["events"]

    warning = next(event["message"] for event in events if "careful" in event["message"])
    assert warning.startswith("[WARNING]\t")
    assert warning.split("\t")[2] in events[0]["message"]


WAITING = """
import os, pathlib, time
def handler(event, context):
    (pathlib.Path(event) / context.aws_request_id).touch()
    while not os.path.exists(event + "/go"):
        time.sleep(0.01)
"""


@pytest.mark.contract("lambda_invocations")
def test_what_has_no_place_queues(account: Account, embedded: Embedded, tmp_path: Path):
    function(account, WAITING)
    places = embedded.tell("functions")["places"]
    calls = [threading.Thread(target=call, args=(account, str(tmp_path))) for _ in range(places + 1)]
    for each in calls:
        each.start()

    eventually(
        lambda: len([*tmp_path.iterdir()]) >= places and embedded.tell("functions")["queued"] == 1, at_rest=False
    )
    inside = [*tmp_path.iterdir()]
    (tmp_path / "go").touch()
    for each in calls:
        each.join()

    assert len(inside) == places
    assert len([*tmp_path.iterdir()]) == places + 2
    assert embedded.tell("functions") == {"places": places, "running": 0, "queued": 0}


NESTED = """
from ministack.core import iam_evaluator
from emulator.functions.invocation import Places
places = Places(1)
with places.taken("outer"):
    iam_evaluator._request_caller_arn.set("outer")
    with places.taken("inner"):
        print("answered")
"""


def test_a_function_that_invokes_another_does_not_wait_for_its_own_place():
    run = subprocess.run([PYTHON, "-c", NESTED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)

    assert run.stdout == "answered\n"
