"""Patch day: the schedule of a recipe fires, and what is said from then on is followed to its end."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from rich.live import Live

from demo.facts import BrokenError, Facts, broken, events_of, facts_of, instances, seconds_of
from demo.mail import Mailbox
from demo.past import remember
from demo.show import Screen, event_line, progress
from goldsmith.recipe.document import Recipe, read
from goldsmith.vocabulary import EventType, Reason, Verb
from goldsmith_cli.deployment import Deployment
from goldsmith_cli.following import running
from goldsmith_cli.runs import Standing, history_of, standings
from sandbox.commanding import tell
from sandbox.deploy import HOME, REGIONS
from sandbox.foreground import ACCOUNT
from sandbox.packaging import ROOT

FAMILY: Final = "webapp-prod"
RECIPE: Final = f"recipes/{FAMILY}.yaml"
SWEEP: Final = "-FindDueVersions"  # in the name of the function that the schedule invokes
LONGEST_S: Final = 240
LOOK_EVERY_S: Final = 0.5
MAIL_S: Final = 20
FAILED: Final = frozenset(
    {
        EventType.BUILD_REFUSED, EventType.BUILD_FAILED, EventType.IMAGE_REJECTED, EventType.DISTRIBUTION_FAILED,
        EventType.PROMOTION_REFUSED, EventType.PROMOTION_FAILED, EventType.IMAGE_KEPT, EventType.RETIREMENT_FAILED,
        EventType.RUN_ENDED,
    }
)  # fmt: skip


@dataclass
class PatchDay:
    """`before` are the instances that the world has of its own; `heard` is all that was shown of the family.

    `took` has the seconds of each run that came to its good end, by the event that ended it.
    """

    screen: Screen
    endpoint: str
    deployment: Deployment
    recipe: Recipe
    mail: Mailbox
    before: frozenset[str]
    heard: list[Facts] = field(default_factory=list)
    took: dict[str, float] = field(default_factory=dict)

    def tell(self, command: str, **body: Any) -> Any:
        """Give the embedded AWS a command about this account."""
        return tell(self.endpoint, command, account=ACCOUNT, **body)

    def apply(self) -> None:
        self._goldsmith("apply", RECIPE)
        self.follow(EventType.RECIPE_ACCEPTED)

    def fire(self) -> None:
        """What EventBridge Scheduler does when the time has come."""
        self._fire(FAMILY, "the schedule")

    def sweep(self) -> None:
        """The same for old versions: those of the family that are due are taken one step further."""
        self._fire(SWEEP, "the daily sweep")
        self.follow(EventType.RETIREMENT_ANNOUNCED)

    def _fire(self, named: str, what: str) -> None:
        (schedule,) = [
            each for each in self.tell("schedules", region=HOME) if named in f"{each['name']} {each['targets']}"
        ]
        self.screen.say(f"[green]✓[/] {what} fires: {schedule['expression']} {schedule['time_zone']}")
        self.tell("fire", region=HOME, name=schedule["name"])

    def build_again(self) -> None:
        self.took.clear()
        self._goldsmith("build", FAMILY, "--again")

    def follow(self, end: EventType) -> Facts:
        """Show what goes on until that is said, and answer its detail; BrokenError if something else is the end."""
        deadline = time.monotonic() + LONGEST_S
        with Live(console=self.screen.console, refresh_per_second=4, transient=True) as live:
            while time.monotonic() < deadline:
                news = self._news()
                if said := [each for each in news if each["detail_type"] == end]:
                    return dict(said[0]["detail"])
                if failed := [each for each in news if each["detail_type"] in FAILED]:
                    raise BrokenError(f"{failed[0]['detail_type']}: {json.dumps(failed[0]['detail'])[:2000]}")
                live.update(progress(self._live(), self.took, datetime.now(UTC)))
                time.sleep(LOOK_EVERY_S)
        heard = ", ".join(each["detail_type"] for each in self.heard)
        raise BrokenError(f"no {end} within {LONGEST_S} s; what was said: {heard or 'nothing'}")

    def nothing_changed(self) -> None:
        """BrokenError unless that, and nothing else, is why nothing is built."""
        reasons = self.follow(EventType.BUILD_REFUSED)["decision"]["verdict"]["reasons"]
        if reasons != [Reason.NOTHING_CHANGED]:
            raise BrokenError(f"the build is refused for {reasons}, not because nothing changed")

    def facts(self, version: str) -> Facts:
        """What there is of that version, once every message has come, or does not come any more."""
        deadline = time.monotonic() + MAIL_S
        while True:
            found = facts_of(self.deployment, self.recipe, version, self.mail.read(), self.before)
            if not [*broken(found, REGIONS)] or time.monotonic() > deadline:
                self._news()
                return found
            time.sleep(LOOK_EVERY_S)

    def verdict(self, version: str) -> Facts:
        """What the gate said of that version."""
        said = [each["detail"] for each in self.heard if each["detail_type"] == EventType.IMAGE_VERIFIED]
        return next(each for each in said if each["version"] == version)

    def _live(self) -> dict[str, list[Standing]]:
        """Where each run stands; a sweep is of no family."""
        states, machines = self.deployment.session.client("stepfunctions"), self.deployment.outputs["StateMachines"]
        listed = states.list_executions(stateMachineArn=f"{machines}{Verb.RETIRE}", statusFilter="RUNNING")
        sweeps = {each["name"]: standings(history_of(states, each["executionArn"])) for each in listed["executions"]}
        return running(self.deployment).get(FAMILY, {}) | sweeps

    def _goldsmith(self, *arguments: str) -> None:
        """As a user gives the command."""
        command = [str(Path(sys.executable).parent / "goldsmith"), *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        if done.returncode:
            raise BrokenError(f"goldsmith {' '.join(arguments)}: {done.stdout}{done.stderr}")
        self.screen.say(f"[green]✓[/] goldsmith {' '.join(arguments)}")

    def _news(self) -> list[Facts]:
        """What was said since the last look, which is shown now."""
        # events of one second stand in any order: a new one may come before one that was heard
        news = [each for each in events_of(self.deployment, FAMILY) if each not in self.heard]
        for each in news:
            seconds = seconds_of(self.deployment, each)
            if seconds is not None:
                self.took[each["detail_type"]] = seconds
            self.screen.say(event_line(each, seconds))
        self.heard += news
        return news


def begin(screen: Screen, endpoint: str, deployment: Deployment, team: str) -> PatchDay:
    """Before anything is said: its owner's mailbox, older versions, and a note of what is there already."""
    recipe = read((ROOT / RECIPE).read_text(), RECIPE, date.min)
    mail, before = Mailbox(deployment.session, team), instances(deployment.session)
    day = PatchDay(screen, endpoint, deployment, recipe, mail, before)
    remember(deployment, recipe, day.tell)
    return day
