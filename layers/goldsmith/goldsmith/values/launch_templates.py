"""Launch templates: which of their versions are old, and which of these nobody uses."""

from datetime import datetime
from typing import Final

from pydantic import Field

from goldsmith.model import Model
from goldsmith.values.usage import Use
from goldsmith.vocabulary import Tag

MOST: Final = 1000  # versions of one template in one sweep: a decision names each


class Template(Model):
    """A launch template, and who refers to which of its versions: of each the first that was found."""

    template_id: str
    name: str
    default: int
    latest: int
    tags: dict[str, str] = Field({})
    versions: dict[int, datetime | None] = Field({}, description="When each was made; None: EC2 does not say.")
    used_by: dict[int, Use] = Field({})
    held_by: tuple[Use, ...] = Field((), description="Refers to a version that cannot be told: it may be any.")

    @property
    def family(self) -> str:
        """That its owner has tagged it with."""
        return self.tags.get(Tag.FAMILY, "")

    def kept_from(self, keep: int) -> int:
        """The oldest of the newest that are kept; 0 if there are no more than these."""
        newest = sorted(self.versions, reverse=True)[:keep]
        return newest[-1] if newest and len(newest) < len(self.versions) else 0

    def old(self, keep: int, before: datetime) -> tuple[int, ...]:
        """Oldest first: what is neither default, latest nor among the newest, and was made before that moment."""
        kept = self.kept_from(keep)
        return tuple(
            number
            for number, made in sorted(self.versions.items())
            if number < kept and number not in {self.default, self.latest} and made and made < before
        )

    def idle(self, keep: int, before: datetime) -> tuple[int, ...]:
        """Those of the old that nobody refers to, as many as one sweep deletes."""
        if self.held_by:
            return ()
        return tuple(each for each in self.old(keep, before) if each not in self.used_by)[:MOST]
