"""Lambda: workers, their code and environment, and how they are invoked."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "invocation",
    "asynchronous",
    "workers",
)
