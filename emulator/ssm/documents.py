"""Command documents: AWS's own, next to those of the account, and the steps that a document makes of a command."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.ssm.exceptions import AccessDeniedException, ServiceException
from moto.ssm.models import Document, Documents, SimpleSystemManagerBackend, ssm_backends

from emulator.gateway.patching import patch, replace
from emulator.ssm.operations import SsmError, not_modelled

TIME: Final = {"type": "String", "default": "3600", "description": "Seconds a command may take."}
PLACE: Final = {"type": "String", "default": "", "description": "The working directory on the host."}
LINES: Final = {"type": "StringList", "description": "The commands to run."}
PLATFORMS: Final = {"aws:runShellScript": ["Linux", "MacOS"], "aws:runPowerShellScript": ["Windows", "Linux", "MacOS"]}


def _script(action: str) -> dict[str, Any]:
    """AWS's documents that run a script are of schema 1.2: one plugin, named as its action."""
    inputs = {
        "id": f"0.{action}",
        "runCommand": "{{ commands }}",
        "workingDirectory": "{{ workingDirectory }}",
        "timeoutSeconds": "{{ executionTimeout }}",
    }
    return {
        "schemaVersion": "1.2",
        "description": "Run a script.",
        "parameters": {"commands": LINES, "workingDirectory": PLACE, "executionTimeout": TIME},
        "runtimeConfig": {action: {"properties": [inputs]}},
    }


REMOTE: Final = {
    "schemaVersion": "2.2",
    "description": "Run a script from a remote place.",
    "parameters": {
        "sourceType": {"type": "String", "description": "Where from.", "allowedValues": ["GitHub", "S3"]},
        "sourceInfo": {"type": "StringMap", "default": {}},
        "commandLine": {"type": "String", "default": ""},
        "workingDirectory": PLACE,
        "executionTimeout": TIME,
    },
    "mainSteps": [
        {
            "action": "aws:downloadContent",
            "name": "downloadContent",
            "inputs": {"sourceType": "{{ sourceType }}", "sourceInfo": "{{ sourceInfo }}"},
        },
        {
            "action": "aws:runShellScript",
            "name": "runShellScript",
            "inputs": {"runCommand": ["{{ commandLine }}"], "timeoutSeconds": "{{ executionTimeout }}"},
        },
    ],
}
OWNED: Final[dict[str, dict[str, Any]]] = {
    "AWS-RunShellScript": _script("aws:runShellScript"),
    "AWS-RunPowerShellScript": _script("aws:runPowerShellScript"),
    "AWS-RunRemoteScript": REMOTE,
}


@dataclass(frozen=True)
class Step:
    name: str
    action: str
    folder: str
    text: str
    seconds: int
    directory: str


def document(account: str, region: str, name: str, version: str | None) -> Any:
    """The Command document of that name, or AWS's InvalidDocument or InvalidDocumentVersion."""
    documents = ssm_backends[account][region]._documents.get(name.rpartition(":document/")[2])
    if documents is None:
        if name.startswith(("AWS-", "AWSEC2-", "AWSSupport-", "AmazonCloudWatch-", "AmazonInspector2-")):
            raise not_modelled(f"the document {name}")
        raise SsmError("InvalidDocument", f"Document with name {name} does not exist.")
    try:
        found = documents.find(None if version in {None, "", "$DEFAULT"} else version)
    except ServiceException as error:
        raise SsmError("InvalidDocumentVersion", str(error)) from error
    if found.document_type != "Command":
        raise SsmError("InvalidDocument", f"Document {name} is of type {found.document_type}, not Command")
    return found


def parameters(found: Any, given: Mapping[str, list[str]]) -> dict[str, Any]:
    """The values of a document's parameters, given or by default; AWS's InvalidParameters if they do not fit."""
    declared = found.content_json.get("parameters") or {}
    if unknown := given.keys() - declared.keys():
        raise SsmError("InvalidParameters", f"{', '.join(sorted(unknown))} is not a parameter of {found.name}")
    values = {}
    for name, about in declared.items():
        if name not in given and "default" not in about:
            raise SsmError("InvalidParameters", f"{name} is required by {found.name}")
        many = about["type"] == "StringList"
        values[name] = (given[name] if many else given[name][0]) if name in given else about["default"]
        if "allowedValues" in about and not {*(values[name] if many else [values[name]])} <= {*about["allowedValues"]}:
            raise SsmError("InvalidParameters", f"{values[name]} is not allowed for {name} of {found.name}")
    return values


def steps(found: Any, values: Mapping[str, Any]) -> list[Step]:
    """What the agent does, one after the other, with the parameters filled in."""
    content = found.content_json
    if "runtimeConfig" in content:
        return [
            _step(action, action, f"{action}/{inputs.get('id', f'0.{action}')}", inputs, values)
            for action, config in content["runtimeConfig"].items()
            for inputs in config["properties"]
        ]
    return [
        _step(each["name"], each["action"], f"{each['action']}/{each['name']}", each.get("inputs") or {}, values)
        for each in content.get("mainSteps") or []
    ]


def _step(name: str, action: str, folder: str, inputs: Mapping[str, Any], values: Mapping[str, Any]) -> Step:
    filled = _fill(dict(inputs), values)
    lines = filled.get("runCommand")
    text = json.dumps(filled) if lines is None else "\n".join([lines] if isinstance(lines, str) else lines)
    seconds = str(filled.get("timeoutSeconds") or "3600")
    directory = str(filled.get("workingDirectory") or "")
    return Step(name, action, folder.replace(":", ""), text, int(seconds) if seconds.isdigit() else 3600, directory)


def _fill(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _fill(each, values) for name, each in value.items()}
    if isinstance(value, list):
        filled = [(_fill(each, values), each) for each in value]
        return [line for new, old in filled for line in (new if isinstance(new, list) and old is not new else [new])]
    if not isinstance(value, str):
        return value
    if (whole := re.fullmatch(r"\{\{\s*(\w+)\s*\}\}", value)) and whole[1] in values:
        return values[whole[1]]
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: str(values.get(found[1], found[0])), value)


def _platforms(content: Mapping[str, Any]) -> list[str]:
    text = json.dumps(content)
    found = [names for action, names in PLATFORMS.items() if action in text]
    return sorted(set().union(*found)) if found else ["Linux", "MacOS", "Windows"]


def _with_platforms(original: Any) -> Any:
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807 - takes its place
        original(self, *arguments, **named)
        self.platform_types = _platforms(self.content_json)

    return __init__


def _with_owned(original: Any) -> Any:
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807 - takes its place
        original(self, *arguments, **named)
        for name, content in OWNED.items():
            text = json.dumps(content)
            own = Document("Amazon", name, "", text, "Command", "JSON", [], [], "")
            self._documents[name] = Documents(own)

    return __init__


def _not_of_aws(original: Any) -> Any:
    def change(self: Any, *arguments: Any, **named: Any) -> Any:
        if named.get("name") in OWNED:
            raise AccessDeniedException(f"The document {named['name']} belongs to Amazon")
        return original(self, *arguments, **named)

    return change


@patch("moto has no documents of AWS, and says of every document that its platforms are not implemented")
def command_documents() -> None:
    replace(Document, "__init__", _with_platforms)
    replace(SimpleSystemManagerBackend, "__init__", _with_owned)
    for name in ("delete_document", "update_document", "update_document_default_version"):
        replace(SimpleSystemManagerBackend, name, _not_of_aws)
