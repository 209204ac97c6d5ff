"""Take in an uploaded bundle: if it is valid it is the family's, and its schedule is set; else nothing changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from botocore.exceptions import ClientError

from goldsmith.act.recipe.check import MOST_BYTES, Taken, Upload, check
from goldsmith.act.recipe.schedule import Schedules
from goldsmith.errors import TryAgain, code_of
from goldsmith.gather.bundles import current
from goldsmith.model import Event
from goldsmith.recipe.bundle import accepted_of
from goldsmith.recipe.document import Recipe, read
from goldsmith.vocabulary import EventType

UPLOADED: Final = "uploaded"  # metadata of what is accepted: when it had arrived
BEATEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


@dataclass(frozen=True)
class Acceptor:
    s3: Any
    bucket: str
    schedules: Schedules
    say: Callable[[EventType, Taken], None]

    def accept(self, event: Event, today: date) -> Taken:
        """Doing it twice sets the same again.  Of two uploads the later one stays, whichever is heard first."""
        upload = self._read(event.detail["object"])
        recipe, told = check(upload, today, recipe_of=self._recipe_of)
        if recipe is None:
            return self._refuse(told)
        before = self._accepted(upload.family)
        if before and before["Metadata"].get(UPLOADED, "") > upload.at.isoformat():
            self._follow(upload.family, done=None)
            return self._refuse(told.but("a later upload was accepted before this one was read; apply it again"))
        try:
            self.schedules.set(recipe)  # first, since AWS may refuse what we take for right
        except ClientError as error:
            if code_of(error) != "ValidationException":
                raise
            return self._refuse(told.but(f"schedule: EventBridge Scheduler refuses it: {error}; write another"))
        self._follow(upload.family, done=self._write(upload, before))
        self.say(EventType.RECIPE_ACCEPTED, told)
        return told

    def _read(self, uploaded: dict[str, Any]) -> Upload:
        key = uploaded["key"]
        if uploaded["size"] > MOST_BYTES:
            found = self.s3.head_object(Bucket=self.bucket, Key=key)
            return Upload(key=key, body=None, at=found["LastModified"])
        found = self.s3.get_object(Bucket=self.bucket, Key=key)
        return Upload(key=key, body=found["Body"].read(), at=found["LastModified"])

    def _refuse(self, told: Taken) -> Taken:
        self.say(EventType.RECIPE_REFUSED, told)
        return told

    def _accepted(self, family: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.s3.get_object(Bucket=self.bucket, Key=accepted_of(family))
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise
        return found

    def _write(self, upload: Upload, before: dict[str, Any] | None) -> str:
        """The version that is accepted now.  TryAgain if somebody else wrote since `before` was seen."""
        unchanged = {"IfMatch": before["ETag"]} if before else {"IfNoneMatch": "*"}
        try:
            written = self.s3.put_object(
                Bucket=self.bucket,
                Key=accepted_of(upload.family),
                Body=upload.body,
                ContentType="application/json",
                Metadata={UPLOADED: upload.at.isoformat()},
                **unchanged,
            )
        except ClientError as error:
            if code_of(error) in BEATEN:
                raise TryAgain(f"another recipe of {upload.family} is being accepted: {error}") from error
            raise
        return str(written["VersionId"])

    def _follow(self, family: str, done: str | None) -> None:
        """Let the schedule be that of what is accepted now; `done` is the version for which it has been set."""
        while (found := current(family, s3=self.s3, bucket=self.bucket)) and found[1].version_id != done:
            bundle, pinned, at = found
            self.schedules.set(read(bundle.text, bundle.path, at.date()))
            done = pinned.version_id

    def _recipe_of(self, family: str) -> Recipe | None:
        found = current(family, s3=self.s3, bucket=self.bucket)
        if found is None:
            return None
        bundle, _, at = found
        return read(bundle.text, bundle.path, at.date())
