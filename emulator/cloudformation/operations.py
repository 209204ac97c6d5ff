"""CloudFormation types that ministack does not know: SSM documents, event archives, retention rules."""

import json
from typing import Any

from emulator.cloudformation.resources import Made, Properties, call, name_of, only, provide
from emulator.gateway.patching import patch


def _text(value: Any) -> str:
    """CloudFormation takes JSON as an object or as text; the APIs take text."""
    return value if isinstance(value, str) else json.dumps(value)


@patch("ministack refuses AWS::SSM::Document")
def cfn_ssm_document() -> None:
    optional = ("Attachments", "DocumentFormat", "DocumentType", "Requires", "Tags", "TargetType", "VersionName")

    def create(logical: str, properties: Properties, stack: str) -> Made:
        name = name_of(properties, "Name", stack, logical)
        call("ssm", "CreateDocument", Name=name, Content=_text(properties["Content"]), **only(properties, *optional))
        return name, {}

    def update(physical: str, new: Properties, _: Properties) -> Made:
        if new.get("UpdateMethod") != "NewVersion":
            raise ValueError("not modelled by the embedded AWS: AWS::SSM::Document without UpdateMethod: NewVersion")
        request = only(new, "Attachments", "DocumentFormat", "TargetType", "VersionName")
        made = call(
            "ssm", "UpdateDocument", Name=physical, Content=_text(new["Content"]), DocumentVersion="$LATEST", **request
        )
        version = made["DocumentDescription"]["DocumentVersion"]
        call("ssm", "UpdateDocumentDefaultVersion", Name=physical, DocumentVersion=version)
        return physical, {}

    def delete(physical: str, _: Properties) -> None:
        call("ssm", "DeleteDocument", Name=physical)

    provide("AWS::SSM::Document", create, update, delete, fixed=("Name", "DocumentType"))


@patch("ministack refuses AWS::Events::Archive")
def cfn_events_archive() -> None:
    def request(properties: Properties) -> dict[str, Any]:
        pattern = {"EventPattern": _text(properties["EventPattern"])} if "EventPattern" in properties else {}
        return only(properties, "Description", "KmsKeyIdentifier", "RetentionDays") | pattern

    def create(logical: str, properties: Properties, stack: str) -> Made:
        name, source = name_of(properties, "ArchiveName", stack, logical, 48), properties["SourceArn"]
        made = call("events", "CreateArchive", ArchiveName=name, EventSourceArn=source, **request(properties))
        return name, {"Arn": made["ArchiveArn"], "ArchiveName": name}

    def update(physical: str, new: Properties, _: Properties) -> Made:
        made = call("events", "UpdateArchive", ArchiveName=physical, **request(new))
        return physical, {"Arn": made["ArchiveArn"], "ArchiveName": physical}

    def delete(physical: str, _: Properties) -> None:
        call("events", "DeleteArchive", ArchiveName=physical)

    provide("AWS::Events::Archive", create, update, delete, fixed=("ArchiveName", "SourceArn"))


@patch("ministack refuses AWS::Rbin::Rule")
def cfn_retention_rule() -> None:
    settings = ("Description", "ExcludeResourceTags", "ResourceTags", "RetentionPeriod")

    def create(_: str, properties: Properties, __: str) -> Made:
        made = call("rbin", "CreateRule", **only(properties, *settings, "LockConfiguration", "ResourceType", "Tags"))
        return made["RuleArn"], {"Arn": made["RuleArn"], "Identifier": made["Identifier"]}

    def update(physical: str, new: Properties, _: Properties) -> Made:
        identifier = physical.rpartition("/")[2]
        call("rbin", "UpdateRule", Identifier=identifier, **only(new, *settings, "ResourceType"))
        return physical, {"Arn": physical, "Identifier": identifier}

    def delete(physical: str, _: Properties) -> None:
        call("rbin", "DeleteRule", Identifier=physical.rpartition("/")[2])

    provide("AWS::Rbin::Rule", create, update, delete, fixed=("ResourceType", "LockConfiguration"))
