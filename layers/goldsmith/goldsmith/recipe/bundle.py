"""The bundle: a recipe and all that it needs, in one JSON object, so that an upload is never half there."""

import hashlib
import json
import re
from typing import Final, Self

from pydantic import Field, model_validator

from goldsmith.model import Model

CLOSING: Final = ("inventory", "sbom", "cleanup", "hygiene")  # how every build ends, whatever its recipe says
TESTS: Final = (  # what a host launched from the image goes through; service and workload where a recipe names some
    "boot", "service", "workload", "hygiene", "secrets", "hardening", "numbers", "identity", "inventory",
)  # fmt: skip

ACCEPTED: Final = "accepted/"
INCOMING: Final = re.compile(r"incoming/(?P<family>[^/]+)/(?P<sha>[^/]+)\.json")


def incoming_of(family: str, sha: str) -> str:
    """Where the bundle of a family is uploaded to, in the bucket of recipes."""
    return f"incoming/{family}/{sha}.json"


def accepted_of(family: str) -> str:
    """Where the bundle that was accepted last lies."""
    return f"{ACCEPTED}{family}.json"


class BundleStep(Model):
    """What one command on a host does: a script, or a document of SSM's with its parameters."""

    name: str = Field(description="The component, e.g. nginx; no two steps have the same, and no two tests.")
    seconds: int = Field(gt=0, description="How long it may take.")
    script: str | None = Field(None, description="A shell script that needs no other file, its arguments in it.")
    document: str | None = Field(None, description="The SSM document that runs instead, e.g. AWS-ConfigureAWSPackage.")
    parameters: dict[str, tuple[str, ...]] = Field({}, description="What the document is given; empty for a script.")

    @model_validator(mode="after")
    def _one_deed(self) -> Self:
        if (self.script is None) == (self.document is None):
            raise ValueError("a step is either a script or a document")
        return self


class Bundle(Model):
    """What `goldsmith apply` uploads.  Its last steps are those of `CLOSING`."""

    path: str = Field(description="Where the recipe is in its repository, e.g. recipes/webapp-prod.yaml.")
    text: str = Field(description="The recipe as it is written: YAML.")
    commit: str = Field(description="Of the repository; `-dirty` at its end: it was changed since; or `unknown`.")
    steps: tuple[BundleStep, ...] = Field(description="What is done on the builder, in this order.")
    tests: tuple[BundleStep, ...] = Field(
        (), description="What is run on each host that is launched from the image, in order."
    )
    user_data: str = Field("", description="The script that the builder starts its first boot with, if any.")

    @property
    def sha(self) -> str:
        """What names it: SHA-256 of its JSON with sorted keys and no spaces, in hex.

        Without the commit: where only other files of the repository changed, it is the same recipe.
        """
        said = self.model_dump(mode="json", by_alias=True, exclude={"commit"})
        content = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()
