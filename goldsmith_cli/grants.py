"""KMS grants that let the service-linked roles of an account launch images encrypted with another account's key.

The grants are made from the account of the roles, with that account as retiring principal.  So it can find and retire
them by itself, and the key policy needs to give it neither kms:ListGrants nor kms:RevokeGrant.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import code_of

NAME: Final = "goldsmith-member"  # with the same name and parameters KMS answers with the grant that is there
PATH: Final = "/aws-service-role/"
LAUNCHERS: Final[Mapping[str, str]] = {
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "ec2fleet.amazonaws.com": "AWSServiceRoleForEC2Fleet",
    "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
    "spotfleet.amazonaws.com": "AWSServiceRoleForEC2SpotFleet",
}
OPERATIONS: Final = (
    "CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom", "ReEncryptTo",
)  # fmt: skip
KEY_ARN: Final = re.compile(r"arn:(?P<partition>[\w-]+):kms:(?P<region>[\w-]+):(?P<account>\d{12}):key/[\w-]+")
DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})
WHOM_TO_ASK: Final[Mapping[str, str]] = {
    "kms:CreateGrant": "Whoever runs Goldsmith names account {account} in ConsumerAccounts, or its organization in "
    "ConsumerOrganization, of region.yaml in that region, and an administrator of account {account} allows it to you "
    "on that key.",
    "kms:ListRetirableGrants": "An administrator of account {account} allows it to you on all resources.",
    "kms:RetireGrant": "An administrator of account {account} allows it to you on that key.",
}


@dataclass(frozen=True)
class Key:
    """A key by its ARN: CreateGrant takes no alias, and no id of another account's key."""

    arn: str
    partition: str
    region: str

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Raises ValueError if the text is not the ARN of a key."""
        found = KEY_ARN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text} is not the ARN of a KMS key; a stack of region.yaml has it in its output KeyArn")
        return cls(text, found["partition"], found["region"])


@dataclass(frozen=True)
class Told:
    """What became of one grant, as a line for a person."""

    line: str
    failed: bool = False


@dataclass(frozen=True)
class Consumer:
    """An account that launches shared images, and KMS in the region of one key."""

    account: str
    kms: Any
    key: Key

    @property
    def principal(self) -> str:
        return f"arn:{self.key.partition}:iam::{self.account}:root"

    def grants(self) -> list[dict[str, Any]]:
        """The grants on the key that this command made for roles of the account."""
        pages = self.kms.get_paginator("list_retirable_grants").paginate(RetiringPrincipal=self.principal)
        listed = [each for page in pages for each in page["Grants"]]
        return [each for each in listed if each["KeyId"] == self.key.arn and each.get("Name") == NAME]

    def give(self, roles: Sequence[str]) -> Iterator[Told]:
        """Grant the key to these roles; a role that has its grant keeps it."""
        try:
            whole = [each for each in self.grants() if set(OPERATIONS) <= set(each["Operations"])]
        except ClientError as error:
            yield self._failure("kms:ListRetirableGrants", "", error)
            return
        there = {each["GranteePrincipal"] for each in whole}
        for role in roles:
            yield self._give(role, role in there)

    def _give(self, role: str, there: bool) -> Told:  # noqa: FBT001 - a fact, not a switch
        named = f"{self.key.region}: {role.rpartition('/')[2]}"
        if there:
            return Told(f"{named} has the grant already")
        try:
            self.kms.create_grant(
                KeyId=self.key.arn, GranteePrincipal=role, RetiringPrincipal=self.principal,
                Operations=list(OPERATIONS), Name=NAME,
            )  # fmt: skip
        except ClientError as error:
            return self._failure("kms:CreateGrant", role, error)
        return Told(f"{named} was granted the key")

    def take_back(self) -> Iterator[Told]:
        """Retire our grants on the key."""
        try:
            there = self.grants()
        except ClientError as error:
            yield self._failure("kms:ListRetirableGrants", "", error)
            return
        for each in there:
            role = each["GranteePrincipal"]
            try:
                self.kms.retire_grant(KeyId=self.key.arn, GrantId=each["GrantId"])
                yield Told(f"{self.key.region}: the grant of {role.rpartition('/')[2]} was retired")
            except ClientError as error:
                yield self._failure("kms:RetireGrant", role, error)
        if not there:
            yield Told(f"{self.key.region}: there is no grant on {self.key.arn}")

    def _failure(self, action: str, role: str, error: ClientError) -> Told:
        named = f"{self.key.region}: {role.rpartition('/')[2]}".removesuffix(": ")
        if code_of(error) not in DENIED:
            return Told(
                f"{named}: {action} on {self.key.arn} failed: {error.response['Error']['Message']}", failed=True
            )
        whom = WHOM_TO_ASK[action].format(account=self.account)
        return Told(f"{named}: {action} on {self.key.arn} is denied. {whom}", failed=True)


def launchers(iam: Any) -> dict[str, str]:
    """ARNs of the account's service-linked roles that launch instances, by name, those with a suffix included."""
    pages = iam.get_paginator("list_roles").paginate(PathPrefix=PATH)
    roles = [role for page in pages for role in page["Roles"]]
    return {each["RoleName"]: each["Arn"] for each in roles if _launches(each["Path"], each["RoleName"])}


def _launches(path: str, name: str) -> bool:
    expected = LAUNCHERS.get(path.removeprefix(PATH).rstrip("/"))
    return expected is not None and (name == expected or name.startswith(f"{expected}_"))


def how_to_make(role: str) -> str:
    """The command that makes a service-linked role; "" if it is not one that launches instances."""
    for service, name in LAUNCHERS.items():
        if role == name or role.startswith(f"{name}_"):
            suffix = role.removeprefix(name).lstrip("_")
            more = f" --custom-suffix {suffix}" if suffix else ""
            return f"aws iam create-service-linked-role --aws-service-name {service}{more}"
    return ""
