"""Commands of the embedded AWS for benchmarks: thousands of images of the past at once, and a count of requests."""

from datetime import timedelta
from typing import Any

from moto.core.utils import utcnow

from emulator.gateway.control import command
from emulator.images.create import add


@command("bench/images")
def images(body: dict[str, Any]) -> Any:
    """`{account, region, families, versions, old}`: the ids, oldest last, by family.

    The versions of the first `old` families are ten days apart, those of the others five: 95 and 50 days at most.
    """
    made: dict[str, list[str]] = {}
    for number in range(body["families"]):
        family, apart = f"family-{number:04}", 10 if number < body["old"] else 5
        made[family] = [
            add({
                "account": body["account"], "region": body["region"], "name": f"{family}-{version}",
                "tags": {"goldsmith:family": family},
                "creation_date": (utcnow() - timedelta(days=apart * version + apart // 2)).isoformat() + "Z",
            })["image_id"]
            for version in range(body["versions"])
        ]  # fmt: skip
    return made


CALLS = {"made": 0}


@command("bench/calls")
def calls(_: dict[str, Any]) -> int:
    """How many requests came since this was last asked, commands not counted."""
    made, CALLS["made"] = CALLS["made"], 0
    return made


def counting(app: Any) -> Any:
    async def counted(scope: Any, receive: Any, send: Any) -> None:
        CALLS["made"] += scope["type"] == "http" and not scope["path"].startswith("/_")
        await app(scope, receive, send)

    return counted
