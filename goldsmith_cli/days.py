"""A day as people write it: a date, or so many days from now."""

import re
from datetime import UTC, date, datetime, timedelta

import typer


def today() -> date:
    """In UTC, as holds and sweeps have it."""
    return datetime.now(UTC).date()


def day(text: str) -> date:
    """`2026-12-31` or `+30d`."""
    if ahead := re.fullmatch(r"\+(\d{1,5})d", text):
        return today() + timedelta(days=int(ahead[1]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"write a day as 2026-12-31 or +30d, not {text!r}") from None


def refuse(why: str) -> typer.Exit:
    """What cannot be asked for is one line and exit code 2; nothing is asked for."""
    typer.echo(f"goldsmith: {why}", err=True)
    return typer.Exit(2)
