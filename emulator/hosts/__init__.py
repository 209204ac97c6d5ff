"""Instances as hosts: their states, disks and profiles, and how they answer."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "behaviour",
    "profiles",
    "volumes",
    "states",
    "checks",
    "script",
    "components",
)
