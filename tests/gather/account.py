"""One account, as whoever gathers what a build needs sees it: on moto, with what moto lacks."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from goldsmith.gather.admit.facts import Gatherer
from goldsmith.ledger.table import Ledger
from goldsmith.model import FamilyRef
from goldsmith.run import Lease
from goldsmith.values.admit import Asked, BuildFacts
from goldsmith.vocabulary import Verb
from tests.act.conftest import MACHINES, new_ledger, said
from tests.recipe_text import bundle_of, recipe_text

FAMILY: Final = FamilyRef(family="webapp")
RUN: Final = "build-webapp-1"
BUNDLE: Final = bundle_of(
    "webapp",
    recipe_text(
        "webapp",
        "freezes: [{starts: 2026-12-20, ends: 2027-01-03, reason: holidays}]",
        base="channel: {family: base, name: production}",
    ),
)


class Cloud:
    """One account, as the gatherer sees it.  A call that is `refused` meets AccessDenied, or what else was said."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}
        self.ledger: Ledger = new_ledger()
        self.refused: dict[str, str] = {}
        self.now = datetime.now(UTC)
        self.created: dict[str, str] = {}  # by version: when EC2 says that its images were made
        self.client("ec2").meta.events.register("after-call.ec2.DescribeImages", self._complete)
        self.client("s3").create_bucket(Bucket="recipes")
        self.client("s3").put_bucket_versioning(Bucket="recipes", VersioningConfiguration={"Status": "Enabled"})
        self.base = self.image()
        self.client("ssm").put_parameter(Name="/goldsmith/base/production/x86_64", Value=self.base, Type="String")
        self.accept(BUNDLE.model_dump_json(by_alias=True))

    def client(self, service: str) -> Any:
        if service not in self.clients:
            made = boto3.client(service)  # type: ignore[call-overload]
            made.meta.events.register(f"before-call.{service}", self.refuse)
            self.clients[service] = made
        return self.clients[service]

    def refuse(self, model: Any, **_: Any) -> Any:
        if code := self.refused.get(model.name):
            raise ClientError({"Error": {"Code": code, "Message": f"no {model.name}"}}, model.name)
        if model.name == "GetImageBlockPublicAccessState":  # moto does not know it
            return AWSResponse("", 200, HTTPHeaders(), None), {"ImageBlockPublicAccessState": "unblocked"}
        return None

    def _complete(self, parsed: Any, **_: Any) -> None:
        """What moto leaves out of an image that was registered."""
        for image in parsed["Images"]:
            tags = {tag["Key"]: tag["Value"] for tag in image.get("Tags", [])}
            created = self.created.get(tags.get("goldsmith:version", ""), image["CreationDate"])
            image |= {"Architecture": "x86_64", "RootDeviceName": "/dev/xvda", "CreationDate": created}
            root = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": "snap-1", "DeleteOnTermination": True}}
            image["BlockDeviceMappings"] = [root]

    def accept(self, body: str) -> None:
        self.client("s3").put_object(Bucket="recipes", Key="accepted/webapp.json", Body=body.encode())

    def image(self, **tags: str) -> str:
        made = self.client("ec2").register_image(Name=f"image-{len(self.images())}", Architecture="x86_64")["ImageId"]
        self.tag(made, **({"image": made} | tags if tags else {}))
        return str(made)

    def tag(self, image_id: str, **tags: str) -> None:
        if tags:
            written = [{"Key": f"goldsmith:{key.replace('_', '-')}", "Value": value} for key, value in tags.items()]
            self.client("ec2").create_tags(Resources=[image_id], Tags=written)

    def images(self) -> list[Any]:
        found: list[Any] = self.client("ec2").describe_images(Owners=["self"])["Images"]
        return found

    def tell(self, *event_types: str) -> None:
        for number, each in enumerate(event_types):
            event = said(each, f"e{number}", family="webapp")
            later = event.model_copy(update={"time": self.now + timedelta(seconds=number)})
            self.ledger.write_history(FAMILY.place, later)

    def lease(self, taken: datetime | None = None) -> None:
        lease = Lease(
            verb=Verb.BUILD, subject=FAMILY, attempt=1, run=RUN, events=frozenset({"e1"}), taken=taken or self.now
        )
        assert self.ledger.take(lease, instead_of=None)

    def run(self) -> None:
        definition = '{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 9, "End": true}}}'
        role = "arn:aws:iam::123456789012:role/r"
        states = self.client("stepfunctions")
        states.create_state_machine(name="goldsmith-build", definition=definition, roleArn=role)
        states.start_execution(stateMachineArn=f"{MACHINES}build", name=RUN, input="{}")

    def gather(self, **asked: Any) -> BuildFacts:
        gatherer = Gatherer(recipes="recipes", machines=MACHINES, ledger=self.ledger, client=self.client)
        return gatherer.gather(Asked(**{"family": "webapp", "by": "person"} | asked), self.now)
