"""Roles for tests: made by the account's root through IAM, assumed through STS, as anybody would."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from tests.embedded import Account

Statement = dict[str, Any]
NUMBERS = count(1)


@dataclass(frozen=True)
class Role:
    account: Account
    name: str
    arn: str
    keys: dict[str, str]

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """A client with the session of the assumed role."""
        return self.account.client(service, region, **self.keys)


def allow(action: str | list[str], resource: str | list[str] = "*", **condition: Any) -> Statement:
    """One Allow; `condition` holds operators, as in `StringEquals={...}`."""
    statement: Statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def deny(action: str | list[str], resource: str | list[str] = "*", **condition: Any) -> Statement:
    return allow(action, resource, **condition) | {"Effect": "Deny"}


def policy(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(*services: str, account: str = "") -> str:
    """A trust policy for these services, and for an account's own principals."""
    principal = {"Service": list(services)} | ({"AWS": f"arn:aws:iam::{account}:root"} if account else {})
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def make_role(account: Account, *statements: Statement, services: tuple[str, ...] = (), **more: Any) -> str:
    """A new role with these rights; its ARN.  `more` are parameters of CreateRole."""
    iam = account.client("iam")
    name = f"role-{next(NUMBERS)}"
    document = trust(*services, account=account.id)
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **more)["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=policy(*statements))
    return str(arn)


def assume(account: Account, arn: str) -> Role:
    keys = account.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
    session = {ours: keys[theirs] for ours, theirs in names.items()} | {"aws_session_token": keys["SessionToken"]}
    return Role(account, arn.rpartition("/")[2], arn, session)


def role(account: Account, *statements: Statement, **more: Any) -> Role:
    """A new role with these rights, assumed."""
    return assume(account, make_role(account, *statements, **more))


DENIALS = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}


def denial(call: Callable[[], Any]) -> str:
    """The message of the denial that `call` meets; "" if it passes IAM, whatever the service says then."""
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIALS:
            return str(error.response["Error"]["Message"])
    return ""
