"""CodeBuild fleets: reserved capacity may run a custom image."""

from collections.abc import Iterator
from typing import Any

from goldsmith.gather.usage.reader import Mention, RegionReader, named
from goldsmith.values.usage import Use


def fleets(reader: RegionReader) -> Iterator[Mention]:
    client = reader.client("codebuild")
    parameters: dict[str, Any] = {"maxResults": 100}
    while True:
        page = client.list_fleets(**parameters)
        if arns := page.get("fleets", []):
            for fleet in client.batch_get_fleets(names=arns)["fleets"]:
                yield from named([fleet.get("imageId")], Use(kind="CodeBuild fleet", arn=fleet["arn"], how="image"))
        if not page.get("nextToken"):
            return
        parameters["nextToken"] = page["nextToken"]
