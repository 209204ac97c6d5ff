"""What is known when a build is asked for, read from moto; what may not be read is said, not guessed."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws

from goldsmith.admission import Asked, BuildFacts, Frozen
from goldsmith.gather.admission import Gatherer
from goldsmith.ledger import Ledger
from goldsmith.model import FamilyRef
from goldsmith.run import STARTING, Lease, execution_arn
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
            made.meta.events.register(f"before-call.{service}", self._before)
            self.clients[service] = made
        return self.clients[service]

    def _before(self, model: Any, **_: Any) -> Any:
        if code := self.refused.get(model.name):
            raise ClientError({"Error": {"Code": code, "Message": f"no {model.name}"}}, model.name)
        if model.name == "GetImageBlockPublicAccessState":  # moto does not know it
            return AWSResponse("", 200, {}, None), {"ImageBlockPublicAccessState": "unblocked"}
        return None

    def _complete(self, parsed: Any, **_: Any) -> None:
        """What moto leaves out of an image that was registered."""
        for image in parsed["Images"]:
            tags = {tag["Key"]: tag["Value"] for tag in image.get("Tags", [])}
            created = self.created.get(tags.get("goldsmith:version", ""), image["CreationDate"])
            image |= {"Architecture": "x86_64", "RootDeviceName": "/dev/xvda", "CreationDate": created}

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


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mock_aws():
        yield Cloud()


def test_a_family_that_was_never_built(cloud):
    assert cloud.gather(again=True) == BuildFacts(
        family="webapp",
        again=True,
        recipe_sha=BUNDLE.sha,
        bases=(cloud.base,),
        freezes=(Frozen(starts=date(2026, 12, 20), ends=date(2027, 1, 3), reason="holidays"),),
        public_access="unblocked",
    )


def test_a_family_without_a_recipe(cloud):
    facts = cloud.gather(family="nobody")

    assert (facts.recipe_sha, facts.unseen) == (None, frozenset())


# ── the newest image ──


def test_the_newest_image_with_the_bases_of_its_whole_version(cloud):
    cloud.image(family="webapp", version="2026.11.13", recipe_sha="sha-0", base_image="ami-0")
    for base in ("ami-x86", "ami-arm"):
        cloud.image(family="webapp", version="2026.11.20", recipe_sha="sha-1", base_image=base, stage="candidate")
    cloud.image(family="other", version="2026.11.21", recipe_sha="sha-2", base_image="ami-2")
    cloud.created = {"2026.11.13": "2026-11-13T12:00:00.000Z", "2026.11.20": "2026-11-20T12:00:00.000Z"}

    found = cloud.gather().newest

    assert (found.version, found.recipe_sha, found.bases) == ("2026.11.20", "sha-1", ("ami-arm", "ami-x86"))


@pytest.mark.parametrize("tags", [{"stage": "failed"}, {"stage": "rejected"}, {"image": "ami-of-somebody-else"}])
def test_what_failed_or_was_copied_is_not_the_newest_image(cloud, tags):
    cloud.image(family="webapp", version="2026.11.20", recipe_sha="sha-1", base_image="ami-0", **tags)

    assert cloud.gather().newest is None


# ── failures ──


@pytest.mark.parametrize(
    ("told", "failures"),
    [
        ((), 0),
        (("Build Failed", "Build Refused", "Build Failed"), 2),
        (("Build Failed", "Image Built"), 0),
        (("Build Failed", "Image Built", "Build Failed", "Recipe Accepted"), 1),
    ],
)
def test_failures_since_the_last_image(cloud, told, failures):
    cloud.tell(*told)

    assert cloud.gather().failures == failures


# ── the family's run ──


def test_a_live_run_has_the_family(cloud):
    cloud.lease()
    cloud.run()

    assert cloud.gather().running == RUN


def test_a_run_that_ended_has_not(cloud):
    cloud.lease()
    cloud.run()
    cloud.client("stepfunctions").stop_execution(executionArn=execution_arn(MACHINES, RUN))

    assert cloud.gather().running is None


@pytest.mark.parametrize(("age", "running"), [(STARTING - timedelta(seconds=1), RUN), (STARTING, None)])
def test_a_run_that_is_about_to_start_has_it_for_a_while(cloud, age, running):
    cloud.lease(cloud.now - age)

    assert cloud.gather().running == running


# ── what could not be read ──

DENIED: Final = {
    "GetObject": ("recipe", "AccessDenied"),
    "GetParameter": ("recipe", "AccessDeniedException"),
    "DescribeImages": ("images", "UnauthorizedOperation"),
    "GetImageBlockPublicAccessState": ("block public access", "UnauthorizedOperation"),
}


@pytest.mark.parametrize("operation", DENIED)
def test_what_may_not_be_read_is_unseen(cloud, operation):
    place, cloud.refused[operation] = DENIED[operation]

    unseen = cloud.gather().unseen

    assert [each for each in unseen if each.startswith(f"{place}: ") and operation in each]


def test_a_base_that_is_not_there_is_unseen(cloud):
    cloud.client("ssm").delete_parameter(Name="/goldsmith/base/production/x86_64")

    (unseen,) = cloud.gather().unseen

    assert unseen.startswith("recipe: there is no parameter /goldsmith/base/production/x86_64")


def test_a_recipe_that_is_no_longer_valid_is_unseen(cloud):
    old = json.loads(BUNDLE.model_dump_json(by_alias=True))
    cloud.accept(json.dumps(old | {"text": old["text"].replace("environment:", "milieu:")}))

    (unseen,) = cloud.gather().unseen

    assert unseen.startswith("recipe: recipes/webapp.yaml:")


@pytest.mark.parametrize("operation", ["DescribeImages", "Query", "GetItem"])
def test_busy_is_no_answer(cloud, operation):
    cloud.refused[operation] = "ThrottlingException"
    cloud.ledger.dynamodb.meta.events.register("before-call.dynamodb", cloud._before)

    with pytest.raises(ClientError, match=operation):
        cloud.gather()

