"""An AWS of answers: botocore builds and checks every request, and what is answered is checked against its model.

Lists are paged as thinly as AWS may page them, with an empty page in the middle of each.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from goldsmith.gather.usage.reader import RegionReader
from goldsmith_cli.audit.accounts import Account
from goldsmith_cli.audit.pace import Calls

HOME, CONSUMER = "111111111111", "222222222222"
PARENTS = (
    "LaunchTemplateId", "LaunchTemplateName", "ClusterId", "ClusterName", "clusterName", "clusterIdentifier", "Name",
    "StackName", "EnvironmentName", "TemplateName", "ParentId", "ImageId",
)  # fmt: skip
PLAIN = {"ec2", "autoscaling", "ssm", "cloudformation", "organizations", "sts"}  # others have a `ListClusters` each
DEFAULTS: dict[str, dict[str, Any]] = {
    "DescribeImageAttribute": {"LaunchPermissions": []},
    "DescribeApplications": {"Applications": []},
    "GetImageAncestry": {"ImageAncestryEntries": []},
}
Key = tuple[str, str, str]


@cache
def paging(service: str) -> dict[str, Any]:
    loaded: dict[str, Any] = (
        botocore.session.get_session()
        .get_component("data_loader")
        .load_service_model(service, "paginators-1")["pagination"]
    )
    return loaded | {
        "ListFleets": {"input_token": "nextToken", "output_token": "nextToken", "result_key": "fleets"},
        "DescribeLaunchTemplateVersions": {
            "input_token": "NextToken", "output_token": "NextToken", "result_key": "LaunchTemplateVersions",
        },
    }  # fmt: skip


def http(status: int) -> AWSResponse:
    return AWSResponse("", status, HeadersDict(), None)  # type: ignore[arg-type]  # as botocore makes it itself


@dataclass
class Cloud:
    """`listed`: items of a list operation by (account, region, operation) and parent; `said`: what any other says."""

    listed: dict[Key, dict[str, list[Any]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    said: dict[Key, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    errors: dict[Key, str] = field(default_factory=dict)
    called: list[tuple[str, str]] = field(default_factory=list)
    page: int = 2

    def add(
        self, operation: str, *items: Any, parent: str = "", account: str = HOME, region: str = "us-east-1"
    ) -> None:
        self.listed[account, region, operation][parent].extend(items)

    def reader(self, account: str, region: str) -> RegionReader:
        return Account(self.session(account), Calls()).reader(region)

    def session(self, account: str) -> boto3.Session:
        session = boto3.Session(aws_access_key_id=account, aws_secret_access_key=account, region_name="us-east-1")

        def note(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
            context["asked"] = dict(params)

        def call(model: OperationModel, context: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
            service = model.service_model.service_name
            name = model.name if service in PLAIN else f"{service}.{model.name}"
            key = (account, "us-east-1" if service == "organizations" else context["client_region"], name)
            return self._call(key, model, context["asked"])

        session.events.register("before-parameter-build", note)
        session.events.register("before-call", call)  # type: ignore[arg-type]  # this one event takes an answer
        return session

    def _call(self, key: Key, model: OperationModel, asked: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
        self.called.append((model.service_model.signing_name, model.name))
        if code := self.errors.get(key):
            return http(403), {"Error": {"Code": code, "Message": "told to"}}
        parent = next((str(asked[name]) for name in PARENTS if name in asked), "")
        if model.name == "GetCallerIdentity":
            answer: dict[str, Any] = {"Account": key[0]}
        elif model.name == "GetParameters":
            answer = self._parameters(key, asked["Names"])
        elif "Versions" in asked and not self.listed[key][parent]:
            return http(400), {"Error": {"Code": "InvalidLaunchTemplateId.NotFound", "Message": ""}}
        elif model.name in paging(model.service_model.service_name):
            answer = self._page(self.listed[key][parent], paging(model.service_model.service_name)[model.name], asked)
        else:
            answer = self.said[key].get(parent) or DEFAULTS[model.name]
        assert model.output_shape
        wrong = ParamValidator().validate(answer, model.output_shape).generate_report()
        assert not [line for line in wrong.splitlines() if "Invalid length" not in line], (
            wrong
        )  # AWS's lists may be empty
        return http(200), answer

    def _parameters(self, key: Key, names: list[str]) -> dict[str, Any]:
        """Parameters by all that may be asked: name, name:version, name:label, ARN."""
        known = self.said[key]
        return {
            "Parameters": [known[name] for name in names if name in known],
            "InvalidParameters": [name for name in names if name not in known],
        }

    def _page(self, items: list[Any], config: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        """Two items, then an empty page, then the rest by twos."""
        if "Versions" in asked:
            items = [item for item in items if str(item["VersionNumber"]) in asked["Versions"]]
        pages = [
            items[: self.page],
            [],
            *(items[at : at + self.page] for at in range(self.page, len(items), self.page)),
        ]
        number = int(asked.get(config["input_token"], 0))
        answer: dict[str, Any] = {config["result_key"]: pages[number]}
        return answer | ({config["output_token"]: str(number + 1)} if number + 1 < len(pages) else {})
