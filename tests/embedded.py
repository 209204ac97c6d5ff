"""The embedded AWS as tests see it: started as a process of its own, spoken to through boto3 and its commands."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

import boto3
from botocore.config import Config

T = TypeVar("T")
WAITS_S = 240  # for the answer to a command: longer than `settled` takes
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # no two workers share an account id
ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venvs/emulator/bin/python"
ENDPOINT = "GOLDSMITH_TEST_ENDPOINT"  # of an embedded AWS that runs: tests share it and start none
PATIENCE = "GOLDSMITH_TEST_PATIENCE"  # seconds that tests wait for an effect
BROKEN_S = 180.0  # what takes longer is broken, on a busy machine too
NO_RETRIES = Config(retries={"max_attempts": 0}, inject_host_prefix=False, s3={"addressing_style": "path"})


class NotStartedError(RuntimeError):
    """The embedded AWS did not come up; the message holds the end of its log."""


@dataclass
class Embedded:
    endpoint: str
    accounts: Iterator[int] = field(default_factory=lambda: count(200_000_000_001 + 1_000_000 * WORKER), compare=False)

    def new_account(self) -> "Account":
        """An account nobody has used: tests that have one of their own cannot disturb each other."""
        return Account(self.endpoint, str(next(self.accounts)))

    def tell(self, command: str, **body: Any) -> Any:
        """Give the embedded AWS one of its own commands (`emulator/gateway/control.py`); its "no" is a ValueError."""
        return _tell(self.endpoint, command, body)


def _tell(endpoint: str, command: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(f"{endpoint}/_goldsmith/{command}", json.dumps(body).encode())  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=WAITS_S) as answer:  # noqa: S310 - loopback only
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error)["error"]) from error


RUNNING: Final[list[Embedded]] = []


@dataclass(frozen=True)
class Account:
    """One account: a 12-digit access key is that account's root user."""

    endpoint: str
    id: str

    def tell(self, command: str, **body: Any) -> Any:
        """Give a command about this account."""
        return _tell(self.endpoint, command, {"account": self.id} | body)

    def client(self, service: str, region: str = "us-east-1", **credentials: str) -> Any:
        """A boto3 client that never retries; other credentials (of a role) as boto3 names them."""
        keys = {"aws_access_key_id": self.id, "aws_secret_access_key": "local"} | credentials
        return _client(self.endpoint, service, region, **keys)


@lru_cache(maxsize=64)
def _client(endpoint: str, service: str, region: str, **keys: str) -> Any:
    """Making a client takes longer than most calls, and each holds megabytes: the last ones are kept."""
    return boto3.client(service, region_name=region, endpoint_url=endpoint, config=NO_RETRIES, **keys)  # type: ignore[call-overload]


@contextlib.contextmanager
def started(folder: Path, module: str = "emulator.gateway.server", **environment: str) -> Iterator[Embedded]:
    """Start one on a free port, wait until it answers, end it afterwards."""
    port = free_port()
    log = folder / f"embedded-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [PYTHON, "-m", module, str(port)],
            cwd=ROOT, env=os.environ | environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        embedded = Embedded(f"http://127.0.0.1:{port}")
        try:
            wait_until_ready(embedded.endpoint, process)
        except NotStartedError as error:
            raise NotStartedError(log.read_text()[-4000:]) from error
        with awaited(embedded):
            yield embedded
    finally:
        process.terminate()
        process.wait(timeout=BROKEN_S)


@contextlib.contextmanager
def awaited(embedded: Embedded) -> Iterator[Embedded]:
    """One that `eventually` lets come to rest before it looks."""
    RUNNING.append(embedded)
    try:
        yield embedded
    finally:
        RUNNING.remove(embedded)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(endpoint: str, process: "subprocess.Popen[Any]") -> None:
    """Return as soon as it answers; NotStartedError if it ends before that, or takes BROKEN_S."""
    deadline = time.monotonic() + BROKEN_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5):  # noqa: S310
            return
        time.sleep(0.05)  # waits for a process, not for an effect
    raise NotStartedError(endpoint)


def eventually(probe: Callable[[], T], *, at_rest: bool = True) -> T:
    """The first truthy answer of `probe`; an AssertionError with the last answer if none comes in three minutes.

    It is asked when nothing goes on by itself any more, unless `at_rest` is false: of what the embedded AWS does, its
    first answer is then the last.  It is asked again for what others do, such as a command that runs beside the test,
    and because it may itself let things go on.  The three minutes bound how long a broken test takes.
    """
    within = float(os.environ.get(PATIENCE, BROKEN_S))
    deadline = time.monotonic() + within
    pause = 0.02
    while True:
        for each in RUNNING if at_rest else ():
            each.tell("settled", seconds=within)
        if answer := probe():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still {answer!r} after {within} s")
        time.sleep(pause)
        pause = min(2 * pause, 0.3)
