"""One embedded AWS after another, each without one patch, from one process that imported them once: `make contracts`.

Each line on standard input is a request, answered by a line when it is done: the name of a patch starts one that lacks
it, an empty line ends it.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from local import server
from local.patching import WITHOUT


def main(port: int) -> None:
    assembly = server.prepared(port)
    running = 0
    try:
        _tell("ready")
        for line in sys.stdin:
            if running:
                os.kill(running, signal.SIGKILL)
                os.waitpid(running, 0)
            running = _started(assembly, port, line.strip())
            _tell(f"{line.strip()} {running}")
    finally:
        server.remove(Path(tempfile.gettempdir()))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _started(assembly: ModuleType, port: int, patch: str) -> int:
    """The process that serves without this patch; 0 for no patch."""
    if patch and (process := os.fork()):
        return process
    if patch:
        _serve(assembly, port, patch)
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
