"""What is refused of taking recipes in, admitting builds and looking at the account, each way that it goes on."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from tests.embedded import eventually
from tests.recipe_text import bundle_of, recipe_text
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.refusals import Case

NUMBERS: Final = count(1)
DECISION: Final = {"facts": {"verb": "build"}}  # of an admission, as much of it as is read
WEEKLY: Final = 'schedule: {expression: "rate(7 days)"}'


def uploaded(at: Deployed, *lines: str, family: str = "", base: str = "") -> str:
    """A recipe arrives; the family's name."""
    family = family or f"needs-{next(NUMBERS)}"
    made = bundle_of(family, recipe_text(family, *lines, base=base))
    put(at, f"incoming/{family}/{made.sha}.json", made.model_dump_json(by_alias=True))
    return family


def put(at: Deployed, key: str, body: str) -> None:
    at.client("s3").put_object(Bucket=at.outputs["RecipesBucket"], Key=key, Body=body.encode())


def accepted(at: Deployed) -> str:
    """A family that has its recipe, by whatever way."""
    family = f"needs-{next(NUMBERS)}"
    put(at, f"accepted/{family}.json", bundle_of(family, recipe_text(family)).model_dump_json(by_alias=True))
    return family


def unscheduled(at: Deployed) -> None:
    uploaded(at)


def unacceptable(at: Deployed) -> None:
    at.tell("weather", service="s3", operation="PutObject", principal="AcceptRecipeRole", effect="deny")
    uploaded(at)


def wanted(at: Deployed) -> None:
    at.put("Build Requested", {"family": accepted(at)})


def unreadably_wanted(at: Deployed) -> None:
    at.put("Build Requested", {"family": "needs", "becuase": "a typo"})


def fired(at: Deployed) -> None:
    family = uploaded(at, WEEKLY)
    eventually(lambda: [each for each in at.tell("schedules", region=HOME) if each["name"] == family])
    at.tell("fire", region=HOME, name=family)


def fired_in_vain(at: Deployed) -> None:
    at.tell("weather", service="events", operation="PutEvents", principal="Scheduled", effect="deny")
    fired(at)


def looked_at(at: Deployed) -> None:
    """As CloudFormation asks, which is answered at a URL that takes one PUT."""
    s3, bucket = at.client("s3"), at.outputs["LogBucket"]
    asked: dict[str, Any] = {
        "RequestType": "Create",
        "ResponseURL": s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "answer"}),
        **dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), "x"),
        "ResourceProperties": {"Regions": [HOME]},
    }
    found = at.client("cloudformation").describe_stack_resource(StackName="goldsmith", LogicalResourceId="CheckAccount")
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    at.client("lambda").invoke(FunctionName=name, Payload=json.dumps(asked).encode())


NEEDS: Final[dict[Case, Callable[[Deployed], None]]] = {
    ("CheckAccountRole", "ec2:GetImageBlockPublicAccessState", ""): looked_at,
    ("AcceptRecipeRole", "s3:GetObject", ""): unscheduled,
    ("AcceptRecipeRole", "sqs:SendMessage", ""): unacceptable,
    ("Scheduled", "events:PutEvents", ""): fired,
    ("Scheduled", "sqs:SendMessage", ""): fired_in_vain,
    ("AdmitBuildRole", "s3:GetObject", ""): wanted,  # what may not be read is an objection
    ("AdmitBuildRole", "events:PutEvents", ""): wanted,
    ("AdmitBuildRole", "sqs:SendMessage", ""): unreadably_wanted,
}
