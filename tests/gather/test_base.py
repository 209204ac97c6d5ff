"""Which AMI a recipe builds upon now.  Base images are registered in an account of their own, as vendors have."""

from datetime import date
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from goldsmith.errors import CannotTell, NeedsAPerson
from goldsmith.gather.build.base import resolve_bases
from goldsmith.recipe.document import Recipe, read
from goldsmith.recipe.shapes import Architecture
from goldsmith.values.build import BaseImage, Device
from tests.recipe_text import recipe_text

PARAMETER, CHANNEL = "/aws/service/debian/release/12/latest/amd64", "/goldsmith/base/production/x86_64"
VENDOR = "136693071363"
FILTER = f'filter: {{owner: "{VENDOR}", name: debian-12-*}}'
NAME = "debian/debian-12-amd64-20261105"


def recipe(base: str = f"parameter: {{x86_64: {PARAMETER}}}", **more: Any) -> Recipe:
    return read(recipe_text("webapp", base=base, **more), "recipes/webapp.yaml", date(2026, 11, 20))


DISKS: Any = [
    {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": "snap-1", "DeleteOnTermination": True}},
    {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
    {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 20, "DeleteOnTermination": False}},
]


def described(image_id: str = "ami-0aaaaaaaaaaaaaaaa", created: str = "2026-11-05T00:00:00.000Z", **more: Any) -> Any:
    return {
        "ImageId": image_id, "Name": NAME, "OwnerId": VENDOR, "State": "available", "Architecture": "x86_64",
        "RootDeviceName": "/dev/xvda", "CreationDate": created, "BlockDeviceMappings": DISKS, **more,
    }  # fmt: skip


@pytest.fixture
def aws():
    """Stubs of SSM and EC2, and what the recipe builds upon according to their answers."""
    with mock_aws():
        ssm, ec2 = boto3.client("ssm"), boto3.client("ec2")
    with Stubber(ssm) as parameters, Stubber(ec2) as images:
        yield Stubs(ssm, ec2, parameters, images)
        parameters.assert_no_pending_responses()
        images.assert_no_pending_responses()


class Stubs:
    def __init__(self, ssm: Any, ec2: Any, parameters: Stubber, images: Stubber) -> None:
        self.ssm, self.ec2, self.parameters, self.images = ssm, ec2, parameters, images

    def parameter(self, value: str, name: str = PARAMETER) -> None:
        answer = {"Parameter": {"Name": name, "Value": value, "Version": 7}}
        self.parameters.add_response("get_parameter", answer, {"Name": name})

    def image(self, *found: Any) -> None:
        self.images.add_response("describe_images", {"Images": list(found)}, {"ImageIds": ["ami-0aaaaaaaaaaaaaaaa"]})

    def resolve(self, recipe: Recipe) -> dict[Architecture, BaseImage]:
        return resolve_bases(recipe, ssm=self.ssm, ec2=self.ec2)


@pytest.mark.parametrize(
    ("base", "name"),
    [
        (f"parameter: {{x86_64: {PARAMETER}}}", PARAMETER),
        ("channel: {family: base, name: production}", CHANNEL),
    ],
)
def test_a_parameter_names_the_image_whoever_wrote_it(aws, base, name):
    aws.parameter("ami-0aaaaaaaaaaaaaaaa", name)
    aws.image(described())

    assert aws.resolve(recipe(base)) == {
        "x86_64": BaseImage(
            image_id="ami-0aaaaaaaaaaaaaaaa", name=NAME, owner=VENDOR, root_device="/dev/xvda",
            source=f"parameter {name}", parameter_version=7, release="debian-12-amd64-20261105", devices=(
                Device(name="/dev/xvda", delete_on_termination=True),
                Device(name="/dev/sdf", delete_on_termination=False),
            ),
        )
    }  # fmt: skip


@pytest.mark.parametrize("disks", [[], DISKS[1:]], ids=["none", "instance store"])
def test_a_base_that_boots_from_no_ebs_volume_is_refused(aws, disks):
    aws.parameter("ami-0aaaaaaaaaaaaaaaa")
    aws.image(described(BlockDeviceMappings=disks))

    with pytest.raises(NeedsAPerson, match="no EBS volume /dev/xvda"):
        aws.resolve(recipe())


def test_a_filter_takes_the_newest_of_its_owner(aws):
    filters = {"name": "debian-12-*", "architecture": "x86_64", "state": "available"}
    asked = {"Owners": [VENDOR], "Filters": [{"Name": name, "Values": [value]} for name, value in filters.items()]}
    older, newer = described("ami-1"), described("ami-2", created="2026-11-12T00:00:00.000Z")
    aws.images.add_response("describe_images", {"Images": [newer], "NextToken": "more"}, asked)
    aws.images.add_response("describe_images", {"Images": [older]}, asked | {"NextToken": "more"})

    (base,) = aws.resolve(recipe(FILTER)).values()

    assert (base.image_id, base.parameter_version) == ("ami-2", None)
    assert base.source == f"the newest image of {VENDOR} named debian-12-*"


def test_a_marketplace_image_is_told_by_its_product_code(aws):
    code = "8a7b6c5d4e3f2a1b0c9d8e7f6"
    aws.images.add_response(
        "describe_images", {"Images": [described()]}, {"Owners": ["aws-marketplace"], "Filters": ANY}
    )
    seen: dict[str, Any] = {}
    aws.ec2.meta.events.register("provide-client-params.ec2.*", lambda params, **_: seen.update(params))

    aws.resolve(recipe(f"filter: {{owner: aws-marketplace, name: hardened-*, product_code: {code}}}"))

    assert {"Name": "product-code", "Values": [code]} in seen["Filters"]


def test_each_architecture_has_its_own(aws):
    both = {"x86_64": "/aws/service/x", "arm64": "/aws/service/a"}
    base = f"parameter: {{{', '.join(f'{arch}: {name}' for arch, name in both.items())}}}"
    for arch, name in both.items():
        aws.parameter("ami-0aaaaaaaaaaaaaaaa", name)
        aws.image(described(Architecture=arch))

    assert list(aws.resolve(recipe(base, architectures=tuple(both)))) == list(both)


# ── what no build can be made upon ──


def test_no_such_parameter(aws):
    aws.parameters.add_client_error("get_parameter", "ParameterNotFound")

    with pytest.raises(NeedsAPerson, match=f"no parameter {PARAMETER} in this region: correct `base`"):
        aws.resolve(recipe())


@pytest.mark.parametrize("value", ['{"image_id": "ami-0aaaaaaaaaaaaaaaa"}', "ami-xyz", "resolve:ssm:/x"])
def test_a_parameter_that_holds_something_else(aws, value):
    aws.parameter(value)

    with pytest.raises(NeedsAPerson, match="which is no AMI id"):
        aws.resolve(recipe())


@pytest.mark.parametrize("code", ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"])
def test_an_image_that_is_gone(aws, code):
    aws.parameter("ami-0aaaaaaaaaaaaaaaa")
    aws.images.add_client_error("describe_images", code)

    with pytest.raises(NeedsAPerson, match=f"no base for x86_64: parameter {PARAMETER} finds none"):
        aws.resolve(recipe())


@pytest.mark.parametrize("change", [{"Architecture": "arm64"}, {"State": "disabled"}])
def test_an_image_that_does_not_fit(aws, change):
    aws.parameter("ami-0aaaaaaaaaaaaaaaa")
    aws.image(described(**change))

    with pytest.raises(NeedsAPerson, match="an available one for x86_64 is needed"):
        aws.resolve(recipe())


def test_a_filter_that_finds_none(aws):
    aws.images.add_response("describe_images", {"Images": []})

    with pytest.raises(NeedsAPerson, match=rf"newest image of {VENDOR} named debian-12-\* finds none"):
        aws.resolve(recipe(FILTER))


# ── what may not be read ──


def test_a_parameter_that_may_not_be_read(aws):
    aws.parameters.add_client_error("get_parameter", "AccessDeniedException")

    with pytest.raises(CannotTell, match=PARAMETER):
        aws.resolve(recipe())


@pytest.mark.parametrize("base", [f"parameter: {{x86_64: {PARAMETER}}}", FILTER])
def test_images_that_may_not_be_read(aws, base):
    if base != FILTER:
        aws.parameter("ami-0aaaaaaaaaaaaaaaa")
    aws.images.add_client_error("describe_images", "UnauthorizedOperation")

    with pytest.raises(CannotTell):
        aws.resolve(recipe(base))


def test_busy_is_neither(aws):
    aws.parameters.add_client_error("get_parameter", "ThrottlingException")

    with pytest.raises(aws.ssm.exceptions.ClientError):
        aws.resolve(recipe())
