"""The IAM policy of `goldsmith audit`: what it calls, and what EC2 asks in its name."""

from typing import Any, Final

from goldsmith.gather.retire import images
from goldsmith.gather.usage import ancestry, references, sharing, sources

READ: Final = tuple(
    sorted({*images.ACTIONS, *sources.ACTIONS, *references.ACTIONS, *sharing.ACTIONS, *ancestry.ACTIONS})
)


def policy() -> dict[str, Any]:
    """None of these calls can be limited to resources without making places unseen; assuming a role is named apart."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Look", "Effect": "Allow", "Action": list(READ), "Resource": "*"},
            {
                "Sid": "EnterOtherAccounts",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": "arn:aws:iam::*:role/goldsmith-read",
            },
        ],
    }
