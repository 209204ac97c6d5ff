from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from goldsmith.errors import CannotTell
from goldsmith.gather.image import gather_image
from goldsmith.model import ImageRef

REGION = "eu-west-1"
ANSWER = {
    "ImageId": "ami-1", "Name": "webapp", "OwnerId": "111111111111", "State": "available", "Architecture": "arm64",
    "CreationDate": "2026-03-01T10:00:00.000Z", "Public": False,
    "Tags": [{"Key": "goldsmith:family", "Value": "webapp"}],
}  # fmt: skip
REF = ImageRef(image_id="ami-1", account="111111111111", region=REGION)


@pytest.fixture
def ec2() -> Iterator[Stubber]:
    with mock_aws(), Stubber(boto3.client("ec2", REGION)) as stub:
        yield stub


def test_what_ec2_says_becomes_facts(ec2):
    ec2.add_response(
        "describe_images",
        {"Images": [ANSWER]},
        {"ImageIds": ["ami-1"], "IncludeDeprecated": True, "IncludeDisabled": True},
    )

    image = gather_image(REF, ec2=ec2.client)

    assert image.created == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (image.account, image.architecture, image.tags) == ("111111111111", "arm64", {"goldsmith:family": "webapp"})


def test_an_image_without_tags_has_none(ec2):
    ec2.add_response("describe_images", {"Images": [{k: v for k, v in ANSWER.items() if k != "Tags"}]})

    assert gather_image(REF, ec2=ec2.client).tags == {}


def test_an_image_that_ec2_does_not_know_cannot_be_told(ec2):
    ec2.add_client_error("describe_images", "InvalidAMIID.NotFound")

    with pytest.raises(CannotTell, match="EC2 knows no image ami-1"):
        gather_image(REF, ec2=ec2.client)


def test_an_empty_answer_is_not_an_image(ec2):
    ec2.add_response("describe_images", {"Images": []})

    with pytest.raises(CannotTell, match="EC2 knows no image"):
        gather_image(REF, ec2=ec2.client)


def test_a_denied_look_is_named(ec2):
    ec2.add_client_error("describe_images", "UnauthorizedOperation")

    with pytest.raises(CannotTell, match="eu-west-1: ec2:DescribeImages"):
        gather_image(REF, ec2=ec2.client)


def test_a_throttled_look_is_left_to_the_step(ec2):
    ec2.add_client_error("describe_images", "RequestLimitExceeded")

    with pytest.raises(ec2.client.exceptions.ClientError, match="RequestLimitExceeded"):
        gather_image(REF, ec2=ec2.client)
