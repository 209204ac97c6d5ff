import pytest

from checks.iam.overlap import overlap

BUCKET, OBJECT = "arn:${Partition}:s3:::${BucketName}", "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
IMAGE, SUBNET = "arn:${Partition}:ec2:${Region}::image/${Id}", "arn:${Partition}:ec2:${Region}:${Account}:subnet/${Id}"


@pytest.mark.parametrize(
    ("pattern", "resource", "meets"),
    [
        (IMAGE, "arn:aws:ec2:*::image/*", True),
        (IMAGE, "arn:aws:ec2:*:*:image/*", True),
        (IMAGE, "arn:aws:ec2:us-east-1:111111111111:image/*", False),
        (IMAGE, "arn:aws:ec2:us-east-1::snapshot/*", False),
        (SUBNET, "arn:aws:ec2:us-east-1::subnet/*", False),
        (SUBNET, "arn:aws:ec2:us-east-1:*:subnet/subnet-1", True),
        (SUBNET, "arn:aws:ec2:*:*:*", True),
        (SUBNET, "arn:aws:ec2:us-east-1:*:sub?et/s", True),
        (SUBNET, "arn:aws:ec2:us-east-1:*:subnet/", False),
        (BUCKET, "arn:aws:s3:::goldsmith", True),
        (BUCKET, "arn:aws:s3:::goldsmith/*", False),
        (OBJECT, "arn:aws:s3:::goldsmith", False),
        (OBJECT, "arn:aws:s3:::goldsmith/hosts/*", True),
        (OBJECT, "goldsmith/*", False),
    ],
)
def test_what_an_arn_of_a_policy_can_mean(pattern: str, resource: str, meets):
    assert overlap(pattern, resource) is meets
