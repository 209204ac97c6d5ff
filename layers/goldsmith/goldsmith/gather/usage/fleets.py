"""EC2 Fleets, Spot Fleet requests and persistent Spot requests: each launches again on its own."""

from collections.abc import Iterator
from typing import Any

from goldsmith.gather.usage.reader import Found, Mention, RegionReader, named, through
from goldsmith.values.usage import Use

ENDED = frozenset({"deleted", "cancelled", "closed", "failed"})


def fleets(reader: RegionReader) -> Iterator[Found]:
    for fleet in reader.pages("ec2", "describe_fleets", "Fleets", MaxResults=1000):
        if fleet.get("FleetState") not in ENDED:
            arn = reader.arn("ec2", f"fleet/{fleet['FleetId']}")
            yield from _configured(fleet.get("LaunchTemplateConfigs", []), "EC2 Fleet", arn)


def spot_fleets(reader: RegionReader) -> Iterator[Found]:
    for request in reader.pages("ec2", "describe_spot_fleet_requests", "SpotFleetRequestConfigs", MaxResults=1000):
        if request.get("SpotFleetRequestState") in ENDED:
            continue
        arn = reader.arn("ec2", f"spot-fleet-request/{request['SpotFleetRequestId']}")
        asked = request["SpotFleetRequestConfig"]
        for number, one in enumerate(asked.get("LaunchSpecifications", []), 1):
            yield from named(
                [one.get("ImageId")], Use(kind="Spot Fleet", arn=arn, how=f"launch specification {number}")
            )
        yield from _configured(asked.get("LaunchTemplateConfigs", []), "Spot Fleet", arn)


def spot_requests(reader: RegionReader) -> Iterator[Mention]:
    for request in reader.pages("ec2", "describe_spot_instance_requests", "SpotInstanceRequests", MaxResults=1000):
        if request.get("State") not in ENDED:
            arn = reader.arn("ec2", f"spot-instances-request/{request['SpotInstanceRequestId']}")
            use = Use(kind="Spot request", arn=arn, how=request.get("State", ""))
            yield from named([request.get("LaunchSpecification", {}).get("ImageId")], use)


def _configured(configs: list[dict[str, Any]], kind: str, arn: str) -> Iterator[Found]:
    for number, config in enumerate(configs, 1):
        how = f"launch template {number}"
        yield from through(config.get("LaunchTemplateSpecification"), Use(kind=kind, arn=arn, how=how))
        for order, override in enumerate(config.get("Overrides", []), 1):
            yield from named([override.get("ImageId")], Use(kind=kind, arn=arn, how=f"{how}, override {order}"))
