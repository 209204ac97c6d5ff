"""`make demo`: one event in, tested AMIs in every region out, on an embedded AWS of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import boto3
import typer
from rich.console import Console
from rich.live import Live

from cli.deployment import Deployment
from cli.following import running as standings_of
from local.demo_facts import Facts, broken, events_of, facts_of
from local.demo_mail import Mailbox
from local.demo_show import ENDED, ending, next_steps, progress
from local.deploy import HOME, REGIONS, DeploymentError, deploy_everywhere
from local.foreground import ACCOUNT, NotStartedError, StoppedError, make_world_and_package, running, stop
from local.packaging import ROOT, PackagingError

FAMILY, RECIPE, TEAM = "webapp-prod", "recipes/webapp-prod.yaml", "web"
LONGEST_S: Final = 240
LOOK_EVERY_S: Final = 0.5
CUT_SHORT: Final = ("Await host", "Await agent", "Await status")  # AWS is looked at every 20 s there, here every second
FAILED: Final = ("Build Failed", "Build Refused", "Image Rejected", "Distribution Failed", "Promotion Refused",
                 "Promotion Failed", "Run Ended")  # fmt: skip


class BrokenError(RuntimeError):
    """It did not come to what was promised; the message says what is wrong."""


@dataclass
class Demo:
    console: Console
    endpoint: str
    deployment: Deployment
    mail: Mailbox

    def tell(self, command: str, **body: Any) -> Any:
        """Give the embedded AWS one of its own commands."""
        asked = json.dumps({"account": ACCOUNT} | body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_goldsmith/{command}", asked)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def said(self) -> list[Facts]:
        return events_of(self.deployment, FAMILY)

    def since(self, before: Sequence[Facts]) -> list[Facts]:
        """What was said since: events of one second stand in any order."""
        return [each for each in self.said() if each not in before]

    def fire(self) -> None:
        """What EventBridge Scheduler does on patch day."""
        (schedule,) = [each for each in self.tell("schedules", region=HOME) if each["name"].endswith(FAMILY)]
        self.tell("fire", region=HOME, name=schedule["name"])

    def follow(self, heard: Sequence[Facts], end: str) -> Facts:
        """Show what goes on until that is said; BrokenError if something else ends it."""
        deadline = time.monotonic() + LONGEST_S
        with Live(console=self.console, refresh_per_second=4, transient=True) as live:
            while time.monotonic() < deadline:
                news = self.since(heard)
                for each in news:
                    if each["detail_type"] == end:
                        return each
                    if each["detail_type"] in FAILED:
                        raise BrokenError(f"{each['detail_type']}: {json.dumps(each['detail'])[:2000]}")
                kinds = [each["detail_type"] for each in news]
                live.update(progress(standings_of(self.deployment).get(FAMILY, {}), kinds, datetime.now(UTC)))
                self._hurry()
                time.sleep(LOOK_EVERY_S)
        raise BrokenError(f"{end} was not said within {LONGEST_S} s; the last events: {self.said()[-2:]}")

    def wait_for(self, heard: Sequence[Facts], end: str) -> Facts:
        """The next event of that type."""
        for _ in range(int(LONGEST_S / LOOK_EVERY_S)):
            for each in self.since(heard):
                if each["detail_type"] == end:
                    return each
            time.sleep(LOOK_EVERY_S)
        raise BrokenError(f"{end} was not said within {LONGEST_S} s")

    def _hurry(self) -> None:
        """Let those waits look again that no event of AWS ends."""
        for timer in self.tell("timers", kind="timeout"):
            if timer["state"] in CUT_SHORT:
                self.tell("expire", execution=timer["execution"], state=timer["state"], kind="timeout")

    def facts(self, version: str) -> Facts:
        """Read back once every message has come, or will not any more."""
        for _ in range(40):
            found = facts_of(self.deployment, FAMILY, version, REGIONS, self.mail.read())
            if not [*broken(found, REGIONS)]:
                break
            time.sleep(LOOK_EVERY_S)
        return found


def main(
    *,
    json_: Annotated[Path | None, typer.Option("--json", help="Write what there is, read back, to this file.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw the ending into this file.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Build a second version, though nothing changed.")] = False,
) -> None:
    """Build, scan, test, copy and release an image on an embedded AWS, and show it."""
    console = Console(highlight=False, record=svg is not None, width=118 if svg or not sys.stdout.isatty() else None)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    try:
        with running(_free_port(), console) as (endpoint, _):
            facts, verified = _run(_prepared(console, endpoint), again=again)
        if json_:
            json_.write_text(json.dumps(facts, indent=2) + "\n")
        problems = _shown(console, facts, verified, svg)
    except StoppedError:
        raise typer.Exit(130) from None
    except (BrokenError, DeploymentError, PackagingError, NotStartedError) as error:
        problems = [str(error)]
    for problem in problems:
        console.print(f"not as promised: {problem}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1 if problems else 0)


def _shown(console: Console, facts: Facts, verified: Facts, svg: Path | None) -> list[str]:
    """What is not as promised, when all has been shown."""
    console.print(ending(facts, verified))
    next_steps(console)
    if svg:
        console.save_svg(str(svg), title="make demo", clear=False)
    return [*broken(facts, REGIONS)]


def _prepared(console: Console, endpoint: str) -> Demo:
    """The embedded AWS with Goldsmith deployed to it, the recipe applied, and somebody who reads the owner's mail."""
    with console.status("Making a world, and packaging what changed"):
        make_world_and_package(endpoint)
    with console.status("Deploying Goldsmith by CloudFormation, to three regions"):
        deploy_everywhere(endpoint, ACCOUNT)
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": HOME}
    os.environ.update({"AWS_ENDPOINT_URL": endpoint, **keys})
    deployment = Deployment("goldsmith", boto3.Session())
    mail = Mailbox(deployment.session, TEAM)
    console.print("[green]✓[/] an AWS of its own, with Goldsmith deployed by CloudFormation")
    goldsmith = Path(sys.executable).parent / "goldsmith"
    applied = subprocess.run([goldsmith, "apply", RECIPE], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if applied.returncode:
        raise BrokenError(f"goldsmith apply {RECIPE}: {applied.stdout}{applied.stderr}")
    console.print(f"[green]✓[/] goldsmith apply {RECIPE}: {applied.stdout.partition(':')[0]}")
    return Demo(console, endpoint, deployment, mail)


def _run(demo: Demo, *, again: bool) -> tuple[Facts, Facts]:
    """Patch day, and what the next one brings; what there is then, and what the gate said."""
    heard = demo.said()
    demo.fire()
    demo.console.print("[green]✓[/] the patch-release schedule fires")
    version = demo.follow(heard, "Image Promoted")["detail"]["version"]
    _tell(demo, version)
    heard = demo.said()
    if again:
        demo.deployment.put("Build Requested", {"family": FAMILY, "by": "person", "again": True})  # type: ignore[arg-type]
        version = demo.follow(heard, "Image Promoted")["detail"]["version"]
        _tell(demo, version)
    else:
        demo.fire()
        refused = demo.wait_for(heard, "Build Refused")["detail"]
        why = ", ".join(refused["decision"]["verdict"]["reasons"]).replace("_", " ")
        demo.console.print(f"[green]✓[/] it fires once more: {why}, so nothing is built")
    judged = [each["detail"] for each in demo.said() if each["detail_type"] == "Image Verified"]
    return demo.facts(version), judged[-1]


def _tell(demo: Demo, version: str) -> None:
    for each in demo.said():
        if each["detail_type"] in ENDED.values() and each["detail"]["version"] == version:
            demo.console.print(f"[green]✓[/] {each['detail_type']} {version}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    typer.run(main)
