"""Workers are forked from a parent that has imported their layers' packages: a cold start without its cost.

There is a parent for each search path of layers.  `parent.py` is what it runs.
"""

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Final

from emulator.functions.code import folder

LOG: Final = logging.getLogger(__name__)
HERE: Final = Path(__file__).parent
BARE: Final = HERE.parents[1] / ".venvs/bare/bin/python"
PARENT: Final = HERE / "parent.py"
# Powertools and the X-Ray SDK are not among them: they look at the environment as they are imported.
PREPARED: Final = {
    "modules": ["boto3", "cronsim", "pydantic", "yaml"],
    "packages": ["goldsmith"],
    "services": ["autoscaling", "dynamodb", "ec2", "events", "inspector2", "s3", "sns", "ssm", "stepfunctions", "sts"],
}
# What decides about standard streams, dates and locales as Python starts; workers get their own before they run.
ENVIRONMENT: Final = {
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
}
NUMBER: Final = 4


class ParentEndedError(RuntimeError):
    """The parent ended before it had forked."""


class Child:
    """A forked process, as `subprocess.Popen` shows one; its output is one stream, and its answers another."""

    def __init__(self, told: socket.socket, stdin: IO[str], stdout: IO[str], answers: IO[str]) -> None:
        self._told, self.stdin, self.stdout, self.answers = told, stdin, stdout, answers
        self.returncode: int | None = None
        self._lock = threading.Lock()
        if (pid := self._number()) is None:
            raise ParentEndedError
        self.pid = pid

    def _number(self) -> int | None:
        told = self._told.recv(NUMBER, socket.MSG_WAITALL)
        return int.from_bytes(told, "little", signed=True) if told else None

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, or minus the signal that ended the process."""
        with self._lock:
            if self.returncode is None:
                self._told.settimeout(timeout)
                try:
                    status = self._number()
                except (BlockingIOError, TimeoutError):
                    raise subprocess.TimeoutExpired("a worker", timeout or 0) from None
                self.returncode = -signal.SIGKILL if status is None else status  # somebody ended who would have told
                self._told.close()
            return self.returncode

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def kill_group(self) -> None:
        """End it with all that it started; once it has ended, its parent has done that."""
        self._signal(signal.SIGKILL, os.killpg)

    def _signal(self, number: int, send: Any = os.kill) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                send(self.pid, number)


class Parent:
    """A process that forks workers, from its start until it ends or the emulator does."""

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        wanted = (PREPARED if path else {"modules": [], "packages": [], "services": []}) | {"path": path}
        with theirs:
            self._popen = subprocess.Popen(  # noqa: S603 - the interpreter and a file of ours
                [BARE, "-I", "-X", f"pycache_prefix={folder() / 'bytecode'}",
                 PARENT, str(theirs.fileno()), json.dumps(wanted)],
                env=ENVIRONMENT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
            )  # fmt: skip
        threading.Thread(target=self._log, daemon=True).start()
        with self._control.makefile() as lines:
            line = lines.readline()
        told = json.loads(line or "{}")
        self.ready = bool(line)
        self._modules, self._settings = set(told.get("modules", [])), set(told.get("settings", []))

    def _log(self) -> None:
        for line in self._popen.stdout or ():
            LOG.warning("the parent of functions: %s", line.rstrip("\n"))
        self._popen.wait()

    def suits(self, code: Path, environment: Iterable[str]) -> bool:
        """Whether its imports are those that a function with this code and these variables would make."""
        brought = {each.name.partition(".")[0] for each in code.iterdir()}
        return self.ready and not self._modules & brought and not self._settings & set(environment)

    def fork(self) -> Child:
        """A new worker; ParentEndedError if this process has ended."""
        requests, stdin = os.pipe()
        stdout, out = os.pipe()
        reading, answers = os.pipe()
        told, telling = socket.socketpair()
        theirs = [requests, out, answers, telling.detach()]
        with contextlib.ExitStack() as closing:
            ours = (os.fdopen(stdin, "w"), os.fdopen(stdout, errors="replace"), os.fdopen(reading))
            for each in (told, *ours):
                closing.enter_context(each)
            self._send(theirs)
            child = Child(told, *ours)
            closing.pop_all()  # they are the child's now
            return child

    def _send(self, files: list[int]) -> None:
        try:
            with self._lock:
                socket.send_fds(self._control, [b"w"], files)
        except OSError as error:
            raise ParentEndedError(str(error)) from error
        finally:
            for file in files:
                os.close(file)


_PARENTS: Final[dict[tuple[str, ...], Parent]] = {}
_STARTING: Final = threading.Lock()
os.register_at_fork(after_in_child=_PARENTS.clear)  # what it forked, another process could not wait for


def worker(layers: Sequence[str], code: Path, environment: Iterable[str]) -> Child:
    """A new process for a function with these folders of layers and environment variables.

    Code that brings a module which its layers' parent has imported, or variables that such a module looks at as it is
    imported, need a process that has imported nothing.
    """
    parent = _parent(tuple(layers))
    if not parent.suits(code, environment):
        parent = _parent(())
    try:
        return parent.fork()
    except ParentEndedError:
        _forget(parent)
        return _parent(parent.path).fork()


def _parent(path: tuple[str, ...]) -> Parent:
    with _STARTING:
        if path not in _PARENTS:
            _PARENTS[path] = Parent(path)
        return _PARENTS[path]


def _forget(ended: Parent) -> None:
    with _STARTING:
        if _PARENTS.get(ended.path) is ended:
            del _PARENTS[ended.path]
