"""KMS across accounts, and grants."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "accounts",
    "grants",
)
