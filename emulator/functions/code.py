"""Code and layers on disk: each unpacked once per content, shared by all workers and written by none."""

import hashlib
import io
import os
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any, Final

from ministack.services import lambda_svc

_LOCK: Final = threading.Lock()
_READ_ONLY: Final = 0o444
_ENTER: Final = 0o555


def folder() -> Path:
    """Where everything unpacked lies, and the bytecode that Python makes of it."""
    return Path(tempfile.gettempdir()) / "functions"


def unpacked(content: bytes) -> Path:
    """The folder with what this zip file holds; ValueError if it would write outside of it."""
    place = folder() / hashlib.sha256(content).hexdigest()[:32]
    with _LOCK:
        if not place.exists():
            making = place.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            _unpack(content, making)
            making.rename(place)
            place.chmod(_ENTER)
    return place


def _unpack(content: bytes, place: Path) -> None:
    place.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            target = Path(archive.extract(entry, place))
            if not target.is_relative_to(place):
                raise ValueError(f"{entry.filename} lies outside of the archive")
            executable = (entry.external_attr >> 16) & 0o111
            if target.is_file():
                target.chmod(_READ_ONLY | executable)
    for where, _, _ in os.walk(place, topdown=False):
        Path(where).chmod(_ENTER if Path(where) != place else 0o755)


def layers(config: dict[str, Any]) -> list[Path]:
    """The unpacked layers of a function, the one that wins first: on AWS later layers overwrite earlier ones."""
    contents = [lambda_svc._resolve_layer_zip(layer) for layer in config.get("Layers") or []]
    return [unpacked(content) for content in reversed(contents) if content]


def search_path(layer_folders: list[Path]) -> list[str]:
    """What layers add to `sys.path`, between a function's code and the standard library."""
    found = []
    for layer in layer_folders:
        found += [*sorted((layer / "python" / "lib").glob("python3.*/site-packages")), layer / "python"]
    return [str(each) for each in found if each.is_dir()]
