"""CloudFormation asks whether this account may be deployed to; it is answered at its own address."""

from typing import Any

from goldsmith import aws
from goldsmith.act.check_account import Checked, check_account
from goldsmith.step import step


@step
def handler(asked: dict[str, Any]) -> Checked:
    return check_account(asked, client=aws.client, log=aws.setting("AWS_LAMBDA_LOG_GROUP_NAME"))
