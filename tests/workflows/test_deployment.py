"""An account in which an image could be made public is not deployed to."""

import pytest

from sandbox.deploy import REGIONS, DeploymentError, deploy
from tests.embedded import Embedded

MEND = "aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing --region eu-west-1"


def test_where_public_images_are_not_blocked_nothing_is_deployed_and_nothing_left(embedded: Embedded):
    account = embedded.new_account()
    ec2 = account.client("ec2", "eu-west-1")
    ec2.disable_image_block_public_access()

    with pytest.raises(DeploymentError, match="AMIs can be made public in eu-west-1") as refused:
        deploy(embedded.endpoint, account.id, parameters={"Regions": ",".join(REGIONS)})

    assert MEND in str(refused.value)
    buckets = [each["Name"] for each in account.client("s3").list_buckets()["Buckets"]]
    assert [name for name in buckets if "artifacts" not in name] == []
    assert account.client("dynamodb").list_tables()["TableNames"] == []

    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert deploy(embedded.endpoint, account.id, parameters={"Regions": ",".join(REGIONS)})["RecipesBucket"]


def test_a_region_that_is_added_is_looked_at_too(embedded: Embedded):
    account = embedded.new_account()
    ec2 = account.client("ec2", "eu-west-1")
    ec2.disable_image_block_public_access()
    deploy(embedded.endpoint, account.id, parameters={"Regions": "us-east-1"})

    with pytest.raises(DeploymentError, match="AMIs can be made public in eu-west-1"):
        deploy(embedded.endpoint, account.id, parameters={"Regions": "us-east-1,eu-west-1"})

    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert deploy(embedded.endpoint, account.id, parameters={"Regions": "us-east-1,eu-west-1"})
