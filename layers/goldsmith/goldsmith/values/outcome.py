"""What became of a build: why it failed, or which AMIs it made, and how they are known for ours."""

import json
from typing import Any, Final, Literal

from pydantic import Field, model_validator

from goldsmith.model import Image, ImageRef, Model

TIMED_OUT: Final = {  # by the state that waited in vain
    "Await host": "Systems Manager did not see the builder online within 15 minutes: can its subnet reach Systems "
    "Manager, and does the base image have the agent? See `builder` in docs/recipe.md.",
    "Await command": "a component had not ended after 12 hours and a half",
    "Await stop": "the builder had not stopped after half an hour",
    "Await image": "the AMI was still pending after 12 hours",
    "Await copy": "the copy was still pending after a day",
    "Await agent": "Systems Manager did not see the host online within 15 minutes: can its subnet reach Systems "
    "Manager, and does the image start the agent?",
    "Await status": "EC2's own checks of the host had not passed after 15 minutes",
    "Await test": "a test had not ended after two hours",
    "Await scan": "Inspector had not ended its scan after 6 hours",
}


class Failure(Model):
    """Why there is no AMI of one architecture, for a person to read."""

    error: str
    cause: str = Field(default="", description="A sentence or more: what, where, and what to do.")
    component: str = ""
    last_lines: tuple[str, ...] = Field(default=(), description="The end of what the component printed.")
    link: str = Field(default="", description="Where the whole output can be read in the console.")

    @model_validator(mode="before")
    @classmethod
    def of_step_functions(cls, given: Any) -> Any:
        """Take what a state caught, `{Error, Cause, State}`.  Of a function's error Lambda makes JSON."""
        if not isinstance(given, dict) or "Error" not in given:
            return given
        cause = given.get("Cause") or TIMED_OUT.get(given.get("State", ""), "")
        try:
            told = json.loads(cause)
        except ValueError:
            told = None
        return {"error": given["Error"], "cause": told.get("errorMessage", cause) if isinstance(told, dict) else cause}


class Made(Model):
    """An AMI that is there, finished and ours."""

    image: ImageRef
    name: str
    architecture: str
    snapshots: tuple[str, ...]


class BuildOutcome(Model):
    """What became of one architecture."""

    architecture: str
    made: Made | None = None
    failure: Failure | None = None


class CompleteFacts(Model):
    """What is known when every architecture has come to its end."""

    verb: Literal["complete"] = "complete"
    family: str
    version: str = ""
    expected: tuple[str, ...] = Field(
        default=(), description="The architectures of the plan; none if there was no plan."
    )
    outcomes: tuple[BuildOutcome, ...] = ()


class Born(Model):
    """The ledger's word for it that an AMI of this name comes from this builder of ours; written before the AMI is."""

    run: str
    architecture: str
    name: str
    instance_id: str


class ClaimFacts(Model):
    """An AMI that has the name we want, and what is known of the run that made it."""

    image: Image
    source_instance: str = Field(description="The instance that EC2 says it was made from.")
    born: Born | None
    run_status: str = Field(description="Of the run in its tag, in Step Functions' words; empty: unknown there.")
    recipe_sha: str = Field(description="Of the recipe that is to be built now, as is `base_image`.")
    base_image: str
