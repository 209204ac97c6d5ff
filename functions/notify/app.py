"""Any event of our bus in; its owner is told."""

from goldsmith import aws
from goldsmith.act.notify import Notified, Notifier
from goldsmith.model import Event
from goldsmith.step import step


@step
def handler(event: Event) -> Notified:
    recipes, evidence, topics = (aws.setting(name) for name in ("RECIPES", "EVIDENCE", "TOPICS"))
    return Notifier(aws.client("sns"), aws.client("s3"), recipes, evidence, topics).notify(event)
