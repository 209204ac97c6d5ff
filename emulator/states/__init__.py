"""Step Functions: definitions, the engine that runs them, and the time that passes in them."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "map",
    "engine",
    "definition",
    "shapes",
    "errors",
    "jsonata",
    "sdk",
    "status",
    "tokens",
    "waits",
    "time",
)
