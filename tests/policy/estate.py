"""A family in two regions, in memory, and what must never be done to it, whoever dies and whatever is lost."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from goldsmith.evidence import birth_of
from goldsmith.ledger.channels import Record
from goldsmith.lifecycle import BACK, TABLE, Deed, moved
from goldsmith.model import ImageRef
from goldsmith.values.promote import PointerValue
from goldsmith.values.usage import Use
from goldsmith.vocabulary import Stage, Tag
from tests.act.conftest import ACCOUNT, NOW, REGION
from tests.act.leaving import SHARED, ami, seen
from tests.act.place import Ami
from tests.act.place_deeds import Ec2
from tests.act.shelf import shelf

REGIONS: Final = (REGION, "eu-west-1")
FAMILY: Final = "webapp"
BROKEN, FIRST, SECOND, LAST = VERSIONS = tuple(f"2026.05.0{number}" for number in range(4))
STEPS: Final = {(stage, after) for (_, stage), after in TABLE.items()} | {(Stage.DISABLED, each) for each in BACK}
POINTER: Final = f"/goldsmith/{FAMILY}/production/x86_64"


class Notes:
    """The ledger, as far as values go."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def put(self, pk: str, sk: str, value: str, *_: Any) -> None:
        self.kept[pk, sk] = value

    def values(self, pk: str) -> list[tuple[str, str]]:
        return [(sk, value) for (each, sk), value in self.kept.items() if each == pk]


class Place(Ec2):
    """Says what is wrong with a call of ours, whether or not IAM lets it pass."""

    estate: "Estate"

    def _check(self, operation: str, about: list[str], written: dict[str, str]) -> None:
        super()._check(operation, about, written)
        stage, after = self._stage(about[0]), written.get("goldsmith:stage")
        if self.role and after:
            assert stage == after or (stage, after) in STEPS, f"from {stage} to {after}"
        if self.role and operation in {"disable_image", "deregister_image"} and about[0] in self.images:
            version = self.images[about[0]].tags["goldsmith:version"]
            assert version not in self.estate.kept(), f"{operation} of {version}, which is kept"
            lives = [image for _, image in self.estate.copies(version) if image.state == "available"]
            assert operation == "disable_image" or not lives, f"{version} is still there"


class Estate:
    def __init__(self) -> None:
        self.now, self.ledger, self.evidence, self.pointed = NOW, Notes(), shelf(), LAST
        self.held: dict[str, date | None] = {}
        self.by_hand = False  # the channel was set without us, and the ledger does not know
        self.shares: dict[str, list[dict[str, str]]] = {}
        self.places = {region: Place(region=region, clock=lambda: self.now) for region in REGIONS}
        for number, (region, ec2) in enumerate(self.places.items()):
            ec2.estate = self
            for image in _born(number):
                self.shares[ec2.put(image).id] = list(image.permissions)
                ref = ImageRef(image_id=image.id, account=ACCOUNT, region=region)
                self.evidence.s3.put_object(Key=birth_of(ref), Body=b"{}")
        self.points_to(LAST)

    # ── what is there ──

    def copies(self, version: str) -> list[tuple[Place, Ami]]:
        every = [(place, image) for place in self.places.values() for image in place.images.values()]
        return [(place, image) for place, image in every if image.tags["goldsmith:version"] == version]

    def kept(self) -> set[str]:
        """Versions that are used, held or in the channel."""
        used = {v for v in VERSIONS for place, image in self.copies(v) if image.id in place.users}
        held = {v for v, until in self.held.items() if until is None or until >= self.now.date()}
        return used | held | {self.pointed}

    def points_to(self, version: str) -> None:
        """Promote it, or set the channel back to it."""
        self.pointed, self.by_hand = version, False
        for ec2, image in self.copies(version):
            held = PointerValue(image_id=image.id, version=version, since=self.now)
            record = Record(wanted=held, held=held).model_dump_json(by_alias=True)
            self.ledger.put("channels", f"{FAMILY}#production#{ec2.region}#x86_64", record)
            if image.stage != Stage.RELEASED:
                tag(ec2, image, moved(Deed.RELEASE, image.stage, self.now))

    def sights(self) -> list[Any]:
        found = []
        for place in self.places.values():
            uses = {image: (Use(kind="instance", arn=arn, how="runs it"),) for image, arn in place.users.items()}
            for ec2, image in self.copies(self.pointed):
                if ec2 is place:
                    named = Use(kind="parameter", arn=f"arn:aws:ssm:::parameter{POINTER}", how=POINTER)
                    uses[image.id] = (*uses.get(image.id, ()), named)
            found.append(seen(place, uses=uses))
        return found


def tag(place: Place, image: Ami, tags: Mapping[Tag, str]) -> None:
    """An AMI and its snapshots alike."""
    for each in (image.tags, *(place.snapshots[snapshot] for snapshot in image.snapshots)):
        each |= {key.value: str(value) for key, value in tags.items()}


def _born(place: int) -> list[Ami]:
    """One of each version; of the one that failed there is something to launch in the first place alone."""
    stages = (Stage.FAILED, Stage.SUPERSEDED, Stage.RELEASED, Stage.RELEASED)
    good: dict[str, Any] = {"protection": "enabled-with-cooldown", "was": Stage.DISTRIBUTED}
    good |= {"deprecated_at": NOW + timedelta(days=100)}
    dead: dict[str, Any] = {"state": "failed" if place else "available", "was": Stage.CANDIDATE}

    def more(version: str) -> dict[str, Any]:
        return dead if version == BROKEN else good | {"permissions": [SHARED[place]]}

    return [
        ami(stage, version, f"ami-{place}{number:016}", **more(version))
        for number, (version, stage) in enumerate(zip(VERSIONS, stages, strict=True))
    ]
