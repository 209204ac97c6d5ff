"""Which AMI does a recipe build upon, for each of its architectures, now?"""

import re
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.values.build import BaseImage, Device
from goldsmith.errors import DENIED, CannotTell, NeedsAPerson, code_of
from goldsmith.gather.image import ebs_volumes
from goldsmith.recipe.document import Recipe
from goldsmith.recipe.shapes import Architecture

AMI: Final = re.compile(r"ami-([0-9a-f]{8}|[0-9a-f]{17})")


def resolve_bases(recipe: Recipe, *, ssm: Any, ec2: Any) -> dict[Architecture, BaseImage]:
    """The base of each architecture, in the recipe's order.

    Raises NeedsAPerson where there is none or it does not fit, CannotTell where one may not be read.
    """
    return {arch: _resolve(recipe, arch, ssm=ssm, ec2=ec2) for arch in recipe.architectures}


def _resolve(recipe: Recipe, architecture: Architecture, *, ssm: Any, ec2: Any) -> BaseImage:
    base = recipe.base
    version: int | None = None
    if base.filter:
        source = f"the newest image of {base.filter.owner} named {base.filter.name}"
        found = _newest(base.filter, architecture, ec2=ec2)
    else:
        name = _parameter(recipe, architecture)
        source = f"parameter {name}"
        image_id, version = _named(name, ssm=ssm)
        found = _described(image_id, source, ec2=ec2)
    if found is None:
        raise NeedsAPerson(f"{recipe.family}: there is no base for {architecture}: {source} finds none")
    if (found["Architecture"], found["State"]) != (architecture, "available"):
        raise NeedsAPerson(
            f"{recipe.family}: {source} is {found['ImageId']}, {found['State']} and for {found['Architecture']}: "
            f"an available one for {architecture} is needed"
        )
    return _base(found, source, version)


def _base(found: dict[str, Any], source: str, version: int | None) -> BaseImage:
    return BaseImage(
        image_id=found["ImageId"],
        name=found["Name"],
        owner=found["OwnerId"],
        root_device=found["RootDeviceName"],
        devices=tuple(
            Device(name=name, delete_on_termination=ebs["DeleteOnTermination"])
            for name, ebs in ebs_volumes(found).items()
        ),
        source=source,
        parameter_version=version,
        release=found["Name"].rpartition("/")[2],
    )


def _parameter(recipe: Recipe, architecture: Architecture) -> str:
    base = recipe.base
    if base.channel:
        return f"/goldsmith/{base.channel.family}/{base.channel.name}/{architecture}"
    return str((base.parameter or {})[architecture])


def _named(name: str, *, ssm: Any) -> tuple[str, int]:
    """The AMI id that a parameter holds, and the parameter's version."""
    try:
        found = ssm.get_parameter(Name=name)["Parameter"]
    except ClientError as error:
        if code_of(error) == "ParameterNotFound":
            raise NeedsAPerson(f"there is no parameter {name} in this region: correct `base` in the recipe") from error
        raise _unreadable(error, f"parameter {name}") from error
    if not AMI.fullmatch(found["Value"]):
        raise NeedsAPerson(f"parameter {name} holds {found['Value'][:40]!r}, which is no AMI id")
    return found["Value"], found["Version"]


def _described(image_id: str, source: str, *, ec2: Any) -> dict[str, Any] | None:
    try:
        found = ec2.describe_images(ImageIds=[image_id])["Images"]
    except ClientError as error:
        if code_of(error).startswith("InvalidAMIID"):
            return None
        raise _unreadable(error, f"{image_id}, {source}") from error
    return found[0] if found else None


def _newest(wanted: Any, architecture: Architecture, *, ec2: Any) -> dict[str, Any] | None:
    filters = {"name": wanted.name, "architecture": architecture, "state": "available"}
    if wanted.product_code:
        filters["product-code"] = wanted.product_code
    written = [{"Name": name, "Values": [value]} for name, value in filters.items()]
    try:
        pages = ec2.get_paginator("describe_images").paginate(Owners=[wanted.owner], Filters=written)
        found = [image for page in pages for image in page["Images"]]
    except ClientError as error:
        raise _unreadable(error, f"the images of {wanted.owner}") from error
    return max(found, key=lambda image: (image["CreationDate"], image["ImageId"]), default=None)


def _unreadable(error: ClientError, what: str) -> Exception:
    return CannotTell(f"{what} may not be read: {error}") if code_of(error) in DENIED else error
