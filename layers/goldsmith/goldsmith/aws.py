"""The only place where AWS clients are made."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, DeferredRefreshableCredentials

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


@cache
def member(account: str, role: str) -> Callable[[str, str], Any]:
    """`client(service, region)` in another account, or in one's own, as a role of member-account.yaml there."""
    ours = session()
    partition = ours.get_partition_for_region(ours.region_name)
    inner = botocore.session.get_session()
    inner.register_component(
        "credential_provider", CredentialResolver([_Role(f"arn:{partition}:iam::{account}:role/{role}")])
    )
    theirs = boto3.Session(botocore_session=inner)

    @cache
    def client_of(service: str, region: str) -> Any:
        return theirs.client(service, region_name=region, config=CONFIG)  # type: ignore[call-overload]

    return client_of


class _Role(CredentialProvider):
    """Credentials of a role, renewed before they end."""

    METHOD = "assume-role"

    def __init__(self, arn: str) -> None:
        super().__init__()
        self._arn = arn

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(
            method=self.METHOD, refresh_using=self._assume, time_fetcher=lambda: datetime.now(UTC)
        )

    def _assume(self) -> dict[str, str]:
        got = client("sts").assume_role(RoleArn=self._arn, RoleSessionName="goldsmith")["Credentials"]
        return {
            "access_key": got["AccessKeyId"],
            "secret_key": got["SecretAccessKey"],
            "token": got["SessionToken"],
            "expiry_time": got["Expiration"].isoformat(),
        }


def setting(name: str) -> str:
    """A value that template.yaml gives to the function; NeedsAPerson if it does not."""
    try:
        return os.environ[name]
    except KeyError:
        raise NeedsAPerson(f"the environment variable {name} is not set: deploy template.yaml again") from None
