"""What one request asks of IAM: each action on each resource, with the condition keys that AWS evaluates there."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

Context = Mapping[str, str | list[str]]


class NotModelledError(Exception):
    """We do not know which resources AWS evaluates for this action, so nobody but root may use it."""


@dataclass(frozen=True)
class Check:
    """One thing that the caller must be allowed to do; `context` holds condition keys and their values."""

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A request, in the words that the service's own protocol uses."""

    service: str
    operation: str
    method: str
    path: str
    body: bytes
    params: Mapping[str, Any]
    region: str
    account: str

    @property
    def action(self) -> str:
        return f"{self.service}:{self.operation}"

    def one(self, name: str) -> str:
        """A query parameter, or ""."""
        value = self.params.get(name, "")
        return str(value[0] if isinstance(value, list) and value else value or "")

    def many(self, prefix: str) -> list[str]:
        """`InstanceId.1`, `InstanceId.2` … in their order; a bare `InstanceId` counts too."""
        numbered = [name for name in self.params if re.fullmatch(rf"{re.escape(prefix)}(\.\d+)?", name)]
        return [self.one(name) for name in sorted(numbered, key=lambda name: (len(name), name))]

    def indices(self, prefix: str) -> list[str]:
        """`BlockDeviceMapping.1`, `BlockDeviceMapping.2` … of a list of structures."""
        found = {match[0] for name in self.params if (match := re.match(rf"{re.escape(prefix)}\.\d+(?=\.)", name))}
        return sorted(found, key=lambda name: (len(name), name))

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body of a JSON request; a body that is no JSON object has nothing in it."""
        try:
            body = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    def text(self, name: str) -> str:
        """A text member of the JSON body, or ""."""
        value = self.json.get(name)
        return value if isinstance(value, str) else ""

    def arn(self, resource: str, service: str = "") -> str:
        """The ARN of a resource in the caller's account and region; an ARN stays as it is."""
        if resource.startswith("arn:"):
            return resource
        return f"arn:aws:{service or self.service}:{self.region}:{self.account}:{resource}"

    def check(self, resource: str = "*", **context: Any) -> Check:
        """This call's own action on one resource."""
        return Check(self.action, resource, context)


def pass_role(role_arn: str, service: str) -> Sequence[Check]:
    """What handing a role to a service needs; nothing if no role is handed over."""
    if not role_arn:
        return ()
    return (Check("iam:PassRole", role_arn, {"iam:PassedToService": service}),)


def tag_keys(tags: Mapping[str, str], prefix: str = "aws:RequestTag") -> dict[str, str | list[str]]:
    """`aws:RequestTag/*` and `aws:TagKeys` for the tags that a request sets; no tags, no keys."""
    if not tags:
        return {}
    return {f"{prefix}/{key}": value for key, value in tags.items()} | {"aws:TagKeys": list(tags)}


Resources = Callable[[Call], Sequence[Check]]
RESOURCES: Final[dict[str, Resources]] = {}


def resources_of(*services: str) -> Callable[[Resources], Resources]:
    """Register what a service evaluates; an empty answer leaves the call to the emulator's own idea."""

    def register(resources: Resources) -> Resources:
        RESOURCES.update(dict.fromkeys(services, resources))
        return resources

    return register
