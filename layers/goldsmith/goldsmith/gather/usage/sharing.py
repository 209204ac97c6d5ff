"""Who else may launch an image: its launch permissions, organisations and organisational units expanded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import CannotTell
from goldsmith.gather.usage.reader import RegionReader

ACTIONS: Final = (
    "ec2:DescribeImageAttribute",
    "organizations:ListAccounts",
    "organizations:ListAccountsForParent",
    "organizations:ListOrganizationalUnitsForParent",
)


def shared_with(reader: RegionReader, image: str) -> list[str]:
    """Account ids, ARNs of organisations and their units, and `all`."""
    answer = reader.client("ec2").describe_image_attribute(ImageId=image, Attribute="launchPermission")
    if "LaunchPermissions" not in answer:
        raise CannotTell(f"ec2: the launch permissions of {image} came without LaunchPermissions")
    return [next(iter(permission.values())) for permission in answer["LaunchPermissions"] if permission]


@dataclass
class Organization:
    """The accounts behind ARNs of AWS Organizations, as the first account that may ask sees them."""

    clients: tuple[Any, ...]
    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def accounts(self, arn: str) -> frozenset[str]:
        """CannotTell if no account may ask, or if the ARN is of another organisation."""
        if arn not in self.known:
            self.known[arn] = self._ask(arn)
        return self.known[arn]

    def _ask(self, arn: str) -> frozenset[str]:
        refused = "no account to ask"
        for client in self.clients:
            try:
                return frozenset(_members(client, arn))
            except ClientError as error:
                refused = f"organizations:{error.operation_name}: {error}"
        raise CannotTell(f"{arn}: {refused}")


def _members(client: Any, arn: str) -> Iterator[str]:
    resource, organization, *unit = arn.split(":")[5].split("/")
    if resource == "organization":
        pages = client.get_paginator("list_accounts").paginate()
        listed = [account for page in pages for account in page["Accounts"]]
        if not all(f"/{organization}/" in account["Arn"] for account in listed):
            raise CannotTell(f"{arn} is another organisation than ours")
        if not listed:
            raise CannotTell(f"{arn} has no accounts, which cannot be")
        yield from (account["Id"] for account in listed)
    else:
        yield from _below(client, unit[-1])


def _below(client: Any, unit: str) -> Iterator[str]:
    for page in client.get_paginator("list_accounts_for_parent").paginate(ParentId=unit):
        yield from (account["Id"] for account in page["Accounts"])
    for page in client.get_paginator("list_organizational_units_for_parent").paginate(ParentId=unit):
        for below in page["OrganizationalUnits"]:
            yield from _below(client, below["Id"])
