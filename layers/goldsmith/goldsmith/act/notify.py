"""Tell the owner what happened: one topic per team, made when there is first something to tell."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError
from pydantic import ValidationError

from goldsmith.act.recipe.check import owner_of
from goldsmith.errors import code_of
from goldsmith.gather.bundles import current
from goldsmith.message.compose import message_of
from goldsmith.model import Event, Model
from goldsmith.recipe.parts import Owner
from goldsmith.recipe.shapes import FAMILY
from goldsmith.vocabulary import EventType

PLATFORM: Final = "platform"  # who hears of what has no owner
LONGEST_NAME: Final = 100


class Notified(Model):
    topic: str
    message_id: str


@dataclass(frozen=True)
class Notifier:
    """`topics` is how the ARNs of our topics begin; `bucket` holds the recipes, `evidence` what messages link to."""

    sns: Any
    s3: Any
    bucket: str
    evidence: str
    topics: str

    def notify(self, event: Event) -> Notified:
        """Rather twice than never: an event that is heard twice is told twice."""
        owner = self._owner(event)
        topic = f"{self.topics}{name_of(owner['team'])}"
        if event.detail_type == EventType.RECIPE_ACCEPTED:  # the mailbox may be another now
            self._make(topic, owner)
        try:
            return self._publish(topic, event)
        except ClientError as error:
            if code_of(error) not in {"NotFound", "NotFoundException"}:
                raise
        try:
            self._make(topic, owner)
        except ClientError:  # the topic may be there now, but nobody listens to it: tell one whom somebody hears
            self._publish(f"{self.topics}{PLATFORM}", event)
            raise
        return self._publish(topic, event)

    def _owner(self, event: Event) -> dict[str, str]:
        """As the event says, if that is whole; else the recipe of its family; else the platform team."""
        told, family = event.detail.get("owner"), event.detail.get("family")
        return _whole(told) or self._owner_in_recipe(family) or {"team": PLATFORM}

    def _owner_in_recipe(self, family: Any) -> dict[str, str] | None:
        """Even of a recipe that today's rules would refuse."""
        if not isinstance(family, str) or not re.fullmatch(FAMILY, family):
            return None
        accepted = current(family, s3=self.s3, bucket=self.bucket)
        return _whole(owner_of(accepted[0].text)) if accepted else None

    def _make(self, topic: str, owner: dict[str, str]) -> None:
        """Doing it twice changes nothing.  AWS asks the mailbox whether it wants this."""
        self.sns.create_topic(Name=topic.rpartition(":")[2])
        if owner.get("email"):
            self.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=owner["email"])

    def _publish(self, topic: str, event: Event) -> Notified:
        message = message_of(event, bucket=self.evidence, region=topic.split(":")[3])
        about = {"event": event.detail_type, "family": event.detail.get("family")}
        attributes = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in about.items()
            if isinstance(value, str) and value
        }
        sent = self.sns.publish(
            TopicArn=topic, Subject=message.subject, Message=message.text, MessageAttributes=attributes
        )
        return Notified(topic=topic, message_id=sent["MessageId"])


def _whole(told: Any) -> dict[str, str] | None:
    """An owner who can be told: a refused recipe may name half of one, or a mailbox that is none."""
    try:
        return Owner.model_validate(told).model_dump()
    except ValidationError:
        return None


def name_of(team: str) -> str:
    """What a topic's name may have in it; where something had to go, a hash keeps two teams apart."""
    plain = re.sub(r"[^a-z0-9]+", "-", team.lower()).strip("-")[:LONGEST_NAME]
    return plain if plain == team else f"{plain}-{hashlib.sha256(team.encode()).hexdigest()[:8]}".lstrip("-")
