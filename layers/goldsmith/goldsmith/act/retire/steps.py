"""What each step of a retirement does to one AMI.  Doing it twice changes nothing more.

Every call takes its token first, so that EC2 refuses none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from goldsmith.act.retire.tombstone import save_tombstone
from goldsmith.errors import GoldsmithError
from goldsmith.evidence import Evidence
from goldsmith.gather.image import describe, tags_of
from goldsmith.lifecycle import Deed, moved
from goldsmith.pace import Paces
from goldsmith.policy.image import is_protected
from goldsmith.values.retire import LEADS_TO, Copy, RetireFacts, RetireStep
from goldsmith.vocabulary import Stage, Tag

IN_A_MOMENT: Final = timedelta(minutes=1)  # EC2 takes no date that is past
PROLONGED: Final = timedelta(days=180)
DEEPEST: Final = "10000"  # versions of a launch template, all of them
REPORTED: Final = [
    {"ResourceType": "ec2:Instance"},
    {
        "ResourceType": "ec2:LaunchTemplate",
        "ResourceTypeOptions": [{"OptionName": "version-depth", "OptionValues": [DEEPEST]}],
    },
    {"ResourceType": "imagebuilder:ImageRecipe"},
    {"ResourceType": "imagebuilder:ContainerRecipe"},
]
REFUSED: Final = (ClientError, BotoCoreError, GoldsmithError)  # what one deed may meet, and the others go on
DELETED: Final = frozenset({"success"})
Left = tuple[str, ...]  # snapshots that could not be deleted


@dataclass(frozen=True)
class Steps:
    """Of one place; `ec2` is that of the role which may retire there."""

    ec2: Any
    evidence: Evidence
    paces: Paces
    now: datetime

    def take(self, facts: RetireFacts, copy: Copy) -> Left:
        """Do the step of a version to one of its copies."""
        deeds: dict[RetireStep, Callable[[RetireFacts, Copy], Left]] = {
            RetireStep.SUPERSEDE: self.supersede,
            RetireStep.PROLONG: self.prolong,
            RetireStep.ANNOUNCE: lambda _facts, _copy: (),  # the event is the deed
            RetireStep.DEPRECATE: self.deprecate,
            RetireStep.DISABLE: self.disable,
            RetireStep.DEREGISTER: self.deregister,
        }
        try:
            return deeds[facts.step](facts, copy)
        except ClientError:
            if not self._is_done(facts.step, copy):
                raise
            return ()

    def _is_done(self, step: RetireStep, copy: Copy) -> bool:
        """Who has lost the answer is denied the second time, for the image is in the next stage already, or gone."""
        found = describe(copy.image, ec2=self.ec2)
        if found is None:
            return step is RetireStep.DEREGISTER
        return step in LEADS_TO and tags_of(found).get(Tag.STAGE) == LEADS_TO[step]

    def supersede(self, _: RetireFacts, copy: Copy) -> Left:
        return self._tag(copy, Deed.SUPERSEDE)

    def prolong(self, _: RetireFacts, copy: Copy) -> Left:
        """EC2 would deprecate it by itself, though it is wanted."""
        self._call(copy, "EnableImageDeprecation", DeprecateAt=self.now + PROLONGED)
        return ()

    def deprecate(self, _: RetireFacts, copy: Copy) -> Left:
        self._call(copy, "EnableImageDeprecation", DeprecateAt=self.now + IN_A_MOMENT)
        self._tag(copy, Deed.DEPRECATE)
        return self.report(copy)

    def disable(self, facts: RetireFacts, copy: Copy) -> Left:
        """What DisableImage takes away is kept first; the protection goes now, for EC2 keeps it for a day more."""
        save_tombstone(copy, facts, ec2=self.ec2, evidence=self.evidence, now=self.now)
        if copy.state == "available":
            self._call(copy, "DisableImage")
        if is_protected(copy):
            self._call(copy, "DisableImageDeregistrationProtection")
        return self._tag(copy, Deed.DISABLE)

    def deregister(self, facts: RetireFacts, copy: Copy) -> Left:
        """With its snapshots.  EC2 leaves one that another image uses, and says so."""
        if copy.stage == Stage.FAILED:
            save_tombstone(copy, facts, ec2=self.ec2, evidence=self.evidence, now=self.now)
        done = self._call(copy, "DeregisterImage", DeleteAssociatedSnapshots=True)
        results = done.get("DeleteSnapshotResults", [])
        return tuple(f"{e['SnapshotId']}: {e['ReturnCode']}" for e in results if e["ReturnCode"] not in DELETED)

    def report(self, copy: Copy) -> Left:
        """Ask EC2 who in other accounts uses it; that takes it a while."""
        day = f"{copy.image.image_id}-{self.now:%Y-%m-%d}"
        self._call(copy, "CreateImageUsageReport", ResourceTypes=REPORTED, ClientToken=day)
        return ()

    def _tag(self, copy: Copy, deed: Deed) -> Left:
        tags = moved(deed, copy.stage, self.now)
        written = [{"Key": key.value, "Value": value} for key, value in tags.items()]
        self.paces.take(copy.image.account, copy.image.region, "CreateTags")
        self.ec2.create_tags(Resources=[copy.image.image_id, *copy.snapshots], Tags=written)
        return ()

    def _call(self, copy: Copy, operation: str, **parameters: Any) -> dict[str, Any]:
        self.paces.take(copy.image.account, copy.image.region, operation)
        done: dict[str, Any] = getattr(self.ec2, xform_name(operation))(ImageId=copy.image.image_id, **parameters)
        return done
