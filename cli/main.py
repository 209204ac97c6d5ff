"""The `goldsmith` command."""

from importlib.metadata import version as installed_version

import typer
from rich.console import Console

app = typer.Typer(help="Golden AMIs that keep themselves fresh, safe and few.", no_args_is_help=True)
console = Console()


@app.callback()
def goldsmith() -> None:
    """Golden AMIs that keep themselves fresh, safe and few."""


@app.command()
def version() -> None:
    """Print the version."""
    console.print(installed_version("goldsmith"))
