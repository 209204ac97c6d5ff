"""Auto Scaling: groups that cannot launch, and instance refreshes."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "instance_refreshes",
    "launch_failures",
)
