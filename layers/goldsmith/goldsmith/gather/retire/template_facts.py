"""Which versions of launch templates would go, by what the recipes say and who refers to them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from goldsmith.gather.retire.families import Families
from goldsmith.gather.retire.templates import look, templates
from goldsmith.gather.usage.launch_templates import launch_templates
from goldsmith.gather.usage.reader import RegionReader
from goldsmith.gather.usage.sources import SOURCES
from goldsmith.policy.prune import may_prune
from goldsmith.recipe.retirement import LaunchTemplates
from goldsmith.rules import RetireRules
from goldsmith.values.estate import word_of
from goldsmith.values.launch_templates import Template
from goldsmith.values.retire import MOST_USES, AccountRegion, PruneFacts
from goldsmith.vocabulary import Tag

AT_ONCE: Final = 200  # names that a filter takes


def named(lines: Families, families: Iterable[str]) -> dict[str, LaunchTemplates]:
    """By family, what recipes say of launch templates."""
    recipes = {family: lines.recipe(family) for family in sorted(set(families))}
    return {name: r.retirement.launch_templates for name, r in recipes.items() if r and r.retirement.launch_templates}


@dataclass(frozen=True)
class Pruning:
    """`named` are the families whose recipes name launch templates."""

    named: Mapping[str, LaunchTemplates]
    rules: RetireRules
    now: datetime

    def facts(
        self,
        account_region: AccountRegion,
        known: Iterable[Template],
        unseen: tuple[str, ...] = (),
        implausible: tuple[str, ...] = (),
    ) -> Iterator[PruneFacts]:
        """Of each template that is named and of which something would go."""
        by_name = {each.name: each for each in known}
        for family, said in self.named.items():
            for template in [by_name[name] for name in said.names if name in by_name]:
                if versions := template.idle(said.keep, self.now - self.rules.min_idle):
                    yield PruneFacts(
                        family=family,
                        template_id=template.template_id,
                        name=template.name,
                        account=account_region.account,
                        region=account_region.region,
                        keep=said.keep,
                        unseen=unseen,
                        implausible=implausible,
                        **_now(template, versions, said.keep),
                    )

    def due(self, reader: RegionReader) -> tuple[int, tuple[str, ...]]:
        """How many have something to go, and what could not be read, which is looked at only where something is old."""
        account_region = AccountRegion(account=reader.account, region=reader.region)
        names = sorted({name for said in self.named.values() for name in said.names})
        parts = (names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE))
        if not self._may_go(
            account_region, templates(each for part in parts for each in launch_templates(reader, part))
        ):
            return 0, ()
        known, unseen = look(reader, SOURCES)
        doubts = tuple(f"{reader.account} {reader.region} {source}: {error}" for source, error in unseen.items())
        return self._may_go(account_region, known, doubts), doubts

    def _may_go(self, account_region: AccountRegion, known: Iterable[Template], unseen: tuple[str, ...] = ()) -> int:
        return sum(may_prune(each, self.rules, self.now).allowed for each in self.facts(account_region, known, unseen))


def renewed(facts: PruneFacts, known: Iterable[Template], unseen: tuple[str, ...]) -> PruneFacts | None:
    """As it is now, with whoever refers to a version that would go; None if there is none of these any more."""
    template = next((each for each in known if each.template_id == facts.template_id), None)
    if unseen or template is None:
        return facts.model_copy(update={"unseen": (*facts.unseen, *unseen)}) if unseen else None
    versions = tuple(each for each in facts.versions if each in template.versions)
    return facts.model_copy(update=_now(template, versions, facts.keep)) if versions else None


def _now(template: Template, versions: tuple[int, ...], keep: int) -> dict[str, object]:
    made = [template.versions[each] for each in versions]
    users = [template.used_by[each] for each in versions if each in template.used_by]
    return {
        "tagged": template.family,
        "hold": word_of(template.tags, Tag.HOLD),
        "versions": versions,
        "youngest": max(each for each in made if each) if all(made) else None,
        "default": template.default,
        "latest": template.latest,
        "kept_from": template.kept_from(keep),
        "used_by": (*users[:MOST_USES], *template.held_by),
    }
