"""What weighs a sweep in this deployment."""

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from goldsmith import aws
from goldsmith.act.notify import name_of
from goldsmith.errors import code_of
from goldsmith.evidence import Evidence
from goldsmith.gather.retire.facts import Weigher
from goldsmith.gather.retire.families import Lines
from goldsmith.ledger.table import ledger
from goldsmith.rules import RetireRules


def weigher() -> Weigher:
    topics, sns = aws.setting("TOPICS"), aws.client("sns")
    return Weigher(
        lines=Lines(aws.client("s3"), aws.setting("RECIPES"), ledger()),
        sweeps=Evidence(aws.setting("SWEEPS"), aws.client("s3")),
        evidence=Evidence(aws.setting("EVIDENCE"), aws.client("s3")),
        told=lambda team: is_heard(f"{topics}{name_of(team)}", sns),
        rules=RetireRules(),
        now=datetime.now(UTC),
    )


def is_heard(topic: str, sns: Any) -> bool:
    """Whether a subscription was confirmed; a topic that is not there yet is heard by nobody."""
    try:
        attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    except ClientError as error:
        if code_of(error) in {"NotFound", "NotFoundException"}:
            return False
        raise
    return int(attributes["SubscriptionsConfirmed"]) > 0
