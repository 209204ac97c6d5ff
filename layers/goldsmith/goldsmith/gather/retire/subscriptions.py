"""Does anybody hear what is said to a topic?"""

from typing import Any

from botocore.exceptions import ClientError

from goldsmith.errors import code_of


def is_heard(topic: str, sns: Any) -> bool:
    """Whether a subscription was confirmed; a topic that is not there yet is heard by nobody."""
    try:
        attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    except ClientError as error:
        if code_of(error) in {"NotFound", "NotFoundException"}:
            return False
        raise
    return int(attributes["SubscriptionsConfirmed"]) > 0
