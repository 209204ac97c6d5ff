"""What there is to know when a build is asked for.  Reads; changes nothing."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.errors import DENIED, CannotTell, NeedsAPerson, code_of
from goldsmith.gather.build.base import resolve_bases
from goldsmith.gather.bundles import current
from goldsmith.gather.image import image_of
from goldsmith.ledger.table import Ledger
from goldsmith.model import FamilyRef, Image
from goldsmith.recipe.document import BadRecipe, read
from goldsmith.run import LIVE, STARTING, execution_arn
from goldsmith.values.admit import Asked, BuildFacts, Frozen, Newest
from goldsmith.vocabulary import EventType, Stage, Tag, Verb

NOT_GOOD: Final = frozenset({Stage.FAILED, Stage.REJECTED})
FORGIVES: Final = frozenset({EventType.IMAGE_BUILT, EventType.RECIPE_ACCEPTED})  # failures that came before


@dataclass
class Gatherer:
    """For one request.  `client(service)` makes clients in the home region; `unseen` fills as it looks."""

    recipes: str
    machines: str
    ledger: Ledger
    client: Callable[[str], Any]
    unseen: set[str] = field(default_factory=set)

    def gather(self, asked: Asked, now: datetime) -> BuildFacts:
        """What may not be read, or is not there although the recipe says so, is among `unseen`."""
        found: dict[str, Any] = {"family": asked.family, "again": asked.again}
        with self._looking("recipe"):
            found |= self._recipe(asked.family)
        with self._looking("images"):
            found["newest"] = self._newest(asked.family)
        with self._looking("block public access"):
            state = self.client("ec2").get_image_block_public_access_state()
            found["public_access"] = state["ImageBlockPublicAccessState"]
        found["running"] = self._running(asked.family, now)
        found["failures"] = self._failures(asked.family)
        return BuildFacts(**found, unseen=frozenset(self.unseen))

    @contextmanager
    def _looking(self, place: str) -> Any:
        try:
            yield
        except (CannotTell, NeedsAPerson, BadRecipe) as error:
            self.unseen.add(f"{place}: {error}")
        except ClientError as error:
            if code_of(error) not in DENIED:
                raise
            self.unseen.add(f"{place}: {error}")

    def _recipe(self, family: str) -> dict[str, Any]:
        found = current(family, s3=self.client("s3"), bucket=self.recipes)
        if found is None:
            return {}
        bundle, pinned, accepted = found
        recipe = read(bundle.text, bundle.path, accepted.date())
        bases = resolve_bases(recipe, ssm=self.client("ssm"), ec2=self.client("ec2"))
        return {
            "recipe_sha": pinned.sha,
            "bases": tuple(sorted(base.image_id for base in bases.values())),
            "freezes": tuple(Frozen(starts=f.starts, ends=f.ends, reason=f.reason) for f in recipe.freezes),
        }

    def _newest(self, family: str) -> Newest | None:
        pages = (
            self.client("ec2")
            .get_paginator("describe_images")
            .paginate(Owners=["self"], Filters=[{"Name": f"tag:{Tag.FAMILY}", "Values": [family]}])
        )
        images = [image_of(found, "") for page in pages for found in page["Images"]]
        good = [each for each in images if _is_good(each)]
        if not good:
            return None
        last = max(good, key=lambda image: (image.created, image.image_id))
        together = [each for each in good if each.tag(Tag.VERSION) == last.tag(Tag.VERSION)]
        return Newest(
            version=last.tag(Tag.VERSION) or "",
            recipe_sha=last.tag(Tag.RECIPE_SHA) or "",
            bases=tuple(sorted(each.tag(Tag.BASE_IMAGE) or "" for each in together)),
            built=last.created,
        )

    def _running(self, family: str, now: datetime) -> str | None:
        lease = self.ledger.lease(Verb.BUILD, FamilyRef(family=family))
        if lease is None:
            return None
        try:
            arn = execution_arn(self.machines, lease.run)
            status = self.client("stepfunctions").describe_execution(executionArn=arn)["status"]
        except ClientError as error:
            if code_of(error) != "ExecutionDoesNotExist":
                raise
            return lease.run if now - lease.taken < STARTING else None
        return lease.run if status in LIVE else None

    def _failures(self, family: str) -> int:
        """How many builds in a row have failed up to now; a recipe that was accepted since begins a new row."""
        history = self.ledger.history(FamilyRef(family=family).place, newest_first=True)
        since = takewhile(lambda kind: kind not in FORGIVES, (kind for _, kind, _ in history))
        return sum(kind == EventType.BUILD_FAILED for kind in since)


def _is_good(image: Image) -> bool:
    """Ours, by its own id (a copy has another's), and neither failed nor rejected."""
    ours = image.tag(Tag.IMAGE) == image.image_id
    return ours and image.state == "available" and image.tag(Tag.STAGE) not in NOT_GOOD
