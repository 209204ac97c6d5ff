"""The deployment that a command speaks to, found through the outputs of its stack."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import boto3
import typer

from goldsmith.errors import code_of
from goldsmith.ledger.table import Ledger
from goldsmith.model import ImageRef
from goldsmith.recipe.bundle import ACCEPTED
from goldsmith.vocabulary import EventType

Stack = Annotated[str, typer.Option(help="The stack that Goldsmith was deployed as.")]
Follow = Annotated[bool, typer.Option("--follow", help="Stay until it is decided.")]


class NotDeployedError(RuntimeError):
    """There is no such stack in this account and region."""


@dataclass(frozen=True)
class Deployment:
    """Credentials, region and endpoint are boto3's own: profiles, AWS_REGION, AWS_ENDPOINT_URL and the rest."""

    stack: str
    session: boto3.Session

    @cached_property
    def described(self) -> dict[str, Any]:
        """The stack, as CloudFormation has it."""
        try:
            (found,) = self.session.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        except Exception as error:
            if code_of(error) != "ValidationError":
                raise
            place = f"account {self.account} in {self.session.region_name}"
            raise NotDeployedError(
                f"there is no stack {self.stack!r} in {place}; --stack and AWS_REGION choose"
            ) from error
        return dict(found)

    @property
    def outputs(self) -> dict[str, str]:
        return {each["OutputKey"]: each["OutputValue"] for each in self.described.get("Outputs", [])}

    @property
    def regions(self) -> list[str]:
        """Every region in which it acts, the home region included."""
        given = {each["ParameterKey"]: each["ParameterValue"] for each in self.described.get("Parameters", [])}
        return [each.strip() for each in given["Regions"].split(",")]

    @cached_property
    def account(self) -> str:
        return str(self.session.client("sts").get_caller_identity()["Account"])

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.outputs["LedgerName"], self.session.client("dynamodb"))

    def image(self, image_id: str, region: str | None) -> ImageRef:
        return ImageRef(image_id=image_id, account=self.account, region=region or str(self.session.region_name))

    def families(self) -> set[str]:
        """Those that have a recipe."""
        pages = (
            self.session.client("s3")
            .get_paginator("list_objects_v2")
            .paginate(Bucket=self.outputs["RecipesBucket"], Prefix=ACCEPTED)
        )
        keys = (item["Key"] for page in pages for item in page.get("Contents", []))
        return {key.removeprefix(ACCEPTED).removesuffix(".json") for key in keys}

    def put(self, event_type: EventType, detail: dict[str, Any]) -> None:
        entry = {"Source": "goldsmith", "DetailType": event_type.value, "Detail": json.dumps(detail)}
        answer = self.session.client("events").put_events(
            Entries=[{**entry, "EventBusName": self.outputs["BusName"]}]  # type: ignore[typeddict-item]
        )
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"the bus did not take the event in: {answer['Entries'][0]}")
