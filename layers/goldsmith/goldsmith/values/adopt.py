"""The values of an adoption: which image, what is asked of it, what came of it."""

from typing import Any

from pydantic import Field

from goldsmith.model import Image, ImageRef, Model


class Stranger(Model):
    """An AMI that another builder may have made, and where we are at home."""

    image: ImageRef
    home_account: str
    home_region: str


class Adopting(Model):
    """A decision to take it in."""

    run: str
    decision: dict[str, Any]


class Adopted(Model):
    """The detail of `Image Adopted`, but for the decision."""

    run: str
    family: str
    version: str
    owner: dict[str, str]
    image: ImageRef
    architecture: str
    name: str
    snapshots: tuple[str, ...]


class Noticed(Model):
    """Which AMIs somebody was asked to take in."""

    asked: tuple[str, ...] = Field(description="Their ids.")


def is_a_stranger(image: Image) -> bool:
    """Whether it names a family and nothing about it says that it is one of ours: worth asking `policy/adopt.py`."""
    tags = {name.removeprefix("goldsmith:"): value for name, value in image.tags.items() if value}
    return "family" in tags and not {"stage", "run"} & tags.keys() and tags.get("image") in {None, image.image_id}
