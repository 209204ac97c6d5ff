"""Who may do what: the actions, resources and condition keys of each request, and roles."""

from typing import Final

# What `emulator.patches` loads: modules that change an emulator or register something, in the order of their patches.
MODULES: Final = (
    "journal",
    "authorization",
    "variables",
    "resources",
    "ec2",
    "s3",
    "ssm",
    "managed",
    "organizations",
    "roles",
    "transport",
    "unknown",
    "workflows",
    "service_linked_roles",
)
