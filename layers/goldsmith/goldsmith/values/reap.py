"""What the reaper is asked for, and what it ended."""

from typing import Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.outcome import Failure


class Undeleted(Model):
    """A volume that a host left behind and that could not be deleted."""

    volume_id: str
    region: str
    why: str = Field(description="EC2's answer, or what we cannot tell.")


class Reaped(Model):
    """What one run left behind and no longer does."""

    run: str
    status: str = Field(description="How its execution ended, in Step Functions' words, or NEVER_STARTED.")
    error: str = ""
    cause: str = ""
    image: ImageRef | None = None
    family: str | None = None
    version: str | None = None
    batch: str | None = Field(default=None, description="What a sweep was to do.")
    instances: tuple[str, ...] = ()
    volumes: tuple[str, ...] = Field(default=(), description="Volumes of ended hosts that are deleted now.")
    undeleted: tuple[Undeleted, ...] = Field(default=(), description="Those that are still there.")
    images: tuple[str, ...] = Field(default=(), description="Half-made AMIs that are in stage `failed` now.")
    waits: int = 0


class ClearUp(Model):
    """What a workflow asks of the reaper before it reports: end what is left of the run that it is."""

    run: str
    keep_images: bool


class RunFailed(Model):
    """What a workflow sends when it cannot go on: its run, and the error that it caught."""

    run: str
    failure: Failure


class ReapedRun(Model):
    run: str
    instances: tuple[str, ...]
    volumes: tuple[str, ...]
    undeleted: tuple[Undeleted, ...]
    images: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether there was a machine or a volume that the run should not have left."""
        return bool(self.instances or self.volumes or self.undeleted)


class ReapReport(Model):
    """All that one call of the reaper ended."""

    reaped: tuple[Reaped, ...]


class SweepSchedule(Model):
    """What a schedule sends to the reaper and to the detector of AMIs: look at everything."""

    sweep: Literal[True]
