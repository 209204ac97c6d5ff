"""What a bundle has its hosts go through, run as the hosts would."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from goldsmith.recipe.bundle import TESTS, BundleStep
from goldsmith_cli.recipe.bundle import bundle
from goldsmith_cli.recipe.host_tests import answers
from tests.goldsmith_cli.project import HERE, problems, replace

ALL = """
tests:
  service: {units: [nginx.service, cron], ports: [tcp/80], local_ports: [udp/323], packages: [g++]}
  workload:
    - {name: home-page, run: "test 'a b' = \\"a b\\""}
    - {name: heard, url: "http://localhost/"}
  leave_out: ["hardening:4.2.13", "boot:kernel", "hardening:4.6.5", "service:x", "hygiene:logs", "secrets:token"]
"""


def hosts_of(more: str) -> dict[str, BundleStep]:
    replace(HERE, "channels: [staging]", f"channels: [staging]{more}")
    return {step.name: step for step in bundle(HERE, Path.cwd()).tests}


def parsed(step: BundleStep) -> str:
    """With what its script calls itself."""
    (line,) = [line for line in (step.script or "").splitlines() if line.startswith("parse ")]
    return line.removeprefix("parse ")


def test_a_recipe_says_what_its_hosts_go_through():
    made = hosts_of(ALL)

    assert tuple(made) == TESTS
    assert {step.seconds for name, step in made.items() if name != "workload"} == {900}
    assert made["workload"].seconds == 1800
    runs = parsed(made.pop("workload"))
    assert runs.startswith("""--run 'home-page=test '"'"'a b'"'"' = "a b"' --run 'heard=u=http://localhost/; if """)
    assert {name: parsed(step) for name, step in made.items()} == {
        "boot": "--except kernel",
        "service": "--unit nginx.service --unit cron --port tcp/80 --local-port udp/323 --package g++ --except x",
        "hygiene": "--launched yes --except logs",
        "secrets": "--except token",
        "hardening": "--except 4.2.13 --except 4.6.5",
        "numbers": '"$@"',
        "identity": '"$@"',
        "inventory": "--limit 0",
    }


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ("", {"service", "workload"}),
        ("\ntests: {service: {local_ports: [tcp/8125]}}", {"workload"}),
        ("\ntests: {workload: [{name: x, run: x}]}", {"service"}),
    ],
)
def test_a_check_that_has_nothing_to_look_for_is_none(more: str, missing: set[str]):
    assert tuple(hosts_of(more)) == tuple(name for name in TESTS if name not in missing)


def test_every_test_is_the_check_of_its_name():
    for name, step in hosts_of(ALL).items():
        assert f"report {'' if name == 'inventory' else 'check/'}{name} " in (step.script or "")


def test_a_test_that_is_too_long_is_a_problem_of_its_line():
    lines = "".join(f"\n    - {{name: t{n}, run: {'x' * 1000}}}" for n in range(50))
    replace(HERE, "channels: [staging]", f"channels: [staging]\ntests:\n  workload:{lines}")

    (told,) = problems()

    assert told.startswith("recipes/web.yaml:15: tests.workload: components/linux/check/workload is 5")
    assert "of at most 49,152" in told


# ── an address ──


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """It answers as the last word of a path says; what is asked for with odd characters, it has to see as they are."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.path.rpartition("/")[2]
            self.send_response(int(asked) if asked.isdigit() else 200 if asked == "?q='$HOME`;&=" else 404)
            self.send_header("Location", "/200")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["curl", "python3"])
def client(request, tmp_path: Path) -> Path:
    """A folder with this program alone."""
    program = sys.executable if request.param == "python3" else shutil.which(request.param)
    assert program, f"this test needs {request.param}"
    (tmp_path / request.param).symlink_to(program)
    return tmp_path


def status_of(command: str, client: Path) -> int:
    return subprocess.run(["/bin/sh", "-c", command], env={"PATH": str(client)}, check=False).returncode


@pytest.mark.parametrize(
    ("path", "status", "ends"),
    [
        ("", 404, 0), ("/200", 200, 0), ("/404", 200, 1), ("/404", 404, 0), ("/500", 500, 0),
        ("/301", 301, 0), ("/301", 200, 1), ("/?q='$HOME`;&=", 200, 0),
    ],
)  # fmt: skip
def test_an_address_answers_or_not(site: str, client: Path, path: str, status: int, ends: int):
    assert status_of(answers(f"{site}{path}", status), client) == ends


def test_where_nobody_answers_is_no_success(client: Path):
    assert status_of(answers("http://127.0.0.1:1/", 200), client) != 0


def test_what_is_sent_to_a_host_asks_as_the_recipe_says(site: str):
    odd = "/?q='$HOME`;&="
    workload = [
        {"name": "odd", "url": f"{site}{odd}"},
        {"name": "gone", "url": f"{site}/410", "status": 410},
        {"name": "wrong", "url": f"{site}/410"},
        {"name": "quoted", "run": "test 'a  b' = \"a  b\""},
    ]
    script = hosts_of(f"\ntests: {json.dumps({'workload': workload})}")["workload"].script

    done = subprocess.run(["/bin/sh", "-s"], input=script, capture_output=True, text=True, check=False)

    answer = json.loads(done.stdout)
    assert answer["passed"] == ["odd", "gone", "quoted"]
    assert [(each["id"], each["what"]) for each in answer["failed"]] == [("wrong", "ended with 1")]
