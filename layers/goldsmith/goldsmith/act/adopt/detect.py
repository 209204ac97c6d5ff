"""Notice the AMIs of other builders: when they become available, when they are tagged later, and by looking around."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from goldsmith.gather.image import image_of
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event, ImageRef, Model
from goldsmith.values.adopt import Noticed, is_a_stranger
from goldsmith.values.request import Request
from goldsmith.vocabulary import EventType, Tag

TAGGED: Final = "AWS API Call via CloudTrail"


@dataclass(frozen=True)
class ImageDetector:
    """`ec2` and `region` are of home; `say` puts an event on our bus."""

    ec2: Any
    ledger: Ledger
    region: str
    say: Callable[[EventType, Model], None]

    def detect(self, event: Event) -> Noticed:
        """Ask for what is told of.  New tags are a new question: they may mend what the last answer was about."""
        tagged = event.detail_type == TAGGED
        ids = list(_tagged(event)) if tagged else [event.detail["ImageId"]]
        return self._ask([{"Name": "image-id", "Values": ids}], again=tagged) if ids else Noticed(asked=())

    def detect_all(self) -> Noticed:
        """Ask for every one that nobody ever asked for: the backstop for lost events."""
        return self._ask([], again=False)

    def _ask(self, filters: list[dict[str, Any]], *, again: bool) -> Noticed:
        asked = []
        tagged = {"Name": "tag-key", "Values": [Tag.FAMILY.value]}
        pages = self.ec2.get_paginator("describe_images").paginate(Owners=["self"], Filters=[tagged, *filters])
        for image in (image_of(found, self.region) for page in pages for found in page["Images"]):
            place = ImageRef(image_id=image.image_id, account=image.account, region=image.region)
            if image.state != "available" or not is_a_stranger(image):
                continue
            before = any(kind == EventType.ADOPTION_REQUESTED for _, kind, _ in self.ledger.history(place.place))
            if again or not before:
                self.say(EventType.ADOPTION_REQUESTED, Request(image=place, again=before))
                asked.append(image.image_id)
        return Noticed(asked=tuple(asked))


def _tagged(event: Event) -> Iterator[str]:
    """The ids of the AMIs in a CreateTags."""
    for each in event.detail["requestParameters"]["resourcesSet"]["items"]:
        if each["resourceId"].startswith("ami-"):
            yield each["resourceId"]
