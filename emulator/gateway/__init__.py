"""The one endpoint: the server, what every request passes through, and how an emulator is changed."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "settling",
    "bridge",
    "front_door",
    "commands",
)
