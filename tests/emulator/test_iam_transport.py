import json

import pytest

from tests.embedded import Account
from tests.permissions import allow, role


@pytest.mark.contract("iam_secure_transport")
def test_a_bucket_that_demands_tls_can_be_written_to(account: Account):
    s3 = account.client("s3")
    bucket = f"only-by-tls-{account.id}"
    s3.create_bucket(Bucket=bucket)
    only_by_tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [only_by_tls]}))

    writer = role(account, allow("s3:*", f"arn:aws:s3:::{bucket}/*")).client("s3")
    writer.put_object(Bucket=bucket, Key="a", Body=b"b")

    assert writer.get_object(Bucket=bucket, Key="a")["Body"].read() == b"b"
