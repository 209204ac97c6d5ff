"""Walk through the README as a new user would: its own commands, in its own order, against a running `make local`.

python -m tests.walk http://127.0.0.1:4566
"""

import contextlib
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

from rich.console import Console

from tests.embedded import ROOT

MARK = "With `make local` running"
WAIT_S = 120


def commands(endpoint: str) -> str:
    """The shell block that follows MARK in the README, for this endpoint."""
    text = (ROOT / "README.md").read_text()
    block = re.search(r"```sh\n(.*?)```", text[text.index(MARK) :], re.DOTALL)
    if block is None:
        raise ValueError(f"README.md: no commands after {MARK!r}")
    return block[1].replace("http://127.0.0.1:4566", endpoint)


def wait_until_deployed(endpoint: str) -> None:
    """`make local` announces itself on its terminal; here we ask until the stack is there."""
    about = b'{"account": "123456789012", "region": "us-east-1"}'
    asked = urllib.request.Request(f"{endpoint}/_goldsmith/schedules", about)  # noqa: S310 - loopback
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - loopback
            if b"Sweep" in answer.read():
                return
        time.sleep(0.5)
    raise TimeoutError(f"nothing was deployed to {endpoint} within {WAIT_S} s")


def main(endpoint: str) -> int:
    console = Console(highlight=False)
    wait_until_deployed(endpoint)
    run = subprocess.run(["bash", "-euxc", commands(endpoint)], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    console.print(run.stdout + run.stderr, markup=False)
    promised = {"Image Adopted", "Adoption Requested"}
    if run.returncode or not all(word in run.stdout for word in promised):
        console.print(f"the README's walk ended with {run.returncode}, and should have shown {promised}", style="red")
        return 1
    console.print("the README's walk went as it says", style="green")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
