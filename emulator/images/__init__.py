"""AMIs: what they are, who sees them, what is done to them, and what comes of it."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "sharing",
    "ami",
    "references",
    "describe",
    "attributes",
    "create",
    "launch",
    "copy",
    "retire",
    "deregister",
    "lineage",
    "usage_reports",
    "base_images",
    "states",
    "ageing",
)
