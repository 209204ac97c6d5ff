"""A bucket of recipes, a group of schedules, and who accepts what arrives there, on moto."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import boto3

from goldsmith.act.recipe.accept import Acceptor
from goldsmith.act.recipe.check import Taken
from goldsmith.act.recipe.schedule import Schedules
from goldsmith.recipe.bundle import Bundle
from goldsmith.vocabulary import EventType
from tests.act.conftest import ACCOUNT, REGION, said
from tests.recipe_text import bundle_of, recipe_text

TODAY: Final = date(2026, 11, 20)
OWNER: Final = {"team": "web", "email": "web@example.com", "slack": "#web"}
TUESDAYS: Final = 'schedule: {expression: "cron(0 4 ? * TUE *)", time_zone: Europe/Berlin}'
BUS: Final = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/goldsmith"


def bundle(*lines: str, family: str = "webapp", **more: Any) -> Bundle:
    return bundle_of(family, recipe_text(family, *lines, **more))


class Desk:
    """A bucket and a group of schedules, and what was said."""

    def __init__(self) -> None:
        self.s3, self.scheduler = boto3.client("s3"), boto3.client("scheduler")
        self.s3.create_bucket(Bucket="recipes")
        self.s3.put_bucket_versioning(Bucket="recipes", VersioningConfiguration={"Status": "Enabled"})
        self.scheduler.create_schedule_group(Name="goldsmith")
        self.said: list[tuple[EventType, Taken]] = []
        self.clock = datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.arrived: dict[str, datetime] = {}
        self.s3.meta.events.register("after-call.s3.GetObject", self._date)
        schedules = Schedules(self.scheduler, "goldsmith", BUS, "arn:aws:iam::1:role/ask", "arn:aws:sqs:us-east-1:1:q")
        self.acceptor = Acceptor(self.s3, "recipes", schedules, lambda event, told: self.said.append((event, told)))
        self.key = ""
        self.s3.meta.events.register("before-parameter-build.s3.GetObject", self._note)

    def _note(self, params: Any, **_: Any) -> None:
        self.key = params["Key"]

    def _date(self, parsed: Any, **_: Any) -> None:
        """An hour passes from one upload to the next."""
        if self.key in self.arrived:
            parsed["LastModified"] = self.arrived[self.key]

    def upload(self, body: bytes | Bundle, key: str = "") -> dict[str, Any]:
        """Its event's detail.object."""
        if isinstance(body, Bundle):
            key = key or f"incoming/{body.path.split('/')[1].removesuffix('.yaml')}/{body.sha}.json"
            body = body.model_dump_json(by_alias=True).encode()
        self.s3.put_object(Bucket="recipes", Key=key, Body=body)
        self.clock += timedelta(hours=1)
        self.arrived[key] = self.clock
        return {"key": key, "size": len(body)}

    def hear(self, uploaded: dict[str, Any]) -> Taken:
        return self.acceptor.accept(said("Object Created", object=uploaded), TODAY)

    def take(self, body: bytes | Bundle, key: str = "") -> Taken:
        return self.hear(self.upload(body, key))

    def accepted(self, family: str = "webapp") -> Bundle | None:
        if f"accepted/{family}.json" not in self.objects():
            return None
        found = self.s3.get_object(Bucket="recipes", Key=f"accepted/{family}.json")
        return Bundle.model_validate_json(found["Body"].read())

    def objects(self) -> set[str]:
        return {item["Key"] for item in self.s3.list_objects_v2(Bucket="recipes").get("Contents", [])}

    def schedules(self) -> dict[str, Any]:
        names = [each["Name"] for each in self.scheduler.list_schedules(GroupName="goldsmith")["Schedules"]]
        return {name: self.scheduler.get_schedule(Name=name, GroupName="goldsmith") for name in names}
