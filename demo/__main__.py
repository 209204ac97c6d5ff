"""`make demo`: one event in, tested AMIs in every region out, on an embedded AWS of its own."""

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Annotated, Final

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from demo.day import PatchDay, begin
from demo.facts import BrokenError, broken
from demo.show import WIDE, Screen, ending
from emulator.gateway.isolation import isolate
from goldsmith.vocabulary import EventType
from goldsmith_cli.deployment import Deployment
from sandbox.deploy import HOME, REGIONS, STACK, DeploymentError, deploy_everywhere
from sandbox.foreground import ACCOUNT, LOG, NotStartedError, StoppedError, make_world_and_package, running, stop
from sandbox.packaging import ROOT, PackagingError

TEAM: Final = "web"  # of the recipe
OWN_LOG: Final = LOG.with_name("demo.log")
STOPPED: Final = 130  # as a shell says it of Ctrl-C

Written = Annotated[Path | None, typer.Option("--json", help="Write what there is, read back, to this file.")]
Drawn = Annotated[Path | None, typer.Option(help="Draw what was shown into this file.")]
Again = Annotated[bool, typer.Option("--again", help="Build a second version, though nothing changed.")]


def main(*, json_: Written = None, svg: Drawn = None, again: Again = False) -> None:
    """Build, scan, test, copy and release an image, and retire an old one.  Exit 1: not as promised."""
    screen = Screen(Console(highlight=False, width=None if sys.stdout.isatty() else WIDE))
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    isolate()
    try:
        with running(_free_port(), screen.console, OWN_LOG) as (endpoint, _):
            problems = _demo(screen, endpoint, json_, again=again)
        if svg:
            screen.draw(svg)
    except StoppedError:
        raise typer.Exit(STOPPED) from None
    except (BrokenError, DeploymentError, PackagingError, NotStartedError, BotoCoreError, ClientError) as error:
        problems = [str(error)]
    for problem in problems:
        screen.console.print(f"not as promised: {problem}", style="red", markup=False, soft_wrap=True)
    if problems:
        screen.console.print(f"The log of the embedded AWS: {OWN_LOG.relative_to(ROOT)}", style="red")
    raise typer.Exit(1 if problems else 0)


def _demo(screen: Screen, endpoint: str, json_: Path | None, *, again: bool) -> list[str]:
    """All of it, in the order in which it is told; the promises that do not hold."""
    day = _prepared(screen, endpoint)
    day.apply()
    day.fire()
    version = day.follow(EventType.IMAGE_PROMOTED)["version"]
    if again:
        day.build_again()
        version = day.follow(EventType.IMAGE_PROMOTED)["version"]
    else:
        day.fire()
        day.nothing_changed()
    day.sweep()
    facts = day.facts(version)
    if json_:
        json_.parent.mkdir(parents=True, exist_ok=True)
        json_.write_text(json.dumps(facts, indent=2) + "\n")
    problems = [*broken(facts, REGIONS)]
    screen.say(ending(facts, day.verdict(version), kept=not problems))
    return problems


def _prepared(screen: Screen, endpoint: str) -> PatchDay:
    """The embedded AWS with a world in it and Goldsmith deployed to it, and somebody who reads the owner's mail."""
    with screen.console.status("Making a world, and packaging what changed"):
        make_world_and_package(endpoint)
    with screen.console.status("Deploying Goldsmith by CloudFormation, to three regions"):
        deploy_everywhere(endpoint, ACCOUNT)
    screen.say(f"[green]✓[/] an AWS of its own, with Goldsmith deployed [dim]in {screen.seconds:.1f} s[/]")
    keys = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": HOME}
    os.environ.update({"AWS_ENDPOINT_URL": endpoint, **keys})
    return begin(screen, endpoint, Deployment(STACK, boto3.Session()), TEAM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    typer.run(main)
