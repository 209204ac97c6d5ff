"""What is known of an AMI that another builder may have made?"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from goldsmith.gather.bundles import current
from goldsmith.gather.image import gather_image
from goldsmith.ledger.table import Ledger
from goldsmith.model import AdoptFacts, ImageRef
from goldsmith.recipe.document import read
from goldsmith.values.adopt import Stranger
from goldsmith.vocabulary import EventType, Tag

OURS: Final = frozenset(
    {EventType.IMAGE_ADOPTED, EventType.IMAGE_BUILT, EventType.IMAGE_VERIFIED, EventType.IMAGE_REJECTED}
)


@dataclass(frozen=True)
class Strangers:
    """`ec2` is of the image's own region."""

    ec2: Any
    s3: Any
    recipes: str
    ledger: Ledger

    def gather(self, asked: Stranger) -> AdoptFacts:
        """CannotTell if EC2 may not or does not tell."""
        image = gather_image(asked.image, ec2=self.ec2)
        source = asked.image.model_copy(update={"image_id": image.source})
        return AdoptFacts(
            image=image,
            home_account=asked.home_account,
            home_region=asked.home_region,
            architectures=self._architectures(image.tag(Tag.FAMILY) or ""),
            was_ours=self._was_ours(asked.image),
            source_was_ours=bool(image.source) and self._was_ours(source),
        )

    def _architectures(self, family: str) -> frozenset[str] | None:
        found = current(family, s3=self.s3, bucket=self.recipes) if family else None
        return frozenset(read(found[0].text, found[0].path, date.min).architectures) if found else None

    def _was_ours(self, image: ImageRef) -> bool:
        return any(kind in OURS for _, kind, _ in self.ledger.history(image.place))
