"""SSM parameters: any whose value holds an AMI id, of whichever data type and tier; and what aliases stand for."""

from collections.abc import Iterable, Iterator
from typing import Any

from goldsmith.errors import CannotTell
from goldsmith.gather.usage.reader import IMAGE_ID, Found, RegionReader, named_in

AT_ONCE = 10
AMAZONS = ("/aws/service/", "aws/service/")


def parameters(reader: RegionReader) -> Iterator[Found]:
    """What is encrypted is not decrypted: EC2 cannot launch from it either."""
    listed = reader.pages("ssm", "describe_parameters", "Parameters", MaxResults=50)
    names = [each["Name"] for each in listed if each.get("Type") != "SecureString"]
    for parameter in _values(reader, names):
        arn = parameter.get("ARN") or reader.arn("ssm", f"parameter/{parameter['Name'].lstrip('/')}")
        yield from named_in(parameter["Value"], "SSM parameter", arn, parameter["Name"])


def images_of(reader: RegionReader, aliases: Iterable[str]) -> dict[str, list[str]]:
    """The images that aliases stand for.  One of our own that is gone stands for nothing.

    CannotTell if one of another account does not resolve: it may be gone, or not be shared with us any more.
    """
    asked = sorted({each.removeprefix("resolve:ssm:") for each in aliases})
    asked = [each for each in asked if not each.startswith(AMAZONS) and ":parameter/aws/service/" not in each]
    found: dict[str, list[str]] = {}
    for parameter in _values(reader, asked):
        images = IMAGE_ID.findall(parameter["Value"])
        for name in _names(parameter):
            found[f"resolve:ssm:{name}"] = images
    lost = [each for each in asked if each.startswith("arn:") and f"resolve:ssm:{each}" not in found]
    if foreign := [each for each in lost if each.split(":")[4] != reader.account]:
        raise CannotTell(f"ssm:GetParameters does not resolve {', '.join(foreign)}")
    return found


def _values(reader: RegionReader, names: list[str]) -> Iterator[dict[str, Any]]:
    """A parameter that is deleted between the list and this look is named as invalid; every other must be there."""
    for start in range(0, len(names), AT_ONCE):
        asked = names[start : start + AT_ONCE]
        answer = reader.client("ssm").get_parameters(Names=asked)
        told = {name for parameter in answer["Parameters"] for name in _names(parameter)}
        if lost := set(asked) - told - set(answer.get("InvalidParameters", [])):
            raise CannotTell(f"ssm:GetParameters says nothing of {', '.join(sorted(lost))}")
        yield from answer["Parameters"]


def _names(parameter: dict[str, Any]) -> set[str]:
    """All ways in which it may have been asked for: by name or ARN, with a version or label or without."""
    plain = {parameter["Name"], parameter.get("ARN") or parameter["Name"]}
    return {each + (parameter.get("Selector") or "") for each in plain}
