import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components.guest import Guest

BASE = Path(os.environ.get("GOLDSMITH_TEST_ROOT", "build/components/none")).absolute()


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where the guests' layers lie: in memory, and on no overlay."""
    assert BASE.is_dir(), "start these tests by `make test-components`, which makes the root they run in"
    made = Path(tempfile.mkdtemp(prefix="goldsmith-guests-", dir="/dev/shm"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def guest(folder: Path) -> Iterator[Guest]:
    """Debian as its packages leave it."""
    made = Guest([BASE], Path(tempfile.mkdtemp(dir=folder)))
    yield made
    made.close()


@pytest.fixture(scope="session")
def golden(folder: Path) -> Path:
    """What hardening and cleaning change about Debian, as one layer."""
    made = Guest([BASE], Path(tempfile.mkdtemp(dir=folder)))
    for name in ("harden", "cleanup"):
        done = made.component(name)
        assert done.returncode == 0, done.stdout + done.stderr
    made.halt()
    return made.layer


@pytest.fixture
def image(golden: Path, folder: Path) -> Iterator[Guest]:
    """What an image holds: Debian, hardened and cleaned."""
    made = Guest([golden, BASE], Path(tempfile.mkdtemp(dir=folder)))
    yield made
    made.close()
