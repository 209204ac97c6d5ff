"""EBS snapshots, the keys that encrypt them, and the Recycle Bin."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "recycle_bin",
    "keys",
    "ebs",
    "rbin",
)
