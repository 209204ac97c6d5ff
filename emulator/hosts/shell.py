"""A step really run on this machine: for tests of real scripts, with a directory of its own and no credentials."""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from threading import Event
from typing import Final

from emulator.hosts.script import Outcome
from emulator.ssm.documents import Step

PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TICK: Final = 0.05


def run(step: Step, cancelled: Event) -> Outcome:
    """Run the step's lines as AWS's agent does: as one file, by sh, its exit code deciding."""
    if step.directory and not Path(step.directory).is_dir():
        return Outcome("Failed", 1, stderr=f"chdir {step.directory}: no such file or directory\n")
    with tempfile.TemporaryDirectory(prefix="host-") as name:
        script, home = Path(name) / "_script.sh", Path(name) / "home"
        home.mkdir()
        script.write_text(step.text + "\n")
        script.chmod(0o700)
        with (Path(name) / "stdout").open("w+b") as out, (Path(name) / "stderr").open("w+b") as err:
            process = subprocess.Popen(  # noqa: S603 - running what was asked is the point
                ["/bin/sh", "-c", str(script)],
                cwd=step.directory or home, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env={"PATH": PATH, "HOME": str(home), "LANG": "C.UTF-8"}, start_new_session=True,
            )  # fmt: skip
            status = _wait(process, step.seconds, cancelled)
            out.seek(0)
            err.seek(0)
            texts = out.read().decode(errors="replace"), err.read().decode(errors="replace")
        return Outcome(status or ("Failed" if process.returncode else "Success"), process.returncode, *texts)


def _wait(process: "subprocess.Popen[bytes]", seconds: int, cancelled: Event) -> str | None:
    """None when it ended by itself; else it is ended, and this says why."""
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        late = time.monotonic() > deadline
        if late or cancelled.is_set():
            os.killpg(process.pid, 9)
            process.wait()
            return "TimedOut" if late else "Cancelled"
        cancelled.wait(TICK)
    return None
