"""`goldsmith check-root`: the checks that need no running host, for images that something else builds."""

import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from goldsmith.values.host_answers import Inspection
from goldsmith_cli.recipe.components import components

CHECKS = ("hygiene", "secrets", "hardening")

Root = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A mounted or unpacked root.")]
Checks = Annotated[list[str] | None, typer.Option(help=f"Only this one: {', '.join(CHECKS)}.")]
LeftOut = Annotated[list[str] | None, typer.Option("--except", help="Leave out an item, e.g. hardening:4.2.13.")]
Allowed = Annotated[list[str] | None, typer.Option(help="Paths where a secret is meant to be, a pattern.")]
Setuid = Annotated[list[str] | None, typer.Option(help="A setuid program that is meant to be there.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print each check's answer as one line of JSON.")]


def check_root(  # noqa: PLR0913 - each is an option of the command
    directory: Root,
    *,
    check: Checks = None,
    leave_out: LeftOut = None,
    allow: Allowed = None,
    allow_setuid: Setuid = None,
    as_json: AsJson = False,
) -> None:
    """Look for what no image may carry in a root that does not run: traces of hosts, secrets, settings not hardened.

    Nothing in it is started but its own sshd, by chroot, to say what its configuration means.
    Exit code 1: something is wrong or could not be seen.
    """
    arguments = _chosen(check or list(CHECKS), directory)
    for item in leave_out or []:
        name, _, id_ = item.partition(":")
        if name not in arguments:
            raise typer.BadParameter(f"{item} names no check: write hardening:4.2.13", param_hint="--except")
        arguments[name] += ["--except", id_]
    arguments.get("secrets", []).extend(part for path in allow or [] for part in ("--allow", path))
    arguments.get("hygiene", []).extend(part for path in allow_setuid or [] for part in ("--allow-setuid", path))
    answers = [_answer(name, given) for name, given in arguments.items()]
    for answer in answers:
        _show(answer, as_json=as_json)
    raise typer.Exit(0 if all(answer.sound for answer in answers) else 1)


def _chosen(checks: list[str], directory: Path) -> dict[str, list[str]]:
    """Each check's arguments, by its name."""
    if unknown := [name for name in checks if name not in CHECKS]:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(CHECKS)}", param_hint="--check")
    return {name: ["--root", str(directory.resolve())] for name in checks}


def _answer(name: str, arguments: list[str]) -> Inspection:
    command = ["/bin/sh", str(components() / "check" / name), "--limit", "0", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    if done.returncode not in {0, 1}:
        raise typer.BadParameter(done.stderr.strip() or f"check/{name} ended with {done.returncode}")
    return Inspection.read(done.stdout)


def _show(answer: Inspection, *, as_json: bool) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if as_json:
        console.print(answer.model_dump_json(by_alias=True))
        return
    for word, remarks in (("FAILED", answer.failed), ("unseen", answer.unseen)):
        for remark in remarks:
            told = "  ".join(part for part in (remark.where, remark.what) if part)
            console.print(f"{word}  {answer.component}  {remark.id}  {told}")
    counts = (f"{len(answer.passed)} passed", f"{len({remark.id for remark in answer.failed})} failed")
    console.print(
        f"{answer.component}: {', '.join(counts)}, {len(answer.unseen)} unseen, {len(answer.skipped)} skipped"
    )
