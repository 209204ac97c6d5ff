"""Start the embedded AWS on 127.0.0.1: ministack's gateway, moto behind it, our patches on both."""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
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


def main(port: int) -> None:
    """Serve until ended.  The emulators read their settings at import, so the environment comes first."""
    folder = Path(tempfile.mkdtemp(prefix="goldsmith-local-"))
    os.environ.update(ENVIRONMENT, GATEWAY_PORT=str(port), MOTO_PORT=str(port), TMPDIR=str(folder))
    tempfile.tempdir = str(folder)
    from local import assembly  # noqa: PLC0415 - see above

    assembly.serve(port)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4566)
