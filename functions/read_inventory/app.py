"""Reads who uses which image in one account and region, and stores it for the sweep."""

from goldsmith import aws
from goldsmith.act.retire.read_inventory import ReadInventory, read_inventory
from goldsmith.evidence import Evidence
from goldsmith.step import step
from goldsmith.values.sweep import InventoryRead


@step
def handler(asked: ReadInventory) -> InventoryRead:
    sweeps = Evidence(aws.setting("SWEEPS"), aws.client("s3"))
    client = aws.member(asked.account_region.account, aws.setting("READER"))
    return read_inventory(asked, sweeps=sweeps, bus=aws.setting("BUS_ARN"), client=client)
