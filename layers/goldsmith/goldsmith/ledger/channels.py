"""What the channels point to: what each pointer was last meant to hold, and what it was seen to hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goldsmith.ledger.items import Values
from goldsmith.ledger.table import Ledger
from goldsmith.model import Model
from goldsmith.values.promote import PointerValue, Pointing
from goldsmith.values.versions import newness


class Record(Model):
    wanted: PointerValue
    held: PointerValue | None = None


@dataclass(frozen=True)
class Channels:
    values: Values

    def claim(self, asked: Pointing, now: datetime) -> PointerValue:
        """What this pointer is to hold: this version, or a newer one that somebody has claimed it for."""
        image = asked.pointer.image
        if image is None:
            raise ValueError(f"{asked.pointer.parameter}: no AMI to point to")
        before = self.values.get(_key(asked))
        known = Record.model_validate_json(before) if before else None
        if known and newness(known.wanted.version) > newness(asked.version):
            return known.wanted
        if known and known.wanted.image_id == image.image_id:
            return known.wanted
        wanted = PointerValue(image_id=image.image_id, version=asked.version, since=now)
        record = Record(wanted=wanted, held=known.held if known else None)
        self.values.put(_key(asked), record.model_dump_json(by_alias=True), instead_of=before)
        return wanted

    def confirm(self, asked: Pointing, held: PointerValue) -> None:
        """It was seen to hold that."""
        before = self.values.get(_key(asked))
        known = Record.model_validate_json(before) if before else None
        if known and known.held != held:
            record = known.model_copy(update={"held": held})
            self.values.put(_key(asked), record.model_dump_json(by_alias=True), instead_of=before)

    def index(self) -> dict[str, Any]:
        """Family, channel, region, architecture → AMI, version and since when, of all that is held."""
        index: dict[str, Any] = {}
        for key, value in self.values.all():
            record = Record.model_validate_json(value)
            family, channel, region, architecture = key.split("#")
            if record.held:
                there = index.setdefault(family, {}).setdefault(channel, {}).setdefault(region, {})
                there[architecture] = record.held.model_dump(mode="json", by_alias=True)
        return index


def _key(asked: Pointing) -> str:
    return f"{asked.family}#{asked.channel}#{asked.pointer.region}#{asked.pointer.architecture}"


def channels(ledger: Ledger) -> Channels:
    return Channels(Values(ledger, "channels"))
