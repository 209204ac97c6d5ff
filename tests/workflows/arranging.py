"""What a test arranges in a deployment before anything happens."""

from goldsmith.recipe.bundle import Bundle
from tests.rights.grants import deployed
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.recipes import recipe


def hears(at: Deployed, name: str, *, wanted: bool) -> None:
    """Whether the rule of this name hears anything."""
    rules = deployed(at.account, at.bus, HOME, "AWS::Events::Rule")
    (rule,) = [each["PhysicalResourceId"] for each in rules if each["LogicalResourceId"].endswith(name)]
    change = at.client("events").enable_rule if wanted else at.client("events").disable_rule
    change(Name=rule.rpartition("|")[2], EventBusName=at.bus)


def knows(at: Deployed, family: str) -> None:
    """The family has a recipe."""
    text = recipe(family, ("x86_64",))
    bundle = Bundle(path=f"recipes/{family}.yaml", text=text, commit="abc123", steps=(), tests=())
    key, body = f"accepted/{family}.json", bundle.model_dump_json(by_alias=True).encode()
    at.client("s3").put_object(Bucket=at.outputs["RecipesBucket"], Key=key, Body=body)
