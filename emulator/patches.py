"""The order in which the emulators are changed: package by package, and in each as its `MODULES` says.

A patch that replaces what another patch has replaced already wraps it, so that their order is what a call goes through.
tests/emulator/test_patches.py lists these pairs.
"""

import os
from importlib import import_module
from typing import Final

from emulator.gateway.patching import PATCHES, WITHOUT, Patch

PACKAGES: Final = (
    "gateway",
    "faults",
    "auto_scaling",
    "snapshots",
    "images",
    "hosts",
    "ec2",
    "events",
    "states",
    "functions",
    "iam",
    "kms",
    "ssm",
    "cloudformation",
    "inspector",
    "worlds",
)


def load() -> list[str]:
    """Import every module that changes an emulator or adds a command; their names, in order."""
    modules = []
    for package in PACKAGES:
        path = f"emulator.{package}"
        modules += [f"{path}.{name}" for name in import_module(path).MODULES]
    for module in modules:
        import_module(module)
    return modules


def in_order() -> list[Patch]:
    """All patches.  Raises ValueError if a module that has some is listed by no package."""
    modules = load()
    if unlisted := {each.module for each in PATCHES.values()} - {*modules}:
        raise ValueError(f"patches, but in MODULES of no package: {', '.join(sorted(unlisted))}")
    return sorted(PATCHES.values(), key=lambda each: modules.index(each.module))


def apply_all() -> None:
    """Apply all patches, but for those that the environment variable `WITHOUT` names."""
    left_out = {name for name in os.environ.get(WITHOUT, "").split(",") if name}
    patches = in_order()
    if unknown := left_out - PATCHES.keys():
        raise ValueError(f"{WITHOUT}: no such patch: {', '.join(sorted(unknown))}")
    for each in patches:
        if each.name not in left_out:
            each.apply()
