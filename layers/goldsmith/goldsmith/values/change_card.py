"""The change card: what an image brings, against the one that is in use.  `gate/change_card.py` makes it."""

from pydantic import Field

from goldsmith.model import Model
from goldsmith.values.verify_facts import Measures


class PackageChange(Model):
    """None: it was, or is, not there."""

    name: str
    before: str | None
    after: str | None

    @property
    def word(self) -> str:
        if self.before is None:
            return f"added {self.name} {self.after}"
        if self.after is None:
            return f"removed {self.name} {self.before}"
        return f"updated {self.name} {self.before} -> {self.after}"


class Card(Model):
    """Of one architecture."""

    architecture: str
    image_id: str
    name: str
    against: str = Field(default="", description="The released version; empty: none of this architecture is.")
    packages: tuple[PackageChange, ...] = ()
    more_packages: int = Field(default=0, description="How many more changed.")
    new: tuple[str, ...] = Field(default=(), description="With a fix, and not in the released image.")
    fixed: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    more: dict[str, int] = Field(default={}, description="How many more are `new`, `fixed` and `waived`.")
    scanned: bool = Field(default=True, description="Whether anything can be said of its findings.")
    counts: dict[str, int] = Field(default={}, description="Of findings, by severity.")
    fixable: int = 0
    measures: Measures = Measures()
    before: Measures | None = None
    flaky: tuple[str, ...] = Field(default=(), description="Tests that failed once and were sound when run again.")
    lineage: tuple[str, ...] = Field(default=(), description="The AMIs that it comes from, to the root.")
