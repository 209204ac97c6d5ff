"""The dates of an account's images, snapshots and instances, and of what is in its Recycle Bin."""

from datetime import datetime, timedelta
from typing import Any

from moto.ec2.models import ec2_backends

from emulator.images.ami import LOCK, Image
from emulator.snapshots.recycle_bin import IMAGE, SNAPSHOT, contents


def move_back(account: str, days: float) -> dict[str, int]:
    """Move all times of the account's images, snapshots, Recycle Bin and instances `days` back; how many were moved."""
    back, moved = timedelta(days=days), {"images": 0, "snapshots": 0, "instances": 0}
    with LOCK:
        for backend in list(ec2_backends[account].values()) if account in ec2_backends else []:
            binned = [entry for kind in (IMAGE, SNAPSHOT) for entry in contents(backend, kind).values()]
            things = [*backend.amis.values(), *backend.snapshots.values(), *(entry.thing for entry in binned)]
            for thing in things:
                (_image if isinstance(thing, Image) else _snapshot)(thing, back)
                moved["images" if isinstance(thing, Image) else "snapshots"] += 1
            for entry in binned:
                _move(entry, back, "entered", "exits")
            for reservation in backend.reservations.values():
                for instance in reservation.instances:
                    _move(instance, back, "launch_time")
                    moved["instances"] += 1
    return moved


def _move(thing: Any, back: timedelta, *names: str) -> None:
    for name in names:
        if isinstance(time := thing.__dict__.get(name), datetime):
            setattr(thing, name, time - back)


def _image(image: Image, back: timedelta) -> None:
    _move(image, back, "creation_date", "deprecation_time", "protected_until")
    image.launches = [at - back for at in image.launches]
    image.watermarks = [
        {key: value - back if isinstance(value, datetime) else value for key, value in mark.items()}
        for mark in image.watermarks
    ]


def _snapshot(snapshot: Any, back: timedelta) -> None:
    _move(snapshot, back, "start_time", "completion_time")
