"""Gives the embedded AWS its own commands (`emulator/gateway/control.py`), from outside of its process."""

import json
import urllib.error
import urllib.request
from typing import Any


def tell(endpoint: str, command: str, **body: Any) -> Any:
    """The answer; its "no" is a ValueError with the reason."""
    request = urllib.request.Request(f"{endpoint}/_goldsmith/{command}", json.dumps(body).encode())  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error)["error"]) from error
