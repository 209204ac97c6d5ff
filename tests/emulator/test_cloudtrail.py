"""Tags written by CreateTags are told as CloudTrail tells them, where a rule looks for them."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.embedded import Account, Embedded, eventually
from tests.emulator.amis import seed
from tests.emulator.queues import queue

PATTERN = {
    "source": ["aws.ec2"],
    "detail-type": ["AWS API Call via CloudTrail"],
    "detail": {"eventName": ["CreateTags"], "requestParameters": {"tagSet": {"items": {"key": ["team"]}}}},
}


@pytest.mark.contract("cloudtrail_create_tags")
def test_tags_are_told_of(embedded: Embedded, account: Account):
    ears, events, ec2 = queue(account, "trail", "events"), account.client("events"), account.client("ec2")
    events.put_rule(Name="trail", EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule="trail", Targets=[{"Id": "1", "Arn": ears.arn}])
    image = seed(embedded, account)

    ec2.create_tags(Resources=[image], Tags=[{"Key": "other", "Value": "x"}])
    ec2.create_tags(Resources=[image], Tags=[{"Key": "other", "Value": "x"}, {"Key": "team", "Value": "web"}])

    heard = [json.loads(message["Body"]) for message in eventually(ears.messages)]
    assert [each["detail"]["requestParameters"] for each in heard] == [
        {
            "resourcesSet": {"items": [{"resourceId": image}]},
            "tagSet": {"items": [{"key": "other", "value": "x"}, {"key": "team", "value": "web"}]},
        }
    ]
    assert (heard[0]["source"], heard[0]["account"]) == ("aws.ec2", account.id)


@pytest.mark.contract("cloudtrail_refused_launches")
def test_a_refused_launch_is_told_of(embedded: Embedded, account: Account):
    ears, events, ec2 = queue(account, "refused", "events"), account.client("events"), account.client("ec2")
    pattern = {"source": ["aws.ec2"], "detail": {"eventName": ["RunInstances"], "errorCode": [{"exists": True}]}}
    events.put_rule(Name="refused", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="refused", Targets=[{"Id": "1", "Arn": ears.arn}])
    image = seed(embedded, account)
    ec2.disable_image(ImageId=image)

    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)

    detail = ears.one()["detail"]
    assert (detail["errorCode"], detail["recipientAccountId"]) == ("Client.InvalidAMIID.Unavailable", account.id)
    assert detail["requestParameters"]["instancesSet"] == {"items": [{"imageId": image}]}
    assert image in detail["errorMessage"]
