"""What a promotion comes to: the AMIs that a channel points to now are released, and the index says so."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.act.move_stage import advance
from goldsmith.errors import NeedsAPerson, TryAgain, code_of
from goldsmith.ledger.channels import channels
from goldsmith.ledger.table import Ledger
from goldsmith.lifecycle import Deed
from goldsmith.policy.decide import Decision
from goldsmith.policy.promote import is_in_the_way, is_newer, is_there
from goldsmith.values.distribute import Missing, There
from goldsmith.values.promote import AppliedPromote, ApplyPromote, PointerFacts, Promoted, PromoteFacts

INDEX: Final = "channels.json"


@dataclass(frozen=True)
class PromoteApplier:
    """`bucket` is the evidence bucket."""

    client: Callable[[str, str], Any]
    s3: Any
    bucket: str
    ledger: Ledger
    now: datetime

    def apply(self, asked: ApplyPromote) -> AppliedPromote:
        """Doing it twice changes nothing."""
        decision = Decision.model_validate(asked.decision)
        facts, route = decision.facts, asked.route
        if not isinstance(facts, PromoteFacts):
            raise NeedsAPerson(f"{route.run}: this decision is not one on a promotion")
        held = [each.pointer for each in asked.endings if each.failure is None]
        for image in (pointer.image for pointer in held if pointer.image):
            advance(image, Deed.RELEASE, ec2=self.client("ec2", image.region), now=self.now)
        if held:
            self._write_index()
        failures = tuple(_failures(asked))
        sunk = asked.failure is not None or any(each.failure and not each.pointer.best_effort for each in asked.endings)
        detail = Promoted(
            run=route.run,
            family=route.family,
            version=route.version,
            owner=route.owner,
            channel=route.channel,
            images=tuple(_there(held)),
            failures=failures,
            objections=tuple(_objections(facts)),
        )
        if not decision.verdict.allowed:
            return AppliedPromote(next="refused", detail=detail)
        return AppliedPromote(next="failed" if sunk else "promoted", detail=detail)

    def _write_index(self) -> None:
        """Made anew from the ledger; TryAgain where another run writes it at the same time, for one would be lost."""
        before, tag = self._read_index()
        index = channels(self.ledger).index()
        if before == index:
            return
        condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        body = json.dumps(index, indent=2, sort_keys=True).encode()
        try:
            self.s3.put_object(Bucket=self.bucket, Key=INDEX, Body=body, ContentType="application/json", **condition)
        except ClientError as error:
            if code_of(error) not in {"PreconditionFailed", "ConditionalRequestConflict"}:
                raise
            raise TryAgain(f"another run writes {INDEX}: {error}") from error

    def _read_index(self) -> tuple[Any, str]:
        try:
            found = self.s3.get_object(Bucket=self.bucket, Key=INDEX)
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None, ""
            raise
        return json.load(found["Body"]), found["ETag"]


def _there(held: list[PointerFacts]) -> Iterator[There]:
    for pointer in held:
        if pointer.image:
            yield There(architecture=pointer.architecture, name=pointer.name, **pointer.image.model_dump())


def _failures(asked: ApplyPromote) -> Iterator[Missing]:
    if asked.failure:
        yield Missing(region="", architecture="", error=asked.failure.error, cause=asked.failure.cause)
    for each in asked.endings:
        if each.failure:
            place = each.pointer
            yield Missing(
                region=place.region,
                architecture=place.architecture,
                **each.failure.model_dump(include={"error", "cause"}),
            )


def _objections(facts: PromoteFacts) -> Iterator[str]:
    """A sentence for each pointer that objects."""
    for each in facts.pointers:
        where = f"{each.parameter} in {each.region}"
        if not each.best_effort:
            yield from each.unseen
            if not each.unseen and not is_there(each):
                yield f"{each.region} ({each.architecture}) has no distributed AMI of {facts.version}"
        if is_in_the_way(each):
            yield f"{where} is of data type {each.data_type}, so nothing checks what it holds: delete it"
        if is_newer(each, facts.version):
            yield f"{where} points to {each.current_version} ({each.current}), which is newer"
