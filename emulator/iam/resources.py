"""Which resources and condition keys AWS evaluates for the other services that Goldsmith calls."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ministack.core import iam_actions as actions
from ministack.services import dynamodb, kms, organizations
from moto.autoscaling.models import autoscaling_backends

from emulator.gateway.patching import patch, replace
from emulator.iam.request import Call, Check, resources_of, tag_keys
from emulator.snapshots.rbin_rules import RULES

GRANT: Final = "goldsmith:grant"  # our own key: which grant RetireGrant is about


@resources_of("autoscaling")
def autoscaling_resources(call: Call) -> Sequence[Check]:
    """The group's ARN holds an id of its own; describing has no resource."""
    name = call.one("AutoScalingGroupName")
    if call.operation.startswith("Describe") or not name:
        return [call.check()]
    group = autoscaling_backends[call.account][call.region].autoscaling_groups.get(name)
    arn = group.arn if group else call.arn(f"autoScalingGroup:*:autoScalingGroupName/{name}")
    tags = {tag["Key"]: tag["Value"] for tag in group.tags} if group else {}
    keys = {f"{prefix}:ResourceTag/{key}": value for key, value in tags.items() for prefix in ("aws", "autoscaling")}
    return [Check(call.action, arn, keys)]


@resources_of("organizations")
def organizations_resources(call: Call) -> Sequence[Check]:
    """Accounts, organizational units and roots by their id; listing the whole has no resource."""
    members = ("AccountId", "ParentId", "OrganizationalUnitId", "RootId", "ChildId", "TargetId", "ResourceId")
    name = next((value for member in members if (value := call.text(member))), "")
    if not name:
        return [call.check()]
    kind = {"ou": "ou", "r-": "root", "p-": "policy"}.get(name[:2], "account")
    organization = organizations._orgs.get("self") or {}
    owner = organization.get("MasterAccountId", call.account)
    return [call.check(f"arn:aws:organizations::{owner}:{kind}/{organization.get('Id', '*')}/{name}")]


@resources_of("logs")
def logs_resources(call: Call) -> Sequence[Check]:
    """AWS evaluates a log group as `log-group:NAME:log-stream:`, which `Arn` of the group in a template covers."""
    group, stream = call.text("logGroupName"), call.text("logStreamName")
    if not group or call.operation in {"TagResource", "UntagResource", "ListTagsForResource"}:
        return []
    return [call.check(call.arn(f"log-group:{group}:log-stream:{stream}"))]


@resources_of("kms")
def kms_resources(call: Call) -> Sequence[Check]:
    """An alias stands for its key; only changing aliases evaluates the alias, too.

    ListRetirableGrants has the retiring principal for its resource (KMS API reference).
    """
    if call.operation == "ListRetirableGrants":
        return [call.check(call.text("RetiringPrincipal") or "*")]
    if call.operation == "RetireGrant":
        return _retired(call)
    alias = call.text("AliasName")
    named = call.text("KeyId") or call.text("TargetKeyId")
    keys: dict[str, Any] = _grant_keys(call)
    encryption = call.json.get("EncryptionContext")
    if isinstance(encryption, dict) and encryption:
        keys |= {f"kms:EncryptionContext:{key}": value for key, value in encryption.items()}
        keys["kms:EncryptionContextKeys"] = list(encryption)
    if "alias/" in named:
        keys["kms:RequestAlias"] = named.rpartition(":")[2]
    key = kms._resolve_key(named or alias)
    checks = [Check(call.action, key["Arn"], keys)] if key else []
    return checks + ([call.check(call.arn(alias))] if alias else [])


def _retired(call: Call) -> Sequence[Check]:
    """The key of the grant that RetireGrant names by its id or a token; without such a grant there is no resource."""
    token = call.text("GrantToken")
    named = (
        each for each in kms._grants.values() if call.text("GrantId") == each["GrantId"] or token in each["_tokens"]
    )
    grant = next(named, None)
    return [call.check(grant["KeyId"], **{GRANT: grant["GrantId"]})] if grant else [call.check()]


