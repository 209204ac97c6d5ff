"""The commands themselves, to ask for."""

from typing import Any

from emulator.gateway.control import COMMANDS, command


@command("commands")
def commands(_: dict[str, Any]) -> Any:
    """Every command, with the first line of what it says of itself."""
    return {name: (answer.__doc__ or "").strip().partition("\n")[0] for name, answer in sorted(COMMANDS.items())}
