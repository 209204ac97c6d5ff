"""AWS-managed policies that SAM attaches and ministack does not know."""

import json
from typing import Final

from ministack.services import iam

from emulator.gateway.patching import patch

XRAY: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:GetSamplingStatisticSummaries",
            ],
            "Resource": ["*"],
        }
    ],
}


@patch("the policy that SAM attaches to a traced function does not exist")
def iam_xray_policy() -> None:
    record = iam._make_aws_managed_record("AWSXrayWriteOnlyAccess", json.dumps(XRAY), "AWS X-Ray write only access")
    iam._aws_managed_policies[record["Arn"]] = record
