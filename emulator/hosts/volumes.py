"""The volumes of an instance that ends: attached until it is terminated, then deleted or left behind.

EBS user guide, "Preserve data when an instance is terminated": a volume whose DeleteOnTermination is false is detached
when the instance is terminated, and stays.
"""

from collections.abc import Callable
from typing import Any

from moto.ec2.models.instances import Instance

from emulator.gateway.patching import patch, replace


def release_volumes(instance: Any) -> None:
    """Detach the volumes of a terminated instance, and delete those that are to go with it."""
    if release := instance.__dict__.pop("release_volumes", None):
        release()


@patch("moto detaches and deletes the volumes of an instance while it is still shutting down")
def instance_volumes() -> None:
    def make(teardown: Callable[[Any], None]) -> Callable[[Any], None]:
        def later(instance: Any) -> None:
            instance.release_volumes = lambda: teardown(instance)

        return later

    replace(Instance, "teardown_defaults", make)
