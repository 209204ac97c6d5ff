"""Delete versions of launch templates that nobody uses, if that was decided."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from goldsmith.act.retire.rules import rules_of
from goldsmith.act.retire.steps import REFUSED
from goldsmith.gather.retire.due import reader_of
from goldsmith.gather.retire.template_facts import renewed
from goldsmith.gather.retire.templates import templates
from goldsmith.gather.usage.launch_templates import launch_templates
from goldsmith.model import Model
from goldsmith.pace import Paces
from goldsmith.policy.decide import Decision
from goldsmith.policy.prune import may_prune
from goldsmith.rules import RetireRules
from goldsmith.values.retire import AccountRegion, PruneFacts
from goldsmith.values.sweep import NotDeleted, Pruned
from goldsmith.vocabulary import EventType, Tag

AT_ONCE: Final = 200  # versions that EC2 deletes in one call
GONE: Final = "launchTemplateVersionDoesNotExist"
CHANGED: Final = "it is kept now: what is the default version, how many are newer, or a tag has changed"


@dataclass
class PruneOutcome:
    """What became of the versions of one template."""

    deleted: list[int] = field(default_factory=list)
    failures: list[NotDeleted] = field(default_factory=list)


@dataclass(frozen=True)
class Pruner:
    """`client(account)` makes clients `(service, region)` of the role that may retire in that account."""

    client: Callable[[str], Callable[[str, str], Any]]
    say: Callable[[EventType, Model], None]
    paces: Paces
    now: datetime

    def prune(self, run: str, decisions: Iterable[tuple[Decision, PruneFacts]]) -> Iterator[str]:
        """What came of each; what cannot be deleted stays for the next sweep."""
        for decision, facts in decisions:
            outcome = self._delete(facts, rules_of(decision)) if decision.verdict.allowed else PruneOutcome()
            kind = EventType.LAUNCH_TEMPLATE_PRUNED if outcome.deleted else EventType.LAUNCH_TEMPLATE_KEPT
            told = Pruned(
                run=run,
                family=facts.family,
                template=facts.template_id,
                name=facts.name,
                account=facts.account,
                region=facts.region,
                deleted=tuple(outcome.deleted),
                failures=tuple(outcome.failures),
                objections=tuple(_objections(facts)),
                decision=decision.model_dump(mode="json", by_alias=True),
            )
            self.say(kind, told)
            yield kind.value

    def _delete(self, facts: PruneFacts, rules: RetireRules) -> PruneOutcome:
        """The oldest first; what is not to go any more is left out, and what is gone already is done."""
        outcome, asked = PruneOutcome(), list(facts.versions)
        try:
            there, going = self._look(facts, rules)
            asked = [each for each in facts.versions if each in going]
            kept = [each for each in facts.versions if each in there and each not in going]
            outcome.deleted += [each for each in facts.versions if each not in there]
            outcome.failures += [NotDeleted(version=each, error=CHANGED) for each in kept]
            while asked:
                self._call(facts, asked[:AT_ONCE], outcome)
                asked = asked[AT_ONCE:]
        except REFUSED as error:
            outcome.failures += [NotDeleted(version=each, error=str(error)) for each in asked]
        return outcome

    def _look(self, facts: PruneFacts, rules: RetireRules) -> tuple[frozenset[int], frozenset[int]]:
        """Versions that there are now, and those that would still go by the policy and the rules of the decision."""
        reader = reader_of(AccountRegion(account=facts.account, region=facts.region), self.client)
        known = templates(launch_templates(reader, [facts.name]))
        each_alone = {each: facts.model_copy(update={"versions": (each,)}) for each in facts.versions}
        now = {each: found for each, alone in each_alone.items() if (found := renewed(alone, known, ()))}
        going = (each for each, found in now.items() if may_prune(found, rules, self.now).allowed)
        return frozenset(now), frozenset(going)

    def _call(self, facts: PruneFacts, versions: list[int], outcome: PruneOutcome) -> None:
        self.paces.take(facts.account, facts.region, "DeleteLaunchTemplateVersions")
        done = self.client(facts.account)("ec2", facts.region).delete_launch_template_versions(
            LaunchTemplateId=facts.template_id, Versions=[str(each) for each in versions]
        )
        outcome.deleted += [each["VersionNumber"] for each in done["SuccessfullyDeletedLaunchTemplateVersions"]]
        for each in done["UnsuccessfullyDeletedLaunchTemplateVersions"]:
            number, why = each["VersionNumber"], each["ResponseError"]
            if why["Code"] == GONE:
                outcome.deleted.append(number)
            else:
                failed = NotDeleted(version=number, error=f"{why['Code']}: {why.get('Message', '')}")
                outcome.failures.append(failed)


def _objections(facts: PruneFacts) -> Iterator[str]:
    """A sentence for each thing that keeps it."""
    if facts.tagged != facts.family:
        yield f"{facts.name} carries no tag {Tag.FAMILY} with the value {facts.family}"
    yield from (f"{use.kind} {use.arn}: {use.how}" for use in facts.used_by)
    yield from (f"unseen: {each}" for each in facts.unseen)
    yield from (f"implausible: {each}" for each in facts.implausible)
    yield from (f"hold: {facts.hold}" for _ in (1,) if facts.hold)
