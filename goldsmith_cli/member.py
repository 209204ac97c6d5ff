"""`goldsmith member`: let an account launch the encrypted images that are shared with it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final

import boto3
import typer
from rich.console import Console

from goldsmith_cli.grants import LAUNCHERS, Consumer, Key, how_to_make, launchers

member = typer.Typer(help="Accounts that images are shared with.", no_args_is_help=True)
console = Console()
DELAY: Final = "It can take up to five minutes until KMS knows a new grant everywhere."


def _key(text: str) -> Key:
    try:
        return Key.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


Keys = Annotated[
    list[Key],
    typer.Argument(
        parser=_key, metavar="KEY_ARN...", help="Goldsmith's keys, one for each region.", show_default=False
    ),
]
Roles = Annotated[
    list[str] | None,
    typer.Option(
        "--role", help="A service-linked role by name; without it, all that launch instances.", metavar="NAME"
    ),
]


@member.command()
def onboard(keys: Keys, *, role: Roles = None) -> None:
    """Let Auto Scaling, Spot and Fleet of this account use Goldsmith's keys.

    Run it with credentials of the account that launches.  Running it again is harmless.
    Exit 1: a grant failed, a role that --role names is missing, or there is no role to grant a key to.
    """
    session = boto3.Session()
    found = launchers(session.client("iam"))
    wanted = {name: arn for name, arn in found.items() if not role or name in role}
    missing = list(_missing(role or list(LAUNCHERS.values()), found))
    _print(missing)
    told = [each for consumer in _consumers(session, keys) for each in consumer.give(list(wanted.values()))]
    _print(each.line for each in told)
    if told and not all(each.failed for each in told):
        _print([DELAY])
    if not wanted or (role and missing) or any(each.failed for each in told):
        raise typer.Exit(1)


@member.command()
def offboard(keys: Keys) -> None:
    """Retire the grants that `goldsmith member onboard` made.  Exit 1 if one could not be retired."""
    told = [each for consumer in _consumers(boto3.Session(), keys) for each in consumer.take_back()]
    _print(each.line for each in told)
    if any(each.failed for each in told):
        raise typer.Exit(1)


def _consumers(session: boto3.Session, keys: Iterable[Key]) -> Iterator[Consumer]:
    account = str(session.client("sts").get_caller_identity()["Account"])
    for key in keys:
        yield Consumer(account, session.client("kms", region_name=key.region), key)


def _missing(wanted: Sequence[str], found: Iterable[str]) -> Iterator[str]:
    """A line for each role that is not there.  Nothing is created: a role that is not there launches nothing."""
    for name in wanted:
        if name in found:
            continue
        command = how_to_make(name)
        if not command:
            yield f"{name} is not a service-linked role that launches instances: {', '.join(LAUNCHERS.values())} are"
        else:
            yield f"{name} is not in this account. If it is to launch, run `{command}` and this command again."


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
