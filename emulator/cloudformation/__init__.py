"""CloudFormation: the resource types and properties that our templates use."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "compute",
    "functions",
    "hosts",
    "nested",
    "operations",
    "storage",
)
