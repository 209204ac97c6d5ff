"""`make local`: the embedded AWS with Goldsmith deployed to it, in the foreground until Ctrl-C."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from rich.console import Console

from emulator.gateway.isolation import isolate
from emulator.gateway.server import remove
from sandbox.commanding import tell
from sandbox.deploy import HOME, DeploymentError, deploy_everywhere, prepare
from sandbox.packaging import ROOT, PackagingError, build

PYTHON: Final = ROOT / ".venvs/emulator/bin/python"
LOG: Final = ROOT / "build/local/embedded-aws.log"
ACCOUNT: Final = "123456789012"
WORLD: Final = "small"
PORT_IN_USE: Final = 2
START_S: Final = 60


class NotStartedError(RuntimeError):
    """The embedded AWS ended before it answered; the message holds the end of its log."""


class StoppedError(BaseException):
    """Somebody asked this process to end.  No Exception: botocore would take it for a failed request, and try again."""


def main(port: int) -> int:
    console = Console(highlight=False)
    if _in_use(port):
        text = f"Port {port} is in use: end what listens there, or choose another: make local PORT=4600"
        console.print(text, soft_wrap=True)
        return PORT_IN_USE
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    isolate()
    try:
        with running(port, console) as (endpoint, process):
            with console.status(f"Making the world {WORLD!r}, and packaging what changed"):
                make_world_and_package(endpoint)
            with console.status("Deploying Goldsmith by CloudFormation"):
                outputs = deploy_everywhere(endpoint, ACCOUNT)
            _introduce(console, endpoint, outputs)
            return process.wait()
    except StoppedError:
        return 0
    except (DeploymentError, PackagingError, NotStartedError) as error:
        console.print(f"{error}\nThe log of the embedded AWS: {LOG.relative_to(ROOT)}", style="red", soft_wrap=True)
        return 1


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def stop(*_: object) -> None:
    raise StoppedError


@contextlib.contextmanager
def running(port: int, console: Console, log: Path = LOG) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The embedded AWS in a process group and a folder of its own, which end with everything in them."""
    log.parent.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="goldsmith-")
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and port
            [PYTHON, "-m", "emulator.gateway.server", str(port)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            env=os.environ | {"TMPDIR": folder, "GOLDSMITH_LOCAL_CLOCK": "instant"},
        )  # fmt: skip
    try:
        endpoint = f"http://127.0.0.1:{port}"
        with console.status("Starting the embedded AWS, and building what changed"):
            build(ROOT / "template.yaml")
            if not _answers(f"{endpoint}/_ministack/health", process):
                raise NotStartedError(log.read_text()[-4000:])
        yield endpoint, process
    finally:
        _end(process)
        remove(Path(folder))  # it removes its own as it ends, but functions that still run write there until they end


def _answers(url: str, process: "subprocess.Popen[bytes]") -> bool:
    """Whether it does, before it ends and within a minute."""
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
            return True
        time.sleep(0.05)
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end; after ten seconds, and for workers that outlive it, end the group."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def make_world_and_package(endpoint: str) -> None:
    """Side by side: the one waits for the embedded AWS, the other for SAM."""
    with ThreadPoolExecutor() as pool:
        packaged = pool.submit(prepare, endpoint, ACCOUNT)
        _load_world(endpoint)
        packaged.result()


def _load_world(endpoint: str) -> None:
    try:
        tell(endpoint, "world", account=ACCOUNT, name=WORLD)
    except ValueError as error:
        raise NotStartedError(str(error)) from error


def _introduce(console: Console, endpoint: str, outputs: dict[str, str]) -> None:
    console.print(f"\n[bold green]The embedded AWS runs[/] at [bold]{endpoint}[/], with Goldsmith deployed to it.")
    console.print(f"World: {WORLD}. Log: {LOG.relative_to(ROOT)}. Ctrl-C ends it.\n")
    console.print("Talk to it from another terminal:\n")
    exports = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": HOME,
    }
    for name, value in exports.items():
        console.print(f"  export {name}={value}", soft_wrap=True)
    console.print("\nThree things to try (no AWS CLI? .venvs/tools/bin/aws is one):\n")
    listed = "--query 'Images[].[ImageId,Name,State]' --output table"
    console.print(f"  aws ec2 describe-images --owners self {listed}", soft_wrap=True)
    build = ".venv/bin/goldsmith apply recipes/webapp-prod.yaml && .venv/bin/goldsmith build webapp-prod --follow"
    console.print(f"  {build}", soft_wrap=True)
    console.print(f"  aws dynamodb scan --table-name {outputs['LedgerName']}\n", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4566))
