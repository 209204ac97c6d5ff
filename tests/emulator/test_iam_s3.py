"""An object that is not there: only who may list its bucket is told so."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account
from tests.permissions import Statement, allow, role

READ = allow("s3:GetObject", "arn:aws:s3:::recipes-{0}/accepted/*")
LIST = allow("s3:ListBucket", "arn:aws:s3:::recipes-{0}")
CASES: dict[str, tuple[list[Statement], str, str]] = {
    "who may list": ([READ, LIST], "accepted/a b.json", "NoSuchKey"),
    "who may not list": ([READ], "accepted/a b.json", "AccessDenied: s3:ListBucket"),
    "who may list but not read": ([LIST], "accepted/a b.json", "AccessDenied: s3:GetObject"),
    "what is there": ([READ], "accepted/there now.json", ""),
}


@pytest.mark.contract("iam_resources")
@pytest.mark.parametrize(("statements", "key", "answer"), CASES.values(), ids=CASES)
def test_an_object_that_is_not_there(account: Account, statements: list[Statement], key: str, answer: str):
    bucket = f"recipes-{account.id}"
    account.client("s3").create_bucket(Bucket=bucket)
    account.client("s3").put_object(Bucket=bucket, Key="accepted/there now.json", Body=b"{}")
    mine = [each | {"Resource": each["Resource"].format(account.id)} for each in statements]
    s3 = role(account, *mine).client("s3")

    assert told(lambda: s3.get_object(Bucket=bucket, Key=key)) == answer


def told(call: Callable[[], Any]) -> str:
    """The error's code, and the action that was denied."""
    try:
        call()
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        denied = message.partition("is not authorized to perform: ")[2].partition(" ")[0]
        return f"{code}: {denied}" if denied else code
    return ""
