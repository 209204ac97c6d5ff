"""Age an account by N days: the clock stays, every date moves back.

What moves: EC2's own times (images, snapshots, volumes, instances, launch templates, usage reports: creation, launch,
deprecation, the end of a cooldown or of a stay in the Recycle Bin), Auto Scaling's creation times, tags that hold
dates, every ISO 8601 instant and the time to live in DynamoDB items, and when parameters were changed.  What does not:
the keys of items (they would be other items), objects in S3 and their retention, logs, executions, schedules.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from ministack.services import dynamodb, ssm
from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from pydantic import Field

from emulator.gateway.control import command
from emulator.images.times import move_back
from emulator.images.usage import reports
from emulator.worlds.model import Strict

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ZONELESS: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")  # moto's own text
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
DATED_TAGS: Final = ("goldsmith:stage-since", "goldsmith:build-date", "goldsmith:expires")


class Age(Strict):
    account: str = Field(pattern=r"^\d{12}$")
    days: int = Field(ge=1)


@command("age")
def age(body: dict[str, Any]) -> Any:
    """`{account, days}`; answers how many of each kind grew older."""
    asked = Age.model_validate(body)
    by = timedelta(days=asked.days)
    return {
        "ec2": sum(move_back(asked.account, asked.days).values())
        + sum(_shift(thing, by) for thing in _ec2(asked.account)),
        "autoscaling": sum(_shift(thing, by) for thing in _autoscaling(asked.account)),
        "tags": sum(_shift_tags(tags, by) for tags in _tags(asked.account)),
        "items": _shift_items(asked.account, by),
        "parameters": _shift_parameters(asked.account, by),
    }


def earlier(text: str, by: timedelta) -> str:
    """`text` with every instant in it moved, each in the form in which it was written."""
    return INSTANT.sub(lambda found: _instant(found[0], by), text)


def _instant(written: str, by: timedelta) -> str:
    moved = datetime.fromisoformat(written) - by
    rest = written[19:]  # the fraction and the zone, as they were
    return moved.strftime("%Y-%m-%dT%H:%M:%S") + rest


def _ec2(account: str) -> Iterator[Any]:
    """What else EC2 dates, besides images, snapshots, the Recycle Bin and instances."""
    for backend in list(ec2_backends[account].values()) if account in ec2_backends else ():
        yield from list(backend.volumes.values())
        yield from list(reports(backend).values())
        for template in list(backend.launch_templates.values()):
            yield template
            yield from template.versions


def _autoscaling(account: str) -> Iterator[Any]:
    for backend in list(autoscaling_backends[account].values()) if account in autoscaling_backends else ():
        yield from list(backend.autoscaling_groups.values())
        yield from list(backend.launch_configurations.values())


def _shift(thing: Any, by: timedelta) -> bool:
    """Move every time that a model object holds; whether there was any."""
    moved = {
        name: earlier_value for name, value in vars(thing).items() if (earlier_value := _moved(value, by)) is not None
    }
    for name, value in moved.items():
        setattr(thing, name, value)
    return bool(moved)


def _moved(value: Any, by: timedelta) -> Any:
    """A time, a text of moto's that is one, or a list of times, moved; None for anything else."""
    if isinstance(value, datetime):
        return value - by
    if isinstance(value, str) and ZONELESS.fullmatch(value):
        return _instant(value, by)
    if isinstance(value, list) and value and all(isinstance(each, datetime) for each in value):
        return [each - by for each in value]
    return None


def _tags(account: str) -> Iterator[dict[str, str]]:
    for backend in list(ec2_backends[account].values()) if account in ec2_backends else ():
        yield from list(backend.tags.values())


def _shift_tags(tags: dict[str, str], by: timedelta) -> int:
    dated = [name for name in DATED_TAGS if name in tags]
    for name in dated:
        if DAY.fullmatch(tags[name]):
            tags[name] = (datetime.fromisoformat(tags[name]) - by).date().isoformat()
        else:
            tags[name] = earlier(tags[name], by)
    return len(dated)


def _shift_items(account: str, by: timedelta) -> int:
    count = 0
    for (owner, region, name), table in list(dynamodb._tables.all_items()):
        if owner != account:
            continue
        keys = {key["AttributeName"] for key in table["KeySchema"]}
        ttl = (dynamodb._ttl_settings.get_scoped(account, region, name) or {}).get("AttributeName")
        for item in _items(table):
            for attribute in item.keys() - keys:
                item[attribute] = _moved_value(item[attribute], by, epoch=attribute == ttl)
            count += 1
        table.pop(dynamodb._INDEX_MEMBERS, None)  # computed again from the items
    return count


def _items(table: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return [item for by_sort_key in list(table["items"].values()) for item in list(by_sort_key.values())]


def _moved_value(value: Any, by: timedelta, *, epoch: bool = False) -> Any:
    """A DynamoDB attribute value (`{"S": …}`), moved at any depth."""
    match value:
        case {"N": number} if epoch:
            return {"N": str(int(number) - int(by.total_seconds()))}
        case {"S": text}:
            return {"S": earlier(text, by)}
        case {"M": members}:
            return {"M": {name: _moved_value(each, by) for name, each in members.items()}}
        case {"L": members}:
            return {"L": [_moved_value(each, by) for each in members]}
    return value


def _shift_parameters(account: str, by: timedelta) -> int:
    count = 0
    for (owner, _, _), parameter in list(ssm._parameters.all_items()):
        if owner == account:
            parameter["LastModifiedDate"] -= by.total_seconds()
            count += 1
    for (owner, _, _), versions in list(ssm._parameter_history.all_items()):
        for version in versions if owner == account else ():
            version["LastModifiedDate"] -= by.total_seconds()
    return count
