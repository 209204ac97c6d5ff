import json
from typing import Any

import pytest

from tests.embedded import Account
from tests.emulator.queues import queue


@pytest.mark.contract("s3_events")
def test_a_bucket_with_notifications_tells_the_default_bus_of_its_objects(account: Account):
    s3, events, seen = account.client("s3"), account.client("events"), queue(account, "seen", "events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": seen.arn}])
    silent, bucket = f"silent-{account.id}", f"recipes-{account.id}"
    for name in (silent, bucket):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    told: dict[str, Any] = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)

    s3.put_object(Bucket=silent, Key="incoming/web/0.json", Body=b"{}")
    put = s3.put_object(Bucket=bucket, Key="incoming/web app/1.json", Body=b"{}")

    event = seen.one()
    assert (event["source"], event["account"], event["region"]) == ("aws.s3", account.id, "us-east-1")
    assert event["resources"] == [f"arn:aws:s3:::{bucket}"]
    detail = event["detail"]
    assert (detail["version"], detail["bucket"], detail["reason"]) == ("0", {"name": bucket}, "PutObject")
    assert {name: detail["object"][name] for name in ("key", "size", "etag", "version-id")} == {
        "key": "incoming/web app/1.json", "size": 2, "etag": put["ETag"].strip('"'), "version-id": put["VersionId"],
    }  # fmt: skip
    assert int(detail["object"]["sequencer"], 16)
    assert {"request-id", "requester", "source-ip-address"} <= detail.keys()
