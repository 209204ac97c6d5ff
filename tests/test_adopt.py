"""Whom we ask about, and which version an image of another builder gets."""

from datetime import UTC, datetime

import pytest

from goldsmith.act.adopt.apply import version_of
from goldsmith.model import Image
from goldsmith.values.adopt import is_a_stranger

BORN = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)


def image(**tags: str) -> Image:
    return Image(
        image_id="ami-1", name="packer-1", account="111111111111", region="us-east-1", state="available",
        architecture="x86_64", created=BORN, public=False, tags={f"goldsmith:{k}": v for k, v in tags.items()},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "stranger"),
    [
        ({"family": "webapp"}, True),
        ({"family": "webapp", "image": "ami-1"}, True),  # its own id says nothing
        ({"family": "webapp", "version": "7"}, True),
        ({"family": "webapp", "stage": ""}, True),  # a tag without a value is none
        ({}, False),
        ({"family": ""}, False),
        ({"family": "webapp", "stage": "candidate"}, False),
        ({"family": "webapp", "run": "build-webapp-1"}, False),
        ({"family": "webapp", "image": "ami-2"}, False),  # a copy
    ],
)
def test_who_is_a_stranger(tags, stranger):
    assert is_a_stranger(image(**tags)) is stranger


@pytest.mark.parametrize(
    ("tags", "version"),
    [
        ({}, "2026.11.20.43205"),
        ({"version": "7.3.1"}, "7.3.1"),
        ({"version": ""}, "2026.11.20.43205"),
        ({"version": "1/*#"}, "2026.11.20.43205"),
    ],
)
def test_its_version_is_its_builders_or_the_second_of_its_birth(tags, version):
    assert version_of(image(**tags)) == version
