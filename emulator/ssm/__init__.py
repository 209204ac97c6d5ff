"""Systems Manager: managed instances, documents, commands and their results, parameters of images and services."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "operations",
    "documents",
    "registration",
    "send",
    "results",
    "agent",
    "service_directory",
    "image_parameters",
)
