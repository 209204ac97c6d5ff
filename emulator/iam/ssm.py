"""Which resources and condition keys AWS evaluates for a Systems Manager call."""

import re
from collections.abc import Sequence
from typing import Any, Final

from ministack.services import tagging

from emulator.iam import ec2_state
from emulator.iam.request import Call, Check, resources_of, tag_keys

AWS_DOCUMENT: Final = re.compile(r"(AWS|Amazon|AWSEC2|AWSSupport|AWSConfigRemediation)[A-Za-z]*-")
RESOURCE_TYPES: Final = {
    "Association": "association",
    "Automation": "automation-execution",
    "Document": "document",
    "MaintenanceWindow": "maintenancewindow",
    "ManagedInstance": "managed-instance",
    "Parameter": "parameter",
    "PatchBaseline": "patchbaseline",
}
OF_PARAMETERS: Final = frozenset(
    {
        "DeleteParameter",
        "DeleteParameters",
        "GetParameter",
        "GetParameterHistory",
        "GetParameters",
        "GetParametersByPath",
        "LabelParameterVersion",
        "PutParameter",
        "UnlabelParameterVersion",
    }
)
OF_DOCUMENTS: Final = frozenset(
    {
        "CreateDocument",
        "DeleteDocument",
        "DescribeDocument",
        "DescribeDocumentPermission",
        "GetDocument",
        "ModifyDocumentPermission",
        "UpdateDocument",
        "UpdateDocumentDefaultVersion",
    }
)
OF_TAGS: Final = frozenset({"AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"})


@resources_of("ssm")
def ssm_resources(call: Call) -> Sequence[Check]:
    if call.operation in OF_PARAMETERS:
        return _parameters(call)
    if call.operation in OF_DOCUMENTS:
        return [call.check(document(call, call.text("Name")))]
    if call.operation in OF_TAGS:
        return [_tagged(call)]
    if call.operation == "SendCommand":
        return _send_command(call)
    if call.operation in {"GetServiceSetting", "UpdateServiceSetting", "ResetServiceSetting"}:
        return [call.check(call.arn(f"servicesetting{call.text('SettingId')}"))]
    return [call.check()]


def parameter(call: Call, name: str) -> str:
    """The ARN of a parameter without its `:version` or `:label`; AWS's public ones carry no account id."""
    if name.startswith("arn:"):
        head, _, path = name.partition(":parameter")
        return f"{head}:parameter{path.partition(':')[0]}"
    name = name.partition(":")[0].strip("/")
    owner = "" if name.startswith("aws/service/") else call.account
    return f"arn:aws:ssm:{call.region}:{owner}:parameter/{name}"


def document(call: Call, name: str) -> str:
    """The ARN of a document; AWS's own carry no account id."""
    if name.startswith("arn:"):
        return name
    owner = "" if AWS_DOCUMENT.match(name) else call.account
    return f"arn:aws:ssm:{call.region}:{owner}:document/{name}"


def _tags(arn: str) -> dict[str, Any]:
    tags = tagging.resource_tags(arn) or {}
    return {f"ssm:resourceTag/{key}": value for key, value in tags.items()}


def _parameters(call: Call) -> list[Check]:
    asked = [name for name in (call.text("Name"), call.text("Path"), *call.json.get("Names", [])) if name]
    arns = [parameter(call, name) for name in asked] or ["*"]
    tags = {tag["Key"]: tag["Value"] for tag in call.json.get("Tags", [])}
    keys: dict[str, Any] = {**tag_keys(tags)}
    if call.operation == "PutParameter":
        keys["ssm:Overwrite"] = ec2_state.text(call.json.get("Overwrite"))
    if call.operation == "GetParametersByPath":
        keys["ssm:Recursive"] = ec2_state.text(call.json.get("Recursive"))
    checks = [Check(call.action, arn, {**_tags(arn), **keys}) for arn in arns]
    tagging_too = [Check("ssm:AddTagsToResource", arn, {**_tags(arn), **tag_keys(tags)}) for arn in arns if tags]
    return checks + tagging_too


def _tagged(call: Call) -> Check:
    kind = RESOURCE_TYPES.get(call.text("ResourceType"), "*")
    name = call.text("ResourceId")
    arns = {"parameter": parameter(call, name), "document": document(call, name)}
    arn = arns.get(kind, call.arn(f"{kind}/{name}"))
    keys: dict[str, Any] = {**tag_keys({tag["Key"]: tag["Value"] for tag in call.json.get("Tags", [])})}
    if removed := call.json.get("TagKeys"):
        keys["aws:TagKeys"] = removed
    return Check(call.action, arn, {**_tags(arn), **keys})


def _send_command(call: Call) -> list[Check]:
    """The document, each instance with its tags, and the bucket for the output if there is one."""
    targets = call.json.get("Targets", [])
    named = [name for target in targets if target.get("Key") == "InstanceIds" for name in target.get("Values", [])]
    instances = [*call.json.get("InstanceIds", []), *named]
    if len(named) < sum(len(target.get("Values", [])) for target in targets):
        instances.append("*")  # chosen by tag or resource group: the right must cover any instance
    checks = [call.check(document(call, call.text("DocumentName")))]
    checks += [_instance(call, name) for name in instances]
    if bucket := call.text("OutputS3BucketName"):
        checks.append(call.check(f"arn:aws:s3:::{bucket}"))
    return checks


def _instance(call: Call, name: str) -> Check:
    if name.startswith("mi-"):
        return call.check(call.arn(f"managed-instance/{name}"))
    keys = ec2_state.context("instance", name, call.account, call.region)
    tags = {key: value for key, value in keys.items() if key.startswith("aws:ResourceTag/")}
    own = {key.replace("aws:ResourceTag/", "ssm:resourceTag/"): value for key, value in tags.items()}
    return Check(call.action, ec2_state.arn("instance", name, call.account, call.region), {**tags, **own})
