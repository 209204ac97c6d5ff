"""`Hold Requested` in; the hold is set on every copy of the version, or taken away, and reported."""

from goldsmith import aws
from goldsmith.act.put_event import sayer
from goldsmith.act.restore.change_hold import HoldChanger
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.restore import Done, VersionRequest
from goldsmith.values.retire import account_regions


@step
def handler(event: Event) -> Done:
    role, everywhere = aws.setting("HOLDER"), account_regions(aws.setting("ACCOUNTS"), aws.setting("REGIONS"))
    say = sayer(bus=aws.setting("BUS"), events=aws.client("events"))
    changer = HoldChanger(lambda account: aws.member(account, role), everywhere, say)
    return changer.change(VersionRequest.model_validate(event.detail))
