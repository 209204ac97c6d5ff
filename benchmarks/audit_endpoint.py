"""The embedded AWS with the commands of `audit_commands.py`.  Started by benchmarks, in the emulator's environment."""

import sys
from pathlib import Path
from tempfile import gettempdir

from emulator.gateway import server

if __name__ == "__main__":
    port = int(sys.argv[1])
    assembly = server.prepared(port)
    from ministack import app as gateway  # the emulators read the environment at import

    from benchmarks.audit_commands import counting

    gateway.app = counting(gateway.app)
    try:
        assembly.serve(port)
    finally:
        server.remove(Path(gettempdir()))
