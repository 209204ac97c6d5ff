"""The only place where AWS clients are made."""

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from goldsmith.errors import NeedsAPerson

# Few attempts: the workflow or Lambda tries again too, without a function that waits.
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=3, read_timeout=20)


@cache
def session() -> boto3.Session:
    """One session for all clients: reading the service models is what costs."""
    return boto3.Session()


@cache
def client(service: str, region: str | None = None) -> Any:
    """The client of `service` in `region`; without one, in the home region."""
    return session().client(service, region_name=region, config=CONFIG)  # type: ignore[call-overload]


def setting(name: str) -> str:
    """A value that template.yaml gives to the function; NeedsAPerson if it does not."""
    try:
        return os.environ[name]
    except KeyError:
        raise NeedsAPerson(f"the environment variable {name} is not set: deploy template.yaml again") from None
