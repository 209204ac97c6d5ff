"""A version on its way out, as a page for a person: where it stands, what is next, what keeps it, what lets it go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from goldsmith.lifecycle import ASIDE
from goldsmith.message.texts import MEANS
from goldsmith.policy.retain import is_kept_by
from goldsmith.values.retire import Copy
from goldsmith.vocabulary import EventType, Reason, Stage
from goldsmith_cli.following import Told
from goldsmith_cli.retire.foresight import Kept

LEAVING: Final = frozenset({Stage.SUPERSEDED, Stage.DEPRECATED, Stage.DISABLED, Stage.DEREGISTERED, *ASIDE})
STEPS: Final = frozenset(
    {
        EventType.IMAGE_SUPERSEDED,
        EventType.IMAGE_PROLONGED,
        EventType.RETIREMENT_ANNOUNCED,
        EventType.IMAGE_DEPRECATED,
        EventType.IMAGE_DISABLED,
        EventType.IMAGE_DEREGISTERED,
    }
)
DECIDED: Final = STEPS | {EventType.IMAGE_KEPT, EventType.RETIREMENT_FAILED}
OTHER_WAY: Final = frozenset({EventType.IMAGE_HELD, EventType.IMAGE_RESTORED, EventType.RESTORATION_FAILED})
RELEASES: Final[Mapping[Reason, str]] = {
    Reason.UNSEEN: "what could not be read is read: grant what is missing, or mend it",
    Reason.IMPLAUSIBLE: "a person finds out why so much less was seen; see docs/operations.md",
    Reason.NOT_OURS: "nothing: an AMI that Goldsmith does not know for its own is never touched",
    Reason.PUBLIC: "the AMI is made private",
    Reason.IN_CHANNEL: "the channel is moved to another version",
    Reason.IN_USE: "what refers to it refers to another image, or goes",
    Reason.LAUNCHED_LATELY: "nobody launches it for 30 days",
    Reason.AMONG_NEWEST: "newer versions are good, or the recipe's retirement.keep is less",
    Reason.LAST_GOOD: "a newer version is released",
    Reason.HELD: "goldsmith release {named}, or the end of the hold",
    Reason.SNOOZED: "the day after the one that the tag goldsmith:snooze begins with",
    Reason.TOO_YOUNG: "time",
    Reason.NOT_ANNOUNCED: "time, after it was announced",
    Reason.WRONG_STAGE: "nothing needs to: the next sweep takes the step that fits",
    Reason.NOT_REPLACED: "a newer version is released",
    Reason.NOBODY_TOLD: "a recipe of its family is accepted, and its owner's mailbox confirmed",
    Reason.NOT_SETTLED: "the copy has come, or gone",
    Reason.REPORT_MISSING: "EC2's report on other accounts, asked for by the sweep",
    Reason.USED_ELSEWHERE: "the other account launches another image",
    Reason.OUTSIDE_HOURS: "a sweep within the recipe's hours",
    Reason.OVER_CAP: "the next sweep, or the one after",
    Reason.NOT_DISABLED: "it is disabled again; what was enabled by hand is restored by the sweep",
    Reason.PROTECTED: "deregistration protection is taken off, which EC2 may do a day late",
    Reason.NO_WAY_BACK: "the Recycle Bin rules of region.yaml are there",
}


def is_leaving(copies: Iterable[Copy], told: Iterable[Told]) -> bool:
    """Whether a tag or an event says that it is on its way out."""
    return any(copy.stage in LEAVING for copy in copies) or any(kind in DECIDED for _, kind, _ in told)


def way_out(named: str, kept: Sequence[Kept], copies: Sequence[Copy], told: Sequence[Told], now: datetime) -> list[str]:
    """`kept` has the version once for each line that it is in: what is good, and what was rejected or failed."""
    lines = ["On its way out:"]
    lines += [f"  {each}" for line in kept for each in _next(line, now)]
    lines += [] if kept else ["  it is in no stage from which a sweep takes a step"]
    for word in ("hold", "snooze"):
        lines += [f"  {each}" for each in _written(word, copies, now)]
    decided = [each for each in told if each[1] in DECIDED]
    lines += [f"  {each}" for each in (_decision(*decided[-1]) if decided else ["no sweep has decided on it yet"])]
    keeps = dict.fromkeys(reason for line in kept for reason in line.reasons)
    if decided and decided[-1][1] == EventType.IMAGE_KEPT:
        keeps |= dict.fromkeys(Reason(each) for each in decided[-1][2]["decision"]["verdict"]["reasons"])
    if keeps:
        lines += ["What would release it:"]
        lines += [f"  {each.replace('_', ' ')}: {RELEASES[each].format(named=named)}" for each in keeps]
    return [*lines, ""]


def _next(line: Kept, now: datetime) -> Iterator[str]:
    """What comes next and when, and what keeps it from that now."""
    if line.next is None:
        yield f"{line.stage}: no step comes next"
    elif line.next.at is None:
        yield f"{line.stage}: next is {line.next.step}, but its tags do not say since when it is in that stage"
    else:
        when = "is due" if line.next.at <= now else f"not before {line.next.at:%Y-%m-%d}"
        yield f"{line.stage}: next is {line.next.step}, {when}"
    yield from (f"  kept now: {MEANS[each]}" for each in line.reasons)


def _written(word: str, copies: Sequence[Copy], now: datetime) -> Iterator[str]:
    """The holds, or snoozes, that its copies carry, each once."""
    found: dict[str, list[str]] = {}
    for copy in copies:
        if said := getattr(copy, word):
            found.setdefault(said, []).append(copy.image.region)
    for said, regions in found.items():
        over = "" if is_kept_by(said, now) else ", which is over"
        yield f"{word} in {', '.join(sorted(set(regions)))}: {said}{over}"


def _decision(when: str, kind: str, detail: dict[str, Any]) -> Iterator[str]:
    """What a sweep decided last, with all that it held against the step."""
    yield f"{when[:19].replace('T', ' ')} UTC {kind} ({detail['step']}), decided by {detail['run']}"
    for each in detail["decision"]["verdict"]["reasons"]:
        yield f"  {each.replace('_', ' ')}: {MEANS[Reason(each)]}"
    yield from (f"  {each}" for each in detail.get("objections", []))
    for failed in detail.get("failures", []):
        yield f"  {failed['image']['region']}: {failed['image']['imageId']}: {failed['error']}"
