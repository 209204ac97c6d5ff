"""An event about an AMI in, or the word to look around; whoever is a stranger is asked for."""

from goldsmith import aws
from goldsmith.act.adopt.detect import ImageDetector
from goldsmith.act.put_event import sayer
from goldsmith.ledger.table import Ledger
from goldsmith.model import Event
from goldsmith.step import step
from goldsmith.values.adopt import Noticed
from goldsmith.values.reap import SweepSchedule


@step
def handler(given: Event | SweepSchedule) -> Noticed:
    ledger = Ledger(aws.setting("LEDGER"), aws.client("dynamodb"))
    say = sayer(bus=aws.setting("BUS"), events=aws.client("events"))
    detector = ImageDetector(ec2=aws.client("ec2"), ledger=ledger, region=aws.setting("AWS_REGION"), say=say)
    return detector.detect_all() if isinstance(given, SweepSchedule) else detector.detect(given)
