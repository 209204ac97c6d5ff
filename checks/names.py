"""Fixed names in templates: the second stack that has them is refused, or shares what it should not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from checks.problem import Problem
from checks.transformed import Template

STACK_NAME: Final = "AWS::StackName"
PASSED: Final = "Name"  # the parameter with which a nested stack learns the name of the home stack
INLINE: Final = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy")  # belong to one role each and collide with nothing

DELIBERATE: Final[Mapping[tuple[str, str], str]] = {
    ("region.yaml", "KeyAlias"): "functions and recipes find the key of any region as alias/goldsmith",
    ("member-account.yaml", "Reader"): "functions of the home account assume it in every account by this name",
    ("member-account.yaml", "Retirer"): "functions of the home account assume it in every account by this name",
    ("member-account.yaml", "Restorer"): "functions of the home account assume it in every account by this name",
    ("member-account.yaml", "Holder"): "functions of the home account assume it in every account by this name",
}
"""Names that are the same in every deployment, and why: one account, or one region, has one stack of that template."""

COLLIDES: Final = (
    "{key} of {kind} is fixed: a second stack in this account and region collides with it. "
    "Leave it out (a ScheduleV2 event: `OmitName: true`), or put ${{AWS::StackName}} into it"
)
NOT_FIXED: Final = "{logical} has no fixed name any more. Remove it from DELIBERATE in checks/names.py"
NOT_PASSED: Final = "a nested stack takes the parameter Name for the stack's name. Pass !Ref AWS::StackName"


def fixed_names(template: Template) -> Iterator[Problem]:
    """A problem for each fixed name that is not deliberate, and for each deliberate one that is none."""
    deliberate = {logical for path, logical in DELIBERATE if path == template.path}
    for logical, resource in template.resources.items():
        properties = resource.get("Properties", {})
        fixed = [key for key in properties if _names(resource["Type"], key) and not _own(properties[key], template)]
        if logical in deliberate:
            deliberate -= {logical} if fixed else set()
            continue
        for key in fixed:
            message = COLLIDES.format(key=key, kind=resource["Type"])
            yield Problem(template.path, template.line(logical, key), message)
    for logical in sorted(deliberate):
        yield Problem(template.path, 1, NOT_FIXED.format(logical=logical))
    yield from _not_passed(template)


def _not_passed(template: Template) -> Iterator[Problem]:
    for logical, properties in template.of("AWS::CloudFormation::Stack"):
        if properties.get("Parameters", {}).get(PASSED) != {"Ref": STACK_NAME}:
            yield Problem(template.path, template.line(logical, "Parameters", PASSED), NOT_PASSED)


def _names(kind: str, key: str) -> bool:
    """Whether the property is the name of the resource itself: `Name`, or `RoleName` of an AWS::IAM::Role."""
    thing, part = kind.rpartition("::")[2], key.removesuffix("Name")
    return key.endswith("Name") and kind not in INLINE and (thing.startswith(part) or thing.endswith(part))


def _own(value: Any, template: Template) -> bool:
    """Whether a name holds the name of its stack, or of a resource that CloudFormation names."""
    match value:
        case {"Ref": "AWS::NoValue"}:
            return True
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            return _is_own(name, template)
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), _]}:
            return any(_is_own(name, template) for name in re.findall(r"\$\{([\w:]+)", text))
        case {"Fn::If": [_, one, other]}:
            return _own(one, template) and _own(other, template)
        case {"Fn::Join": [_, list(parts)]}:
            return any(_own(part, template) for part in parts)
    return False


def _is_own(name: str, template: Template) -> bool:
    nested = template.path.startswith("stacks/") and name == PASSED
    return name == STACK_NAME or nested or name in template.resources
