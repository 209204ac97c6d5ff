"""The rights that `make aws-check` needs, as a policy to attach."""

import json
from typing import Final

from aws_check.changes import PREFIX

ASKS: Final = (
    "access-analyzer:ValidatePolicy",
    "cloudformation:ListStacks",
    "iam:SimulateCustomPolicy",
    "states:TestState",
    "states:ValidateStateMachineDefinition",
)
PROPOSES: Final = (
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStacks",
)
TRANSFORM: Final = "arn:*:cloudformation:*:aws:transform/Serverless-2016-10-31"

POLICY: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Ask", "Effect": "Allow", "Action": list(ASKS), "Resource": "*"},
        {
            "Sid": "ProposeAndDelete",
            "Effect": "Allow",
            "Action": list(PROPOSES),
            "Resource": f"arn:*:cloudformation:*:*:stack/{PREFIX}*/*",
        },
        {
            "Sid": "Transform",
            "Effect": "Allow",
            "Action": "cloudformation:CreateChangeSet",
            "Resource": TRANSFORM,
        },
    ],
}


def policy() -> str:
    return json.dumps(POLICY, indent=2)
