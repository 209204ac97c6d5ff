"""`Restoration Requested` or the event of a failed launch in; how many AMIs were restored, out."""

from datetime import UTC, datetime

from goldsmith import aws
from goldsmith.act.put_event import sayer
from goldsmith.act.restore.restore import Restorer
from goldsmith.evidence import Evidence
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.restore import Done
from goldsmith.values.retire import account_regions


@step
def handler(event: Event) -> Done:
    reader, restorer = aws.setting("READER"), aws.setting("RESTORER")
    way_back = Restorer(
        reads=lambda account: aws.member(account, reader),
        acts=lambda account: aws.member(account, restorer),
        places=account_regions(aws.setting("ACCOUNTS"), aws.setting("REGIONS")),
        evidence=Evidence(aws.setting("EVIDENCE"), aws.client("s3")),
        say=sayer(bus=aws.setting("BUS"), events=aws.client("events")),
        now=datetime.now(UTC),
    )
    return way_back.hear(event)
