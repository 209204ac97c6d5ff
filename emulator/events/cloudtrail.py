"""What CloudTrail tells on the default bus, as if every account had a trail: of the calls that somebody listens for."""

import uuid
from datetime import UTC, datetime
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.responses.tags import TagResponse

from emulator.ec2 import launches  # noqa: F401 - what it refuses is told of too
from emulator.events.service_events import emit
from emulator.gateway.patching import patch, replace


@patch("no `AWS API Call via CloudTrail` is ever sent")
def cloudtrail_create_tags() -> None:
    def telling(create: Any) -> Any:
        def create_tags(self: Any) -> Any:
            answer = create(self)
            ids, tags = self._get_param("Resources", []), self._get_param("Tags", [])
            _tell(self, "CreateTags", {
                "resourcesSet": {"items": [{"resourceId": each} for each in ids]},
                "tagSet": {"items": [{"key": tag["Key"], "value": tag.get("Value", "")} for tag in tags]},
            })  # fmt: skip
            return answer

        return create_tags

    replace(TagResponse, "create_tags", telling)


@patch("no launch that EC2 refused is ever told of")
def cloudtrail_refused_launches() -> None:
    def telling(run: Any) -> Any:
        def run_instances(self: Any) -> Any:
            try:
                return run(self)
            except EC2ClientError as error:
                asked = {"instancesSet": {"items": [{"imageId": self._get_param("ImageId")}]}}
                template = self.params.get("LaunchTemplate") or {}
                asked["launchTemplate"] = {key[0].lower() + key[1:]: value for key, value in template.items()}
                said = {"errorCode": f"Client.{error.code}", "errorMessage": str(error.message)}
                _tell(self, "RunInstances", asked, **said)
                raise

        return run_instances

    replace(InstanceResponse, "run_instances", telling)


def _tell(response: Any, name: str, parameters: dict[str, Any], **error: str) -> None:
    """One management event of EC2; of who called only the account is told."""
    account, region, request = response.current_account, response.region, str(uuid.uuid4())
    detail = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "Root", "accountId": account, "arn": f"arn:aws:iam::{account}:root"},
        "eventTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "requestParameters": parameters,
        "responseElements": None if error else {"requestId": request, "_return": True},
        "requestID": request,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
        **error,
    }
    emit(account, region, "aws.ec2", "AWS API Call via CloudTrail", detail, [])
