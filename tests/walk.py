"""Walk through the README as a new user would: its own commands, in its own order, against a running `make local`.

python -m tests.walk http://127.0.0.1:4566
"""

import contextlib
import re
import subprocess
import sys
import time

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from tests.embedded import ROOT

BEGIN, END = "With `make local` running", "## What you saw"
ENDS = (0, 1, 1, 0)  # how each block ends: the second one shows a version that fails, the third a build that does
PROMISED = (
    "webapp-prod accepted", "Image Built", "passed: it is verified", "Image Promoted", "tests are sound",
    "CVE-2026-1111 in openssl (critical)", "Build Failed", "Image Adopted", "Adoption Requested",
)  # fmt: skip
LAST_REGION = "us-west-2"  # to be deployed to
WAIT_S = 120


def blocks(endpoint: str) -> list[str]:
    """The shell blocks of the walk, each with the settings that the first one exports, for this endpoint."""
    text = (ROOT / "README.md").read_text()
    walk = text[text.index(BEGIN) : text.index(END)].replace("http://127.0.0.1:4566", endpoint)
    found = re.findall(r"```sh\n(.*?)```", walk, re.DOTALL)
    if len(found) != len(ENDS):
        raise ValueError(f"README.md: {len(found)} blocks of commands between {BEGIN!r} and {END!r}, not {len(ENDS)}")
    exports = "".join(line + "\n" for line in found[0].splitlines() if line.startswith("export "))
    return [exports + block for block in found]


def wait_until_deployed(endpoint: str) -> None:
    """`make local` announces itself on its terminal; here we ask until the key of the last region is there."""
    session = boto3.Session(aws_access_key_id="123456789012", aws_secret_access_key="local")  # noqa: S106 - of nobody
    kms = session.client("kms", region_name=LAST_REGION, endpoint_url=endpoint)
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(BotoCoreError, ClientError):
            kms.describe_key(KeyId="alias/goldsmith")
            return
        time.sleep(0.5)
    raise TimeoutError(f"nothing was deployed to {endpoint} within {WAIT_S} s")


def main(endpoint: str) -> int:
    console = Console(highlight=False)
    wait_until_deployed(endpoint)
    said = ""
    for block, end in zip(blocks(endpoint), ENDS, strict=True):
        run = subprocess.run(["bash", "-euxc", block], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
        console.print(run.stdout + run.stderr, markup=False)
        said += run.stdout
        if run.returncode != end:
            console.print(f"the README's walk ended with {run.returncode} where it should have with {end}", style="red")
            return 1
    if missing := [word for word in PROMISED if word not in said]:
        console.print(f"the README's walk did not show {missing}", style="red")
        return 1
    console.print("the README's walk went as it says", style="green")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
