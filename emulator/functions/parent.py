"""The parent of Lambda workers: the bare interpreter executes this file, imports what many functions import, and forks.

It knows the standard library alone, like `runtime.py`, which it runs in each child.  Its first argument is the
number of a socket to the emulator, its second what to prepare, in JSON.  The first line on the socket tells the
emulator what is prepared; from then on each byte on it asks for a worker and brings four open files: the worker's
standard input, its output, the pipe for its answers, and a socket to tell its process id and how it ended.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import re
import signal
import socket
import struct
import sys
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

FILES: Final = 4
ANSWERS: Final = 3  # the number of a worker's pipe for answers, after its input, its output and its errors
NUMBER: Final = struct.Struct("<i")
# botocore asks where a user's files would lie: a function has none, wherever its home is, and neither has this process.
NOWHERE: Final = "HOME"
# Settings that few functions have: those that have one of them are forked from a parent that has imported nothing.
SETTINGS: Final = re.compile("_?PYTHON.*|PYDANTIC_.*")
READ: Final[set[str]] = set()


class ReadTooEarlyError(BaseException):
    """A module looked at the environment as it was imported; no Exception, because modules catch those."""


class Unread(os._Environ[str]):
    """The class of `os.environ` for a while: the object stays, since modules hold it."""

    def __getitem__(self, name: str) -> str:
        if SETTINGS.fullmatch(name):
            READ.add(name)
        elif name != NOWHERE:
            raise ReadTooEarlyError(name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        raise ReadTooEarlyError("all of it")


@contextlib.contextmanager
def nobody_reads_the_environment() -> Iterator[None]:
    """It is this process's own: what a module makes of it at import would be wrong in every function."""
    whole = type(os.environ)
    os.environ.__class__ = Unread
    try:
        yield
    finally:
        os.environ.__class__ = whole


def prepare(wanted: dict[str, Any]) -> dict[str, list[str]]:
    """Import what is wanted and can be: the top-level modules that workers start with, and the settings these saw."""
    before = set(sys.modules)
    sys.path[:0] = wanted["path"]
    with nobody_reads_the_environment():
        for name in wanted["modules"]:
            import_or_leave(name)
        for name in wanted["packages"]:
            for module in modules_of(name):
                import_or_leave(module)
        if "botocore" in sys.modules:
            read_models_once(wanted["services"])
    del sys.path[: len(wanted["path"])]  # a worker puts its code before it
    modules = {name.partition(".")[0] for name in sys.modules.keys() - before}
    return {"modules": sorted(modules), "settings": sorted(READ)}


def import_or_leave(name: str) -> None:
    """Import a module, or leave no trace of having tried: then the worker imports it, and reports what goes wrong."""
    before = set(sys.modules)
    try:
        importlib.import_module(name)
    except BaseException:  # noqa: BLE001 - whatever a module of a layer does; it does so again in the worker
        for each in sys.modules.keys() - before:
            del sys.modules[each]


def modules_of(package: str) -> list[str]:
    found = importlib.util.find_spec(package)
    folders = [Path(each) for each in (found and found.submodule_search_locations) or []]
    paths = [path.relative_to(folder.parent) for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]


def read_models_once(services: Iterable[str]) -> None:
    """botocore's models of services are most of what a client costs; botocore itself shares them within a session."""
    loaders = importlib.import_module("botocore.loaders")
    loaders.JSONFileLoader.load_file = staticmethod(cache(loaders.JSONFileLoader().load_file))
    loader = loaders.Loader()
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        loader.load_data(name)
    for service in services:
        for kind in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)


def fork_workers(control: socket.socket) -> None:
    """Fork a worker each time that one is asked for.  Returns in the workers; this process ends with the emulator."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a watcher that ends is of no interest
    while True:
        asked, files, _, _ = socket.recv_fds(control, 1, FILES)
        if not asked:
            os._exit(0)
        if not os.fork():
            control.close()  # the end of this process is to be seen at its other end
            return watched_worker(*files)
        for file in files:
            os.close(file)


def watched_worker(requests: int, out: int, answers: int, told: int) -> None:
    """Fork the worker from a process of its own, which waits for it and tells how it ended.  Returns in the worker."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if worker := os.fork():
        for file in (requests, out, answers):
            os.close(file)
        watch(worker, told)
    os.setsid()
    for file, number in ((requests, 0), (out, 1), (out, 2), (answers, ANSWERS)):
        os.dup2(file, number)
    os.closerange(ANSWERS + 1, os.sysconf("SC_OPEN_MAX"))


def watch(worker: int, told: int) -> None:
    os.write(told, NUMBER.pack(worker))
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker, signal.SIGKILL)  # what it started holds its log open
    with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
        os.write(told, NUMBER.pack(status))
    os._exit(0)


def runtime() -> Any:
    """`runtime.py`, under no name that a function could import."""
    found = importlib.util.spec_from_file_location("runtime", Path(__file__).with_name("runtime.py"))
    if not found or not found.loader:
        raise ImportError("runtime.py does not lie beside this file")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


if __name__ == "__main__":
    run = runtime()
    emulator = socket.socket(fileno=int(sys.argv[1]))
    prepared = prepare(json.loads(sys.argv[2]))
    if threading.active_count() > 1:
        sys.exit(f"a thread does not survive a fork: nothing of {sys.argv[2]} can be prepared")
    gc.collect()
    gc.freeze()  # what all workers share is looked through by none of them
    sys.stdout.flush()
    emulator.sendall(json.dumps(prepared).encode() + b"\n")
    fork_workers(emulator)
    run.main(ANSWERS)
