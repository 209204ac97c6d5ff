"""Nested stacks, deployed as every other stack is: by CreateStack, UpdateStack and DeleteStack."""

from typing import Any

from botocore.exceptions import ClientError
from ministack.services.cloudformation import provisioners

from emulator.cloudformation.resources import Made, Properties, call, name_of, only
from emulator.gateway.patching import patch

KIND = "AWS::CloudFormation::Stack"


@patch("a nested stack is deployed without SAM, forgets what it did not change, and leaves what it failed to make")
def cfn_nested_stack() -> None:
    provisioners._RESOURCE_HANDLERS[KIND] = {"create": _create, "update": _update, "delete": _delete}


def _create(logical: str, properties: Properties, parent: str) -> Made:
    name = name_of({}, "", parent, logical)
    made = call("cloudformation", "CreateStack", StackName=name, **_request(properties, parent))["StackId"]
    if _described(made)["StackStatus"] != "CREATE_COMPLETE":
        failed = _failed(made, "CREATE_FAILED")
        _delete(made, properties)
        raise ValueError(f"Embedded stack {made} was not successfully created: {failed}")
    return made, _outputs(made)


def _update(physical: str, _: Properties, new: Properties, parent: str) -> Made:
    """A stack that fails has taken its own changes back; the parent then asks for what is there already."""
    try:
        call("cloudformation", "UpdateStack", StackName=physical, **_request(new, parent))
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
        return physical, _outputs(physical)
    if (status := _described(physical)["StackStatus"]) != "UPDATE_COMPLETE":
        failed = _failed(physical, "UPDATE_FAILED", "CREATE_FAILED")
        raise ValueError(
            f"Embedded stack {physical} was not successfully updated. Currently in {status} with reason: {failed}"
        )
    return physical, _outputs(physical)


def _delete(physical: str, _: Properties) -> None:
    call("cloudformation", "DeleteStack", StackName=physical)
    if _described(physical)["StackStatus"] != "DELETE_COMPLETE":
        raise ValueError(
            f"Embedded stack {physical} was not successfully deleted: {_failed(physical, 'DELETE_FAILED')}"
        )


def _request(properties: Properties, parent: str) -> dict[str, Any]:
    """What the parent acknowledged holds for its nested stacks too."""
    if unknown := properties.keys() - {"TemplateURL", "Parameters", "Tags"}:
        raise ValueError(f"not modelled by the embedded AWS: {KIND} {', '.join(sorted(unknown))}")
    given = properties.get("Parameters", {}).items()
    return {
        **only(properties, "TemplateURL"),
        "Parameters": [{"ParameterKey": key, "ParameterValue": str(value)} for key, value in given],
        "Tags": [tag for tag in properties.get("Tags", []) if not tag["Key"].startswith("aws:")],
        "Capabilities": provisioners._parent_capabilities(parent),
    }


def _described(stack: str) -> dict[str, Any]:
    found: dict[str, Any] = call("cloudformation", "DescribeStacks", StackName=stack)["Stacks"][0]
    return found


def _outputs(stack: str) -> dict[str, str]:
    return {f"Outputs.{each['OutputKey']}": each["OutputValue"] for each in _described(stack).get("Outputs", [])}


def _failed(stack: str, *statuses: str) -> str:
    """The sentence with which CloudFormation names the resources of the last operation that failed."""
    events = call("cloudformation", "DescribeStackEvents", StackName=stack)["StackEvents"]
    names = [e["LogicalResourceId"] for e in events if e["ResourceStatus"] in statuses and e["ResourceType"] != KIND]
    verb = statuses[0].partition("_")[0].lower()
    return f"The following resource(s) failed to {verb}: [{', '.join(dict.fromkeys(names))}]. "
