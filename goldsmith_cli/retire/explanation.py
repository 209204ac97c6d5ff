"""The gate's decision on a version, as a page for a person."""

from collections.abc import Sequence
from typing import Any

from goldsmith.evidence import decision_of
from goldsmith.gate.change_card import text
from goldsmith.model import FamilyRef
from goldsmith.values.change_card import Card
from goldsmith.values.links import link_to
from goldsmith.values.usage import AuditedImage
from goldsmith.vocabulary import EventType, Tag, Verb
from goldsmith_cli.following import Told


def explanation(detail: dict[str, Any], *, when: str = "", bucket: str = "", region: str = "") -> str:
    """Verdict, objections, change card, tests; with `bucket` also where the evidence lies."""
    allowed = detail["decision"]["verdict"]["allowed"]
    cards = [Card.model_validate(each) for each in detail["cards"]]
    lines = [text(detail["family"], detail["version"], cards, tuple(detail["objections"]), allowed)]
    lines += [f"  {each}" for each in tests(detail)]
    if detail["keptUntil"]:
        again = f"goldsmith verify {detail['family']}@{detail['version']}"
        lines += ["", f"It is kept for study until {detail['keptUntil']}. To have it judged again: {again}"]
    if when:
        lines += ["", f"Decided {when[:19].replace('T', ' ')} UTC by {detail['run']}."]
    if bucket:
        key = decision_of(Verb.VERIFY, FamilyRef(family=detail["family"]).place, detail["run"])
        lines += [
            f"All that was decided from: {link_to(bucket, key, region)}",
            f"Findings, what each test printed, consoles: {link_to(bucket, detail['evidence'] + '/', region)}",
        ]
    return "\n".join(lines)


def tests(detail: dict[str, Any]) -> list[str]:
    """A line for each host, and for each test of it that is not sound its remarks and where to read all of it."""
    lines = []
    for part in detail["decision"]["facts"]["parts"]:
        for host in part["twins"]["hosts"]:
            sound = sum(each["sound"] for each in host["checks"])
            name = f"{part['architecture']} host {host['name']}"
            id_of = f" ({host['instanceId']})" if host["instanceId"] else ""
            lines.append(f"{name}{id_of}: {sound} of {len(part['tests'])} tests are sound")
            for each in host["checks"]:
                if not each["sound"]:
                    lines += [f"  {each['name']}: {remark}" for remark in each["remarks"]]
                    lines += [f"    all of it: {each['link']}"] if each["link"] else []
    return lines


def standing(images: Sequence[AuditedImage], told: Sequence[Told]) -> str:
    """Where it stands now, in which regions, and what happened to it."""
    lines = []
    for image in images:
        since = (image.tag(Tag.STAGE_SINCE) or "")[:19].replace("T", " ")
        stage = f"{image.tag(Tag.STAGE) or 'no stage'}{f' since {since} UTC' if since else ''}"
        lines.append(f"{image.region}: {image.image_id} ({image.architecture}): {stage}")
    lines += [] if images else ["It has no AMI in this account any more."]
    for when, kind, detail in told:
        said = f": {detail['status']} {detail['cause']}".rstrip() if kind == EventType.RUN_ENDED else ""
        lines.append(f"{when[:19].replace('T', ' ')} {kind}{said}")
    return "\n".join([*lines, ""])
