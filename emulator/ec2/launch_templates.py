"""DeleteLaunchTemplateVersions: numbers are never given twice, and the default version stays."""

from collections.abc import Iterator
from typing import Any, Final

from moto.ec2.exceptions import InvalidLaunchTemplateVersionNotFound
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion

from emulator.ec2.api import Parameters, refuse, serve
from emulator.gateway.patching import patch, replace

MOST: Final = 200
GONE: Final = "launchTemplateVersionDoesNotExist"


def delete(backend: Any, parameters: Parameters) -> dict[str, Any]:
    versions = parameters.get("Versions") or []
    if not 1 <= len(versions) <= MOST:
        refuse("InvalidParameterValue", f"Give 1 to {MOST} versions, not {len(versions)}")
    name, template_id = parameters.get("LaunchTemplateName"), parameters.get("LaunchTemplateId")
    template = backend.get_launch_template_by_name(name) if name else backend.get_launch_template(template_id)
    failed = dict(_failures(template, [int(each) for each in versions]))
    gone = [int(each) for each in versions if int(each) not in failed]
    template.versions = [each for each in template.versions if each.number not in gone]
    return {
        "SuccessfullyDeletedLaunchTemplateVersions": [_item(template, each) for each in gone],
        "UnsuccessfullyDeletedLaunchTemplateVersions": [
            _item(template, each) | {"ResponseError": {"Code": code, "Message": f"version {each}: {code}"}}
            for each, code in failed.items()
        ],
    }


def _failures(template: Any, versions: list[int]) -> Iterator[tuple[int, str]]:
    there = {each.number for each in template.versions}
    for each in versions:
        if each not in there:
            yield each, GONE
        elif each == template.default_version_number:
            yield each, "unexpectedError"


def _item(template: Any, number: int) -> dict[str, Any]:
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "VersionNumber": number}


@patch("moto does not delete versions of launch templates, and takes a version's place in its list for its number")
def launch_template_versions() -> None:
    serve(delete_launch_template_versions=delete)
    replace(LaunchTemplate, "create_version", lambda _: _create_version)
    replace(LaunchTemplate, "get_version", _get_version)
    replace(LaunchTemplate, "default_version", lambda _: lambda template: template.get_version("$Default"))


def _create_version(template: Any, data: dict[str, Any], description: str) -> Any:
    template.made = getattr(template, "made", 0) + 1
    version = LaunchTemplateVersion(template, template.made, data, description)
    template.versions.append(version)
    return version


def _get_version(get: Any) -> Any:
    def get_version(template: Any, num: Any) -> Any:
        if str(num).lower() == "$latest":
            return get(template, num)
        wanted = str(template.default_version_number if str(num).lower() == "$default" else num)
        for version in template.versions:
            if str(version.number) == wanted:
                return version
        raise InvalidLaunchTemplateVersionNotFound(template_id=template.id, version=num)

    return get_version


@patch("moto shows the tags with which a launch template was made, not those that it has")
def launch_template_tags() -> None:
    LaunchTemplate.tags = property(lambda template: template.get_tags(), lambda _template, _tags: None)
