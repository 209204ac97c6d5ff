"""An event about an AMI in, or the word to look around; whoever is a stranger is asked for."""

from goldsmith import aws
from goldsmith.act.notice import Noticer
from goldsmith.act.say import sayer
from goldsmith.adoption import Noticed
from goldsmith.ledger import ledger
from goldsmith.model import Event
from goldsmith.reaping import Sweep
from goldsmith.step import step


@step
def handler(given: Event | Sweep) -> Noticed:
    say = sayer(bus=aws.setting("BUS"), events=aws.client("events"))
    noticer = Noticer(ec2=aws.client("ec2"), ledger=ledger(), region=aws.setting("AWS_REGION"), say=say)
    return noticer.look_around() if isinstance(given, Sweep) else noticer.hear(given)
