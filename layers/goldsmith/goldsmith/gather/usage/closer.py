"""The calls that cost most, made only for images that nothing else keeps."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from goldsmith.errors import DENIED, code_of
from goldsmith.gather.usage import ancestry, references, sharing
from goldsmith.gather.usage.reader import RegionReader, Usage
from goldsmith.gather.usage.reading import UNREADABLE, explain
from goldsmith.values.usage import Unseen, Use

EVERYWHERE = "everywhere"
Told = Callable[[RegionReader, str], None]


@dataclass
class Closer:
    """`uses` grows; `unseen` holds by name what a closer look could not see, `_doubts` which image that concerns."""

    seen: dict[tuple[str, str], Usage]
    organization: sharing.Organization
    uses: dict[str, list[Use]]
    unseen: dict[str, Unseen] = field(default_factory=dict)
    _doubts: dict[str, set[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def doubts(self, image: str) -> set[str]:
        return self._doubts.get(image, set()) | self._doubts.get(EVERYWHERE, set())

    def look(self, reader: RegionReader, candidates: list[str], told: Told) -> None:
        unnamed = self._second_opinion(reader, candidates)
        for number, image in enumerate(unnamed):
            told(reader, f"launch permissions: {number} of {len(unnamed)}")
            try:
                self._shared(reader, image, sharing.shared_with(reader, image))
            except UNREADABLE as error:
                denied = code_of(error) in DENIED
                rest = unnamed[number:] if denied else [image]
                self._doubt(reader, rest, "launch permissions", explain(error, sharing.ACTIONS))
                if denied:
                    break

    def _second_opinion(self, reader: RegionReader, candidates: list[str]) -> list[str]:
        """The candidates that EC2 knows no reference to, either."""
        unnamed: list[str] = []
        for start in range(0, len(candidates), references.AT_ONCE):
            asked = candidates[start : start + references.AT_ONCE]
            try:
                for mention in references.references(reader, asked):
                    self.uses.setdefault(mention.image, []).append(mention.use)
            except UNREADABLE as error:
                denied = code_of(error) in DENIED
                rest = candidates[start:] if denied else asked
                self._doubt(reader, rest, "image references", explain(error, references.ACTIONS))
                if denied:
                    break
            else:
                unnamed += [image for image in asked if image not in self.uses]
        return unnamed

    def _shared(self, reader: RegionReader, image: str, permissions: Iterable[str]) -> None:
        """Every account that may launch the image must have been read to its end in this region."""
        for permission in permissions:
            try:
                others = self.organization.accounts(permission) if permission.startswith("arn:") else {permission}
            except UNREADABLE as error:
                self._doubt(reader, [image], f"accounts of {permission}", str(error))
                continue
            for account in sorted(others - {reader.account}):
                usage = self.seen.get((account, reader.region))
                if usage is None or usage.unseen.keys() - {"images"}:
                    self._doubt(RegionReader(account, reader.region, reader.client), [image], "account", _why(usage))

    def trace(self, pool: Executor, inventory: list[tuple[RegionReader, list[str]]]) -> None:
        """What was built from an image uses it; a descendant may lie in another region."""
        list(pool.map(lambda each: self._trace(*each), inventory))

    def _trace(self, reader: RegionReader, owned: list[str]) -> None:
        for image in owned:
            try:
                above = ancestry.ancestors(reader, image)
            except UNREADABLE as error:
                return self._doubt(reader, [EVERYWHERE], "image ancestry", explain(error, ancestry.ACTIONS))
            use = Use(kind="image", arn=reader.arn("ec2", f"image/{image}"), how="was built from it")
            with self._lock:
                for ancestor in above:
                    self.uses.setdefault(ancestor, []).append(use)
        return None

    def _doubt(self, reader: RegionReader, images: Iterable[str], source: str, error: str) -> None:
        unseen = Unseen(account=reader.account, region=reader.region, source=source, error=error)
        with self._lock:
            self.unseen.setdefault(unseen.name, unseen)
            for image in images:
                self._doubts.setdefault(image, set()).add(unseen.name)


def _why(usage: Usage | None) -> str:
    if usage is None:
        return "an image is shared with this account, which was not looked at: give a role there with --role-arn"
    return f"an image is shared with this account, where these could not be seen: {', '.join(usage.unseen)}"
