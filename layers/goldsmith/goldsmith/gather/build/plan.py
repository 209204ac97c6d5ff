"""What a build will do: which recipe, which bases, which version, what is there already.  Reads; changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.values.build import BaseImage, Chapter, Disk, PlannedImage, Plan
from goldsmith.errors import NeedsAPerson, code_of
from goldsmith.gather.bundles import current
from goldsmith.gather.build.base import resolve_bases
from goldsmith.gather.image import image_of
from goldsmith.gather.build.version import Claims, choose, name_image
from goldsmith.ledger.table import Ledger
from goldsmith.values.outcome import ClaimFacts
from goldsmith.policy.claim import may_claim
from goldsmith.recipe.document import Recipe, read
from goldsmith.recipe.shapes import Architecture
from goldsmith.run import execution_arn
from goldsmith.vocabulary import Tag

OUR_KEY: Final = "alias/goldsmith"  # region.yaml makes it


@dataclass(frozen=True)
class Planner:
    """`client(service)` makes clients in the home region."""

    region: str
    recipes: str
    machines: str
    ledger: Ledger
    client: Callable[[str], Any]

    def plan(self, run: str, family: str, now: datetime) -> Plan:
        """Raises NeedsAPerson if there is no recipe or no base for it, CannotTell if one could not be read."""
        found = current(family, s3=self.client("s3"), bucket=self.recipes)
        if found is None:
            raise NeedsAPerson(f"{family} has no recipe here: goldsmith apply recipes/{family}.yaml")
        bundle, pinned, accepted = found  # what was valid when it was accepted is built now
        recipe = read(bundle.text, bundle.path, accepted.date())
        bases = resolve_bases(recipe, ssm=self.client("ssm"), ec2=self.client("ec2"))
        version, claims = self._version(recipe, pinned.sha, bases, now)
        parts = [self._part(recipe, arch, base, version, claims.get(arch)) for arch, base in bases.items()]
        born = {Tag.RUN: run, Tag.RECIPE_SHA: pinned.sha, Tag.SOURCE_COMMIT: bundle.commit, **_dates(recipe, now)}
        tags = {key.value: value for key, value in born.items()}
        return Plan(
            run=run,
            family=family,
            version=version,
            bundle=pinned,
            steps=tuple(Chapter(name=each.name, seconds=each.seconds) for each in bundle.steps),
            parts=tuple(part.model_copy(update={"tags": part.tags | tags}) for part in parts),
        )

    def _version(self, recipe: Recipe, sha: str, bases: dict[Architecture, BaseImage], now: datetime) -> tuple[str, Claims]:
        ids = {str(arch): base.image_id for arch, base in bases.items()}

        def claimable(found: dict[str, Any]) -> bool:
            image = image_of(found, self.region)
            facts = ClaimFacts(
                image=image,
                source_instance=found.get("SourceInstanceId", ""),
                born=self.ledger.born(image.tag(Tag.RUN) or "", image.architecture),
                run_status=self._status(image.tag(Tag.RUN) or ""),
                recipe_sha=sha,
                base_image=ids.get(image.architecture, ""),
            )
            return may_claim(facts).allowed

        return choose(recipe.family, now.date(), bases, claimable=claimable, ec2=self.client("ec2"))

    def _status(self, run: str) -> str:
        try:
            arn = execution_arn(self.machines, run)
            return str(self.client("stepfunctions").describe_execution(executionArn=arn)["status"])
        except (ValueError, ClientError) as error:  # a run that is no word of ours
            if isinstance(error, ClientError) and code_of(error) != "ExecutionDoesNotExist":
                raise
            return ""

    def _tags(self, recipe: Recipe, architecture: str, base: BaseImage, version: str) -> dict[str, str]:
        tags = {
            Tag.FAMILY: recipe.family,
            Tag.VERSION: version,
            Tag.ARCH: architecture,
            Tag.OWNER: recipe.owner.team,
            Tag.ENVIRONMENT: recipe.environment,
            Tag.INTENDED_USE: recipe.intended_use,
            Tag.SOURCE_IMAGE: base.image_id,
            Tag.SOURCE_REGION: self.region,
            Tag.BASE_IMAGE: base.image_id,
            Tag.BASE_OS: base.release,
        }
        return {key.value: value for key, value in tags.items()}

    def _part(self, recipe: Recipe, architecture: Architecture, base: BaseImage, version: str, claimed: str | None) -> PlannedImage:
        here = [each.kms_key for each in recipe.distribution.regions if each.name == self.region]
        return PlannedImage(
            architecture=architecture,
            name=name_image(recipe.family, version, architecture),
            base=base,
            instance_types=recipe.builder.instance_types[architecture],
            subnets=recipe.builder.subnets,
            disk=Disk(gib=recipe.root_volume.gib, type=recipe.root_volume.type),
            kms_key=here[0] if here else OUR_KEY,
            tags=self._tags(recipe, architecture, base, version),
            claimed=claimed,
            next="image" if claimed else "launch",
        )


def _dates(recipe: Recipe, now: datetime) -> dict[Tag, str]:
    expires = now + timedelta(days=recipe.expiry_days)
    return {Tag.BUILD_DATE: now.isoformat(timespec="seconds"), Tag.EXPIRES: f"{expires:%Y-%m-%d}"}
