"""One embedded AWS after another, each without one patch, from one process that imported them once: `make contracts`.

Each line on standard input is a request: `start PATCH` starts one that lacks the patch, `start` one that lacks none,
and `end` starts none.  Each ends the one before, and is answered with `started` or `ended` when that is so.
"""

import gc
import os
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from emulator.gateway import server
from emulator.gateway.patching import WITHOUT


def main(port: int) -> None:
    assembly = server.prepared(port)
    gc.freeze()  # or each child's collector writes to every object that it shares with this process, and copies it
    running = 0
    try:
        for line in sys.stdin:
            if running:
                os.kill(running, signal.SIGKILL)
                os.waitpid(running, 0)
            request, _, patch = line.strip().partition(" ")
            running = _started(assembly, port, patch) if request == "start" else 0
            sys.stdout.write("started\n" if running else "ended\n")
            sys.stdout.flush()
    finally:
        server.remove(Path(tempfile.gettempdir()))


def _started(assembly: ModuleType, port: int, patch: str) -> int:
    """The process that serves without this patch, as soon as it takes requests; 0 if it ended instead."""
    process = os.fork()
    if not process:
        _serve(assembly, port, patch)
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return process
        time.sleep(0.02)  # waits for a process, not for an effect
    return 0


def _serve(assembly: ModuleType, port: int, patch: str) -> NoReturn:
    os.environ[WITHOUT] = patch
    status = 1
    try:
        status = assembly.serve(port)
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]))
