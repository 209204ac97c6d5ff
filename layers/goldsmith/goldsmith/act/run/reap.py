"""End what a run left behind, however it ended: machines, volumes, half-made images, tokens, its open note."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from goldsmith.act.run.fail import fail
from goldsmith.act.run.volumes import delete_volumes, keep_volumes
from goldsmith.errors import code_of
from goldsmith.gather.reap.instances import gather_instances
from goldsmith.gather.reap.volumes import gather_volumes
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.run import LIVE, STARTING, execution_arn, verb_of
from goldsmith.values.reap import ClearUp, Reaped, ReapedRun, ReapReport, RunFailed, SweepSchedule
from goldsmith.vocabulary import Verb

NEVER_STARTED = "NEVER_STARTED"
UNKNOWN_RUN = "Step Functions does not know the run that its tag goldsmith:host names, so it may be somebody else's"


def ended(event: Event) -> tuple[str, str, str, str]:
    """Run, status, error and cause, from Step Functions' event on the end of an execution."""
    detail = event.detail
    return detail["name"], detail["status"], detail.get("error") or "", detail.get("cause") or ""


def failed(told: RunFailed) -> tuple[str, str, str, str]:
    """Run, status, error and cause, from a workflow that is about to fail."""
    return told.run, "FAILED", told.failure.error, told.failure.cause


@dataclass(frozen=True)
class Reaper:
    """`report` says on the bus what was ended; `client(service, region)` makes clients."""

    ledger: Ledger
    states: Any
    client: Callable[[str, str], Any]
    regions: Sequence[str]
    machines: str
    report: Callable[[Reaped], None]
    now: Callable[[], datetime]

    def hear(self, given: Event | SweepSchedule | ClearUp | RunFailed) -> ReapReport | ReapedRun:
        if isinstance(given, ClearUp):
            return self.clear(given.run, keep_images=given.keep_images)
        if isinstance(given, SweepSchedule):
            return ReapReport(reaped=tuple(self.sweep(self.now())))
        how = failed(given) if isinstance(given, RunFailed) else ended(given)
        return ReapReport(reaped=(self.reap(*how),))

    def reap(self, run: str, status: str, error: str = "", cause: str = "") -> Reaped:
        """Tidy up after one run that has ended, or is about to fail, and report it if nobody did before.

        The report goes out before the run is closed, so a crash in between reports it twice instead of never.
        An adopted image is another builder's work and never half made, so it is never marked as failed.
        """
        opened = self.ledger.open_run(run)
        keep_images = status == "SUCCEEDED" or verb_of(run) is Verb.ADOPT
        why_keep = UNKNOWN_RUN if status == NEVER_STARTED else ""
        cleared = self.clear(run, keep_images=keep_images, keep_volumes_as=why_keep)
        waits = self.ledger.waits_of(run)  # late: `watch` may have been noting a token when the run ended
        for wait in waits:
            self.ledger.forget(wait)
        reaped = Reaped(
            run=run,
            status=status,
            error=error,
            cause=cause,
            **(opened.subject.member if opened else {}),
            instances=cleared.instances,
            volumes=cleared.volumes,
            undeleted=cleared.undeleted,
            images=cleared.images,
            waits=len(waits),
        )
        if cleared.anything or (opened and status != "SUCCEEDED"):
            self.report(reaped)
        self.ledger.close_run(run)
        return reaped

    def clear(self, run: str, *, keep_images: bool, keep_volumes_as: str = "") -> ReapedRun:
        """End the machines of a run, delete the volumes that ended ones left, mark its images `failed` unless wanted.

        A machine keeps its volumes until it is terminated.  A volume that outlives a machine ended here is deleted by a
        later sweep.  A deleted volume does not come back, so a reason in `keep_volumes_as` keeps them all.
        """
        left = gather_instances(self.regions, client=self.client, run=run).get(run, {})
        for region, instances in left.items():
            self.client("ec2", region).terminate_instances(InstanceIds=instances)
        images = (
            []
            if keep_images
            else [i for r in self.regions for i in fail(run, ec2=self.client("ec2", r), now=self.now())]
        )
        unattached = gather_volumes(self.regions, client=self.client, run=run).get(run, {})
        deleted, undeleted = (
            ((), keep_volumes(unattached, keep_volumes_as))
            if keep_volumes_as
            else delete_volumes(unattached, client=self.client)
        )
        return ReapedRun(
            run=run,
            instances=tuple(i for each in left.values() for i in each),
            volumes=deleted,
            undeleted=undeleted,
            images=tuple(images),
        )

    def sweep(self, now: datetime) -> list[Reaped]:
        """Tidy up after every run whose end nobody told us: the backstop for a lost event."""
        young = {each.run for each in self.ledger.open_runs() if now - each.opened < STARTING}
        runs = {each.run for each in self.ledger.open_runs()}
        runs |= gather_instances(self.regions, client=self.client).keys()
        runs |= gather_volumes(self.regions, client=self.client).keys()
        reaped = []
        for run in sorted(runs):
            execution = self._execution(run)
            status = execution.get("status", NEVER_STARTED)
            if status in LIVE or (status == NEVER_STARTED and run in young):
                continue
            reaped.append(self.reap(run, status, execution.get("error", ""), execution.get("cause", "")))
        return reaped

    def _execution(self, run: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.states.describe_execution(executionArn=execution_arn(self.machines, run))
        except ClientError as error:
            if code_of(error) == "ExecutionDoesNotExist":
                return {}
            raise
        except ValueError:  # a run tag that no verb of ours begins: somebody else's word, so not ours to end
            return {"status": "RUNNING"}
        return found
