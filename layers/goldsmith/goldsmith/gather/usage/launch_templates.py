"""Every version of every launch template, attached to something or not: people go back to old versions."""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of
from goldsmith.gather.usage.reader import RegionReader, Version
from goldsmith.values.usage import Use


def launch_templates(reader: RegionReader, names: Iterable[str] = ()) -> Iterator[Version]:
    """Of those of these names (at most 200), or of all if none is given."""
    asked = {"Filters": [{"Name": "launch-template-name", "Values": list(names)}]} if names else {}
    for template in reader.pages("ec2", "describe_launch_templates", "LaunchTemplates", MaxResults=200, **asked):
        template_id = template["LaunchTemplateId"]
        versions = reader.pages(
            "ec2", "describe_launch_template_versions", "LaunchTemplateVersions",
            LaunchTemplateId=template_id, MaxResults=200,
        )  # fmt: skip
        yield from (_version(reader, template, version) for version in versions)


def _version(reader: RegionReader, template: dict[str, Any], version: dict[str, Any]) -> Version:
    number = str(version["VersionNumber"])
    aliases = {"$Default": template["DefaultVersionNumber"], "$Latest": template["LatestVersionNumber"]}
    numbers = [number, *(alias for alias, of in aliases.items() if str(of) == number)]
    names = (template["LaunchTemplateId"], template["LaunchTemplateName"])
    arn = reader.arn("ec2", f"launch-template/{template['LaunchTemplateId']}")
    how = f"version {number} of {template['LaunchTemplateName']}"
    return Version(
        image=version["LaunchTemplateData"].get("ImageId", ""),
        use=Use(kind="launch template", arn=arn, how=how),
        names=frozenset((name, each) for name in names for each in numbers),
        number=version["VersionNumber"],
        created=version.get("CreateTime"),
        template=template,
    )


def image_of(reader: RegionReader, template: str, version: str) -> str:
    """What a version that was not listed names; "" if it is gone, so that nothing can be launched from it."""
    key = "LaunchTemplateId" if template.startswith("lt-") else "LaunchTemplateName"
    try:
        found = reader.client("ec2").describe_launch_template_versions(**{key: template}, Versions=[version])
    except ClientError as error:
        if "NotFound" in code_of(error):
            return ""
        raise
    return next((each["LaunchTemplateData"].get("ImageId", "") for each in found["LaunchTemplateVersions"]), "")
