"""What CloudTrail tells on the default bus, as if every account had a trail: of the calls that somebody listens for."""

import uuid
from datetime import UTC, datetime
from typing import Any

from moto.ec2.responses.tags import TagResponse

from local.events import emit
from local.patching import patch, replace


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


def _tell(response: Any, name: str, parameters: dict[str, Any]) -> None:
    """One management event of EC2; who called is left out: nothing here reads it."""
    account, region, request = response.current_account, response.region, str(uuid.uuid4())
    detail = {
        "eventVersion": "1.11",
        "eventTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "requestParameters": parameters,
        "responseElements": {"requestId": request, "_return": True},
        "requestID": request,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
    emit(account, region, "aws.ec2", "AWS API Call via CloudTrail", detail, [])
