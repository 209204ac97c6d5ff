"""The accounts and regions that an audit looks at, and its clients there."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)

from goldsmith.gather.retire.images import regions
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.reading import UNREADABLE, explain
from goldsmith.values.usage import Unseen
from goldsmith_cli.audit.pace import Calls

CONFIG: Final = Config(
    retries={"mode": "standard", "max_attempts": 6}, connect_timeout=3, read_timeout=60, max_pool_connections=2
)
MAKING: Final = threading.Lock()  # a session is not made for threads; its clients are


@dataclass(frozen=True)
class Account:
    """The account of a session.  All its clients, of all regions, are made of that one session."""

    session: boto3.Session
    calls: Calls

    @property
    def home(self) -> str:
        return self.session.region_name or "us-east-1"

    @cached_property
    def id(self) -> str:
        return str(self.client("sts", self.home, "").get_caller_identity()["Account"])

    def client(self, service: str, region: str, account: str) -> Any:
        with MAKING:
            made = self.session.client(service, region_name=region, config=CONFIG)  # type: ignore[call-overload]
        return self.calls.watch(made, account)

    def regions(self) -> list[str]:
        return regions(self.client("ec2", self.home, self.id))

    def reader(self, region: str) -> RegionReader:
        return RegionReader(self.id, region, Clients(self, region))

    def organizations(self) -> Any:
        return self.client("organizations", self.home, self.id)


@dataclass
class Clients:
    """One client per service in one region; EC2's, which is asked again, stays, the others go with their last use."""

    account: Account
    region: str
    made: dict[str, Any] = field(default_factory=dict)

    def __call__(self, service: str) -> Any:
        if service not in self.made:
            self.made = {name: client for name, client in self.made.items() if name in {"ec2", "ssm"}}
            self.made[service] = self.account.client(service, self.region, self.account.id)
        return self.made[service]


@dataclass
class Scope:
    """Where to look, and what could not even be entered."""

    accounts: dict[str, Account] = field(default_factory=dict)
    places: list[RegionReader] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)

    def organizations(self) -> tuple[Any, ...]:
        return tuple(account.organizations() for account in self.accounts.values())


def scope(roles: Sequence[str], regions_wanted: Sequence[str], calls: Calls) -> Scope:
    """One's own account, and that of each role, in each wanted region, or in all that are enabled there."""
    source = botocore.session.get_session()
    found = Scope()
    for role in ("", *roles):
        account = Account(_assumed(source, role) if role else boto3.Session(botocore_session=source), calls)
        try:
            if account.id not in found.accounts:
                found.accounts[account.id] = account
                found.places += [account.reader(region) for region in regions_wanted or account.regions()]
        except UNREADABLE as error:
            if not role:
                raise
            error_ = explain(error, ("sts:AssumeRole", "ec2:DescribeRegions"))
            found.unseen.append(Unseen(account=role.split(":")[4], region="*", source="account", error=error_))
    return found


class _Role(CredentialProvider):
    """Credentials of a role, renewed before they end."""

    METHOD = "assume-role"

    def __init__(self, source: botocore.session.Session, role: str) -> None:
        super().__init__()
        self._fetcher = AssumeRoleCredentialFetcher(
            client_creator=source.create_client,
            source_credentials=source.get_credentials(),
            role_arn=role,
            extra_args={"RoleSessionName": "goldsmith-audit"},
        )

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(
            method=self.METHOD, refresh_using=self._fetcher.fetch_credentials, time_fetcher=lambda: datetime.now(UTC)
        )


def _assumed(source: botocore.session.Session, role: str) -> boto3.Session:
    """A session of a role that shares the service models which `source` has read."""
    inner = botocore.session.get_session()
    inner.register_component("data_loader", source.get_component("data_loader"))
    inner.register_component("credential_provider", CredentialResolver([_Role(source, role)]))
    return boto3.Session(botocore_session=inner, region_name=source.get_config_variable("region"))
