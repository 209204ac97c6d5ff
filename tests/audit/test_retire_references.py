"""The references of the audit once more, now with deletion: nothing that is used goes, and its equal twin does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from goldsmith.act.retire.apply import Retirer
from goldsmith.act.retire.facts import store
from goldsmith.evidence import sight_of
from goldsmith.gather.retire.facts import RetireFactsReader
from goldsmith.gather.retire.family_history import FamilyHistory
from goldsmith.gather.retire.inventory import read_region
from goldsmith.gather.retire.recheck import Recheck
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.pace import Paces
from goldsmith.policy.decide import decide_each
from goldsmith.recipe.retirement import Retirement
from goldsmith.rules import RetireRules
from goldsmith.values.retire import Batch, RetireStep
from goldsmith.values.sweep import Due, DueList, InventoryRead, Retiring, Sweep
from tests.audit.cloud import CONSUMER, HOME
from tests.audit.references import CASES, Case
from tests.audit.retiring_cloud import Living, leaving
from tests.audit.test_references import TABLE, listed, twin, used

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BUS = "arn:aws:events:us-east-1:111111111111:event-bus/goldsmith"
NO_REFERENCE: Final = {  # what keeps an image in the audit alone
    "young, in another format": "a sweep counts from the stage, not from the birth",
    "another image was built from it": "it has snapshots of its own, and does not need the first",
}
ELSEWHERE: Final = {"333333333333", "444444444444", "555555555555", "accounts of"}  # EC2's report names its users
REFERENCES: Final = [(n, each) for n, each in enumerate(CASES) if each.name not in NO_REFERENCE]


class Recipes:
    """One family, whose newest versions are released."""

    unread: Final[dict[str, str]] = {}

    def recipe(self, _: str) -> Any:
        owner = type("Owner", (), {"team": "web", "model_dump": lambda _self: {"team": "web"}})()
        return type("Recipe", (), {"owner": owner, "retirement": Retirement()})()

    def line(self, family: str, versions: Any) -> FamilyHistory:
        return FamilyHistory(family, Retirement(), versions)


@dataclass
class Memory:
    """The evidence bucket; everything was born here."""

    kept: dict[str, Any] = field(default_factory=dict)

    def put(self, key: str, value: Any) -> str:
        self.kept[key] = value
        return key

    def get(self, key: str, _: Any) -> Any:
        return self.kept.get(key)

    def has(self, key: str) -> bool:
        return key.startswith("births/")


@dataclass(frozen=True)
class Swept:
    cloud: Living
    reasons: dict[str, tuple[str, ...]]


def described(image: str, version: str, stage: str = "disabled") -> dict[str, Any]:
    tags = leaving(image, version) | {"goldsmith:stage": stage}
    state = "disabled" if stage == "disabled" else "available"
    return listed(image) | {"State": state, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def world() -> Living:
    cloud = Living()
    cloud.settle()
    for number, each in enumerate(CASES):
        for image, version in ((used(number), f"2026.01.{number}.1"), (twin(number), f"2026.01.{number}.2")):
            cloud.add("DescribeImages", described(image, version))
        each.place(cloud, used(number))
        cloud.reported(used(number), *[u[:12] for u in ELSEWHERE if u in each.seen_as])
        cloud.reported(twin(number))
    for day in range(3):
        cloud.add("DescribeImages", described(f"ami-0000000{day}", f"2026.05.0{day}", "released"))
    for image in cloud.listed[HOME, "us-east-1", "DescribeImages"][""]:
        for disk in image["BlockDeviceMappings"]:
            cloud.add("DescribeSnapshots", {"SnapshotId": disk["Ebs"]["SnapshotId"], "Tags": image["Tags"]})
    return cloud


def looked_at(reader: RegionReader, memory: Memory) -> InventoryRead:
    seen = read_region(reader, BUS, lambda _: reader.client("cloudtrail"))
    memory.put(sight_of("retire-sweep-1", reader.account, reader.region), seen)
    return InventoryRead(account_region=seen.account_region)


def everything() -> DueList:
    versions = [(n, v) for n, _ in enumerate(CASES) for v in (1, 2)]
    return DueList(
        versions=tuple(Due(family="web", version=f"2026.01.{n}.{v}", step=RetireStep.DEREGISTER) for n, v in versions)
    )


@pytest.fixture(scope="module")
def swept() -> Swept:
    cloud, memory = world(), Memory()
    places = [cloud.reader(account, "us-east-1") for account in (HOME, CONSUMER)]
    looked = tuple(looked_at(each, memory) for each in places)
    rules = RetireRules(max_sweep=1000, max_family=1000)
    reader = RetireFactsReader(Recipes(), memory, memory, lambda _: True, rules, NOW)  # type: ignore[arg-type]  # fakes
    collected = reader.read(Sweep(run="retire-sweep-1", batch=memory.put("due", everything()), places=looked))
    course = store("retire-sweep-1", collected, sweeps=memory)  # type: ignore[arg-type]  # a fake
    reasons: dict[str, tuple[str, ...]] = {}

    def client(account: str) -> Any:
        session = cloud.session(account)
        return lambda service, region: session.client(service, region_name=region)

    while course.chunks:
        facts: Batch = Recheck(client).look(memory.kept[course.chunks[0]])
        decided = decide_each(facts, NOW).decisions
        reasons |= {d.facts.copies[0].image.image_id: d.verdict.reasons for d in decided}  # type: ignore[union-attr]
        given = tuple(each.model_dump(mode="json", by_alias=True) for each in decided)
        retirer = Retirer(client, memory, None, lambda *_: None, Paces(sleep=lambda _: None), NOW)  # type: ignore[arg-type]
        course = retirer.retire(Retiring(course=course, decisions=given))
    return Swept(cloud, reasons)


def test_the_table_is_long_enough():
    assert len(REFERENCES) >= 30
    assert {each.place.__module__ for _, each in REFERENCES} == {module.__name__ for module in TABLE}
    assert len(REFERENCES) + len(NO_REFERENCE) == len(CASES)


@pytest.mark.parametrize(("number", "case"), REFERENCES, ids=[each.name for _, each in REFERENCES])
def test_an_image_that_is_used_stays_and_its_twin_goes(swept: Swept, number: int, case: Case):
    """For a reason of its own, beside whatever else is held against it."""
    assert case.name
    assert used(number) not in swept.cloud.gone
    assert swept.reasons[used(number)] != ()
    assert twin(number) in swept.cloud.gone
