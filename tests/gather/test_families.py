"""A recipe that was accepted and is not valid any more holds up its own family, and nothing else."""

import boto3
import pytest
from moto import mock_aws

from goldsmith.gather.retire.families import Families
from goldsmith.recipe.bundle import Bundle
from tests.recipe_text import recipe_text


@pytest.fixture
def lines():
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="recipes")
        s3.put_bucket_versioning(Bucket="recipes", VersioningConfiguration={"Status": "Enabled"})
        text = recipe_text("webapp")
        for family, written in (("webapp", text), ("broken", text + "\nwhat_nobody_knows: 1\n")):
            bundle = Bundle(path=f"recipes/{family}.yaml", text=written, commit="abc123", steps=(), tests=())
            s3.put_object(
                Bucket="recipes", Key=f"accepted/{family}.json", Body=bundle.model_dump_json(by_alias=True).encode()
            )
        yield Families(s3, "recipes", None)  # type: ignore[arg-type]  # of no use here


def test_it_is_told_and_the_others_are_read(lines):
    assert lines.recipe("broken") is None
    assert lines.recipe("webapp") is not None
    assert lines.recipe("nobodys") is None
    (told,) = lines.unread.items()
    assert told[0] == "broken"
    assert "recipes/broken.yaml" in told[1]
