"""Start the embedded AWS on 127.0.0.1: ministack's gateway, moto behind it, our patches on both."""

import os
import shutil
import signal
import sys
import tempfile
import traceback
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NoReturn

HERE = Path(__file__).parents[1]
ENVIRONMENT = {
    "AUTH": "true",
    "BIND_HOST": "127.0.0.1",
    "MINISTACK_HOST": "127.0.0.1",
    "MINISTACK_ACCOUNT_ID": "123456789012",
    "MINISTACK_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "MOTO_AMIS_PATH": str(HERE / "worlds" / "no-amis.json"),
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "true",
}


def main(port: int) -> NoReturn:
    """Serve until ended, then end at once: executions that are held would keep their threads, and so the process."""
    signal.signal(signal.SIGTERM, _end)  # until the server takes over: what is below must be removed
    assembly = prepared(port)
    status = 1
    try:
        status = int(assembly.serve(port))
    except Exception:  # noqa: BLE001 - said here, since nothing above is left to say it
        traceback.print_exc()
    finally:
        remove(Path(tempfile.gettempdir()))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def prepared(port: int) -> ModuleType:
    """The assembly, with a folder for temporary files that is this process's own.

    The emulators read their settings at import, so the environment comes first.
    """
    folder = tempfile.mkdtemp(prefix="goldsmith-local-")
    os.environ.update(ENVIRONMENT, GATEWAY_PORT=str(port), MOTO_PORT=str(port), TMPDIR=folder)
    tempfile.tempdir = folder
    _read_models_once()
    from emulator.gateway import assembly  # noqa: PLC0415 - see above

    return assembly


def _read_models_once() -> None:
    """botocore reads its models in every session, megabytes of them, and moto makes a dozen as it is imported."""
    from botocore.loaders import JSONFileLoader  # noqa: PLC0415 - imports wait for the environment

    read = cache(JSONFileLoader().load_file)
    setattr(JSONFileLoader, "load_file", staticmethod(read))  # noqa: B010 - mypy takes no other assignment to a method


def remove(folder: Path) -> None:
    """Remove a folder, with what nobody may write to: unpacked functions and layers.

    Functions that still run may add or remove files meanwhile; they end when this process does.
    """
    for place, _, _ in os.walk(folder):
        with suppress(FileNotFoundError):
            Path(place).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _end(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4566)
