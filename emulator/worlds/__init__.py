"""Worlds: AWS accounts as a file describes them, made through the emulated APIs."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = ("load",)