def _grant_keys(call: Call) -> dict[str, Any]:
    """What CreateGrant asks for; `kms:GrantIsForAWSResource` is not there: only a service sends that."""
    if call.operation != "CreateGrant":
        return {}
    keys: dict[str, Any] = {
        f"kms:{name}": call.text(name) for name in ("GranteePrincipal", "RetiringPrincipal") if call.text(name)
    }
    if operations := call.json.get("Operations"):
        keys["kms:GrantOperations"] = operations
    if constraints := call.json.get("Constraints"):
        keys["kms:GrantConstraintType"] = list(constraints)
    return keys


@resources_of("xray", "ram", "imagebuilder", "inspector2")
def unscoped_resources(call: Call) -> Sequence[Check]:
    """What is used of these needs a right on everything."""
    return [call.check()]


@resources_of("rbin")
def rbin_resources(call: Call) -> Sequence[Check]:
    """A new rule is `rule/*`; its tags are named by its ARN; listing has no resource."""
    parts = call.path.strip("/").split("/")
    name = {"rules": f"rule/{'/'.join(parts[1:]) or '*'}", "tags": "/".join(parts[1:])}.get(parts[0], "")
    keys = tag_keys({tag["Key"]: tag.get("Value", "") for tag in call.json.get("Tags", [])})
    if call.text("ResourceType"):
        keys["rbin:Request/ResourceType"] = call.text("ResourceType")
    if removed := call.params.get("tagKeys"):
        keys["aws:TagKeys"] = removed
    if rule := RULES.get((call.account, call.region), {}).get(name.rpartition("/")[2]):
        keys |= {f"aws:ResourceTag/{key}": value for key, value in rule.tags.items()}
        keys["rbin:Attribute/ResourceType"] = rule.kind
    return [Check(call.action, call.arn(name) if name else "*", keys)]


@patch("dynamodb:LeadingKeys is unknown, so a right on one partition is a right on none or all")
def iam_leading_keys() -> None:
    def with_keys(original: Callable[[bytes], dict[str, Any]]) -> Callable[[bytes], dict[str, Any]]:
        def context(body: bytes) -> dict[str, Any]:
            keys = original(body)
            call = Call("dynamodb", "", "", "", body, {}, "", "")
            leading = [value for table, item in _items(call.json) for value in _leading(table, item)]
            return keys | {"dynamodb:LeadingKeys": leading} if leading else keys

        return context

    replace(actions, "dynamodb_service_context", with_keys)


BATCHED: Final = ("Put", "Get", "Update", "Delete", "ConditionCheck", "PutRequest", "DeleteRequest")


def _items(asked: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each table with what is asked of it: the request itself, the parts of a transaction or of a batch."""
    found = [(str(asked.get("TableName", "")), asked)]
    for part in asked.get("TransactItems", []):
        found += [(part[kind].get("TableName", ""), part[kind]) for kind in BATCHED if kind in part]
    for table, requests in (asked.get("RequestItems") or {}).items():
        if isinstance(requests, dict):
            found += [(table, {"Key": key}) for key in requests.get("Keys", [])]
        else:
            found += [(table, request[kind]) for request in requests for kind in BATCHED if kind in request]
    return found


def _leading(name: str, asked: Mapping[str, Any]) -> list[str]:
    """The partition keys that one part of a request names."""
    table = dynamodb._tables.get(name.rpartition("/")[2]) or {}
    schema = table.get("KeySchema", [])
    index = next(
        (one for one in table.get("GlobalSecondaryIndexes") or [] if one["IndexName"] == asked.get("IndexName")), None
    )
    schema = index["KeySchema"] if index else schema
    key = next((part["AttributeName"] for part in schema if part["KeyType"] == "HASH"), "")
    value = (asked.get("Key") or asked.get("Item") or {}).get(key) or _queried(key, asked)
    return [str(text) for text in value.values()] if isinstance(value, dict) else []


def _queried(key: str, asked: Mapping[str, Any]) -> Any:
    """The value that a query compares its partition key with."""
    words = str(asked.get("KeyConditionExpression", "")).replace("=", " = ").split()
    names = asked.get("ExpressionAttributeNames") or {}
    for name, sign, value in zip(words, words[1:], words[2:], strict=False):
        if names.get(name, name) == key and sign == "=":
            return (asked.get("ExpressionAttributeValues") or {}).get(value)
    return None
