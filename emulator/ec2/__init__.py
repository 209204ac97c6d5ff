"""EC2 but for images: launches, launch templates, shared subnets, and how an action of ours answers."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "launches",
    "shared_subnets",
    "launch_templates",
)
