"""Read one place: every source to its end, and what stands between a mention and an image resolved."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from goldsmith.errors import BUSY, DENIED, CannotTell, code_of
from goldsmith.gather.usage.launch_templates import image_of
from goldsmith.gather.usage.parameters import images_of
from goldsmith.gather.usage.reader import Found, Mention, RegionReader, TemplateMention, Through, Usage, Version
from goldsmith.gather.usage.sources import SOURCES, Source
from goldsmith.values.usage import Use

UNREADABLE: Final = (ClientError, BotoCoreError, ResponseParserError, CannotTell)
DIRECTORY: Final = "/aws/service/global-infrastructure/regions/{}/services/{}"


def read(
    reader: RegionReader,
    sources: Iterable[Source] = SOURCES,
    told: Callable[[str], None] = lambda _: None,
    found: list[Found] | None = None,
) -> Usage:
    """Whatever a source tells before it fails counts as use; that it failed is told beside it.

    `found` takes in all that was found, before it is resolved.
    """
    usage, found = Usage(), [] if found is None else found
    for source in sources:
        before = len(found)
        try:
            found.extend(source.read(reader))
        except UNREADABLE as error:
            if not _is_absent(reader, source, error):
                usage.unseen[source.name] = explain(error, source.actions)
        usage.counts[source.name] = sum(not isinstance(each, TemplateMention) for each in found[before:])
        told(source.name)
    _resolve(reader, found, usage)
    return usage


def explain(error: Exception, actions: tuple[str, ...] = ()) -> str:
    """The error in one line, the missing permission first; of a role that may not be entered, in AWS's words."""
    code = code_of(error)
    if code not in DENIED or not isinstance(error, ClientError):
        return str(error)
    words = str(error).split()  # EC2 also asks other actions in the caller's name
    named = [action for action in actions if action in words]
    named = named or [action for action in actions if action.endswith(f":{error.operation_name}")]
    return f"{named[0]} is denied ({code})" if named else str(error)


def _is_absent(reader: RegionReader, source: Source, error: Exception) -> bool:
    """Whether AWS's directory says that the region has no such service, which is why it could not be reached."""
    if isinstance(error, CannotTell) or code_of(error) in BUSY | DENIED:
        return False
    names = [DIRECTORY.format(reader.region, service) for service in ("ec2", source.service)]
    try:
        listed = {each["Name"] for each in reader.client("ssm").get_parameters(Names=names)["Parameters"]}
    except UNREADABLE:
        return False
    return listed == {names[0]}


def _resolve(reader: RegionReader, found: list[Found], usage: Usage) -> None:
    aliases: dict[str, list[Use]] = {}
    try:
        for image, use in _images(reader, found):
            if image.startswith("resolve:ssm:"):
                aliases.setdefault(image, []).append(use)
            else:
                usage.add(image, use)
    except UNREADABLE as error:
        usage.unseen["launch templates"] = explain(error, ("ec2:DescribeLaunchTemplateVersions",))
    try:
        for alias, images in images_of(reader, aliases).items():
            for use in aliases.get(alias, []):
                for image in images:
                    usage.add(image, use.model_copy(update={"how": f"{use.how}, {alias}"}))
    except UNREADABLE as error:
        usage.unseen["SSM aliases"] = explain(error, ("ssm:GetParameters",))


def _images(reader: RegionReader, found: list[Found]) -> Iterator[tuple[str, Use]]:
    """The image or alias of each use; templates that no list held are looked up once more."""
    versions = {name: each.image for each in found if isinstance(each, Version) for name in each.names}
    for each in found:
        if isinstance(each, Mention | Version):
            image, use = each.image, each.use
        elif isinstance(each, Through):
            name = (each.template, each.version)
            image = versions[name] if name in versions else versions.setdefault(name, image_of(reader, *name))
            use = each.use.model_copy(update={"how": f"{each.use.how} {each.template} version {each.version}"})
        else:
            continue
        if image:
            yield image, use
