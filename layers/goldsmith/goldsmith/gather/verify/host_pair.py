"""What two hosts launched from one AMI have shown: read from the evidence of their tests, then held side by side."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from pydantic import ValidationError

from goldsmith.errors import CannotTell
from goldsmith.values.host_answers import (
    ComponentAnswer,
    HostPackages,
    Identity,
    Inspection,
    Numbers,
    Remark,
    difference,
)
from goldsmith.values.verify_facts import Check, Measures, Twin, Twins
from goldsmith.values.verify_plan import HostTests, Result

Read = Callable[[str], str]  # the text under a key of the evidence
Link = Callable[[str], str]  # where a person reads it
T = TypeVar("T", bound=ComponentAnswer)

MIB: Final = 1024**2
GIB: Final = 1024**3
ANSWERS: Final[dict[str, type[ComponentAnswer]]] = {"numbers": Numbers, "identity": Identity, "inventory": HostPackages}
MOST_REMARKS, LONGEST_REMARK = 20, 300  # a host may print what it likes


def last(tried: HostTests) -> dict[str, Result]:
    """Of each test its last attempt: the one that counts."""
    return {each.name: each for each in sorted(tried.results, key=lambda result: result.attempt)}


def twins_of(hosts: Iterable[HostTests], *, read: Read, link: Link) -> Twins:
    """Both hosts and how they compare; without two identities and two inventories nobody can tell."""
    both = tuple(hosts)
    made = tuple(_twin(each, read=read, link=link) for each in both)
    alike, unseen_identity = _compared(both, "identity", Identity, _alike, read=read)
    differing, unseen_inventory = _compared(both, "inventory", HostPackages, _differing, read=read)
    return Twins(hosts=made, alike=alike, differing=differing, unseen=(*unseen_identity, *unseen_inventory))


def answer_of(tried: HostTests, test: str, kind: type[T], *, read: Read) -> T | None:
    """What a test of this host answered; None if it did not run or printed no such answer."""
    result = last(tried).get(test)
    if result is None or not result.output.stdout:
        return None
    try:
        return kind.read(read(result.output.stdout))
    except (CannotTell, ValidationError):
        return None


def worse(hosts: Iterable[Twin]) -> Measures:
    """Of each measure the greater of the two."""
    numbers: dict[str, float] = {}
    for host in hosts:
        for name, value in host.measures.model_dump(exclude_none=True).items():
            numbers[name] = max(value, numbers.get(name, value))
    return Measures(**numbers)


def _twin(tried: HostTests, *, read: Read, link: Link) -> Twin:
    checks = tuple(_check(result, read=read, link=link) for result in last(tried).values())
    measures = _measures(tried, answer_of(tried, "numbers", Numbers, read=read))
    return Twin(name=tried.twin, instance_id=tried.instance_id, failure=tried.failure, checks=checks, measures=measures)


def _check(result: Result, *, read: Read, link: Link) -> Check:
    output = result.output
    sound, remarks = _judged(result, read=read)
    where = link(output.stdout or output.stderr) if output.stdout or output.stderr else ""
    return Check(
        name=result.name,
        sound=sound,
        flaky=sound and result.attempt > 1,
        remarks=tuple(remarks[:MOST_REMARKS]),
        link=where,
    )


def _judged(result: Result, *, read: Read) -> tuple[bool, list[str]]:
    """Sound is what ended well and says of itself that nothing failed and nothing escaped it."""
    if not result.output.stdout:
        return False, [f"{result.status}: it printed nothing"]
    try:
        found = ANSWERS.get(result.name, Inspection).read(read(result.output.stdout))
    except (CannotTell, ValidationError) as error:
        return False, [f"{result.status}: it printed no answer: {str(error).splitlines()[0]}"]
    remarks = list(_said(found))
    if found.omitted:
        remarks.append(f"{found.omitted} entries did not fit into its answer")
    if result.status != "Success" and not remarks:
        remarks.append(result.status)
    return result.status == "Success" and not remarks, remarks


def _said(found: ComponentAnswer) -> Iterator[str]:
    for word in ("failed", "unseen"):
        said: tuple[Remark, ...] = getattr(found, word, ())
        for each in said:
            yield " ".join(filter(None, (f"{word}:", each.id, each.where, each.what)))[:LONGEST_REMARK]


def _measures(tried: HostTests, numbers: Numbers | None) -> Measures:
    online = (tried.online - tried.launched).total_seconds() if tried.online and tried.launched else None
    if numbers is None:
        return Measures(seconds_to_ssm_online=online)
    memory, free, disk = numbers.memory_bytes, numbers.memory_available_bytes, numbers.disk_used_bytes
    return Measures(
        seconds_to_ssm_online=online,
        boot_seconds=numbers.boot_seconds,
        memory_mib=None if memory is None or free is None else round((memory - free) / MIB, 1),
        disk_gib=None if disk is None else round(disk / GIB, 2),
    )


def _compared(
    hosts: tuple[HostTests, ...], test: str, kind: type[T], compare: Callable[[T, T], tuple[str, ...]], *, read: Read
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a comparison of both answers finds, and what could not be compared."""
    answers = [answer_of(each, test, kind, read=read) for each in hosts]
    seen = [each for each in answers if each is not None]
    if len(seen) != 2:  # noqa: PLR2004 - twins
        return (), (f"{test}: {len(seen)} of 2 hosts have one",)
    try:
        return compare(*seen), ()
    except CannotTell as error:
        return (), (f"{test}: {error}",)


def _alike(one: Identity, other: Identity) -> tuple[str, ...]:
    """What must be each host's own.  A host without a seed or without cloud-init has nothing to compare."""
    same = {
        "machine-id": one.machine_id is not None and one.machine_id == other.machine_id,
        "SSH host keys": bool(set(one.host_keys) & set(other.host_keys)),
        "random seed": one.random_seed is not None and one.random_seed == other.random_seed,
        "cloud-init id": one.cloud_init is not None and one.cloud_init == other.cloud_init,
    }
    return tuple(name for name, is_same in same.items() if is_same)


def _differing(one: HostPackages, other: HostPackages) -> tuple[str, ...]:
    return tuple(
        f"{change.name}: {change.before or 'none'} and {change.after or 'none'}" for change in difference(one, other)
    )
