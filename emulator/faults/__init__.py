"""Fault injection: calls that are throttled, refused or unanswered, events that are lost, doubled or late."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "events",
    "api",
    "buckets",
)
