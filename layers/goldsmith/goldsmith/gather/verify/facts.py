"""All that a scan and two hosts have shown of each architecture, as the facts of the gate and the change card."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from goldsmith.errors import CannotTell, code_of
from goldsmith.gate.change_card import card_of
from goldsmith.gather.verify.findings import MOST
from goldsmith.gather.verify.host_pair import answer_of, last, twins_of, worse
from goldsmith.gather.verify.released import Before, before
from goldsmith.ledger.table import Ledger
from goldsmith.values.change_card import Card
from goldsmith.values.host_answers import Change, HostPackages, difference
from goldsmith.values.links import link_to
from goldsmith.values.verify_facts import Finding, PartFacts, Scan, VerifyFacts
from goldsmith.values.verify_plan import Candidate, CollectedFacts, EvidenceKeys, HostTests, VerifyOutcome, VerifyWork

LIST: Final = TypeAdapter(tuple[Finding, ...])
MISSING: Final = frozenset({"NoSuchKey", "NoSuchVersion"})


@dataclass(frozen=True)
class VerifyFactsReader:
    ec2: Any
    s3: Any
    evidence: str
    region: str
    ledger: Ledger

    def read(self, asked: VerifyWork, now: datetime) -> CollectedFacts:
        """What could not be read is among `unseen`: nothing that is missing speaks for an image."""
        trial, endings = asked.trial, {each.architecture: each for each in asked.endings}
        collected = [self._part(part, endings.get(part.architecture), asked, now) for part in trial.parts]
        facts = VerifyFacts(
            family=trial.family,
            version=trial.version,
            expected=trial.expected,
            bar=trial.bar,
            parts=tuple(part for part, _, _ in collected),
            unseen=(f"{asked.failure.error}: {asked.failure.cause}",) if asked.failure else (),
        )
        kept = tuple(each for _, _, each in collected)
        return CollectedFacts(facts=facts, cards=tuple(card for _, card, _ in collected), kept=kept)

    def _part(
        self, part: Candidate, ending: VerifyOutcome | None, asked: VerifyWork, now: datetime
    ) -> tuple[PartFacts, Card, EvidenceKeys]:
        hosts = ending.hosts if ending else ()
        twins = twins_of(hosts, read=self._read, link=self._link)
        scan = _scan(ending)
        measures = worse(twins.hosts).model_copy(update={"image_gib": float(part.image_gib)})
        compared = self._compared(part, scan, hosts, asked)
        facts = PartFacts(
            architecture=part.architecture,
            image=part.image,
            name=part.name,
            scan=scan,
            tests=tuple(each.name for each in asked.trial.tests),
            twins=twins,
            measures=measures,
            **compared.facts,
            unseen=compared.unseen,
        )
        card = card_of(facts, asked.trial.bar, compared.changes, self._lineage(part), now)
        kept = EvidenceKeys(
            architecture=part.architecture, findings=scan.kept, inventory=_inventory_key(hosts), measures=measures
        )
        return facts, card, kept

    def _compared(self, part: Candidate, scan: Scan, hosts: tuple[HostTests, ...], asked: VerifyWork) -> "Compared":
        """Held against the released image; without one there is nothing to compare."""
        try:
            old = before(part, asked.trial, ec2=self.ec2, ledger=self.ledger, read=self._read)
            if old is None:
                return Compared({})
            answers = (answer_of(each, "inventory", HostPackages, read=self._read) for each in hosts)
            mine = next(filter(None, answers), None)
            if mine is None or not scan.kept:  # which objects by itself
                return Compared({"released": old.released})
            return compare(old, mine, LIST.validate_json(self._read(scan.kept)))
        except CannotTell as error:
            return Compared({}, unseen=(str(error),))

    def _lineage(self, part: Candidate) -> tuple[str, ...]:
        found = self.ec2.get_image_ancestry(ImageId=part.image.image_id)["ImageAncestryEntries"]
        return tuple(each["ImageId"] for each in found)

    def _read(self, key: str) -> str:
        try:
            body = self.s3.get_object(Bucket=self.evidence, Key=key)["Body"]
        except ClientError as error:
            if code_of(error) in MISSING:
                raise CannotTell(f"{key} is not in {self.evidence}: {error}") from error
            raise
        return str(body.read().decode(errors="replace"))

    def _link(self, key: str) -> str:
        return link_to(self.evidence, key, self.region)


@dataclass(frozen=True)
class Compared:
    facts: dict[str, Any]
    changes: tuple[Change, ...] = ()
    unseen: tuple[str, ...] = ()


def compare(old: Before, mine: HostPackages, findings: tuple[Finding, ...]) -> Compared:
    """New is what has a fix and was not found in the released image, in a package that is not the same there.

    A package of the same version has the same holes: what was found in it since is the world's news, not this image's.
    """
    changes = difference(old.inventory, mine)
    altered = {change.name for change in changes}
    had, has = {each.key for each in old.findings}, {each.key for each in findings}
    new = tuple(each for each in findings if each.fixable and each.key not in had and each.package in altered)
    fixed = tuple(each.word for each in old.findings if each.key not in has)
    more = (f"{len(new) - MOST} more new findings with a fix than can be judged",) if len(new) > MOST else ()
    return Compared({"released": old.released, "new": new[:MOST], "fixed": fixed}, changes, more)


def _scan(ending: VerifyOutcome | None) -> Scan:
    if ending is None:
        return Scan(why="this architecture never came to its end")
    failure = ending.scanned.failure
    return ending.scanned.scan or Scan(why=f"{failure.error}: {failure.cause}" if failure else "nothing is known of it")


def _inventory_key(hosts: tuple[HostTests, ...]) -> str:
    return next(iter(_inventories(hosts)), "")


def _inventories(hosts: tuple[HostTests, ...]) -> Iterator[str]:
    for each in hosts:
        if (found := last(each).get("inventory")) and found.output.stdout:
            yield found.output.stdout
