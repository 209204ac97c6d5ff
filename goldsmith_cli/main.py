"""The `goldsmith` command."""

import sys
from importlib.metadata import version as installed_version

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from goldsmith_cli.adoption import adopt, history
from goldsmith_cli.audit.command import audit
from goldsmith_cli.build import build, status
from goldsmith_cli.deployment import NotDeployedError
from goldsmith_cli.distribute import distribute
from goldsmith_cli.member import member
from goldsmith_cli.recipe.apply import apply
from goldsmith_cli.recipe.check_root import check_root
from goldsmith_cli.recipe.validate import validate
from goldsmith_cli.retire.explain import explain
from goldsmith_cli.retire.hold import hold, release
from goldsmith_cli.retire.plan import plan
from goldsmith_cli.retire.undo import undo
from goldsmith_cli.verify import verify

app = typer.Typer(
    help="Golden AMIs that keep themselves fresh, safe and few.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.command()(build)
app.command()(status)
app.command()(verify)
app.command()(distribute)
app.command()(explain)
app.command()(hold)
app.command()(release)
app.command()(undo)
app.add_typer(plan, name="plan")
app.add_typer(member, name="member")
app.command()(adopt)
app.command()(history)
app.command()(check_root)
app.command()(audit)
app.command()(validate)
app.command()(apply)


@app.command()
def version() -> None:
    """Print the version."""
    Console().print(installed_version("goldsmith"))


def main() -> None:
    """Run the command; what AWS or the network refuses is one line on stderr and exit code 2, not a traceback."""
    try:
        app()
    except (BotoCoreError, ClientError, NotDeployedError) as error:
        Console(stderr=True).print(f"goldsmith: {error}", style="red", markup=False, highlight=False)
        sys.exit(2)
