"""Amazon Inspector: scans of AMIs, what they find and tell, and what is known of a vulnerability."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "operations",
    "findings",
    "scan",
    "vulnerabilities",
    "script",
)
