"""Events of failed launches in, what they name out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.gather.restore.failed_launch import Named, TemplateRef, named
from goldsmith.model import Event
from tests.act.conftest import ACCOUNT, REGION
from tests.embedded import ROOT

PATHS = [
    ROOT / "events/aws/launch-failed.json",
    ROOT / "events/aws/launch-refused.json",
    *ROOT.glob("tests/gather/screams/*.json"),
]
SAMPLES = {path.stem: json.loads(path.read_text()) for path in PATHS}
FAILED, REFUSED, FLEET = (SAMPLES[name] for name in ("launch-failed", "launch-refused", "fleet-refused"))
IMAGE, OTHER = "ami-0abcdef1234567890", "ami-00000000"
GROUP = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:ab00cf8f-9126-4f3c-8010-dbb8cad6fb86"
ALIAS = "resolve:ssm:/golden/web:3"
LT = "lt-0abcdef1234567890"


def role(name: str) -> str:
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{name}"


def heard(sample: dict[str, Any], **detail: Any) -> Named | None:
    """What the sample names, these members of its detail changed."""
    return named(Event.model_validate(sample | {"detail": sample["detail"] | detail}))


def run(**parameters: Any) -> Named | None:
    """A RunInstances that was refused, with a message that names nothing."""
    return heard(REFUSED, errorMessage="no", requestParameters=parameters)


def fleet(configs: Any, **detail: Any) -> Named | None:
    """A CreateFleet that was refused."""
    asked = {"CreateFleetRequest": {"LaunchTemplateConfigs": configs}}
    return heard(FLEET, errorCode="Client.Any", requestParameters=asked, responseElements=None, **detail)


def test_a_group_that_cannot_launch():
    assert heard(FAILED) == Named(
        account=ACCOUNT,
        region=REGION,
        who=f"{GROUP}:autoScalingGroupName/webapp",
        images=(IMAGE,),
        group="webapp",
    )


def test_a_call_that_is_refused():
    assert heard(REFUSED) == Named(
        account=ACCOUNT,
        region=REGION,
        who=role("deploy"),
        images=(IMAGE,),
        templates=(TemplateRef(template=LT, version="3"),),
    )


def test_a_fleet_that_is_answered_with_errors():
    assert heard(FLEET) == Named(
        account=ACCOUNT,
        region=REGION,
        who=role("karpenter"),
        images=(OTHER, IMAGE),
        templates=(
            TemplateRef(template="nodes", version="$Latest"),
            TemplateRef(template="lt-0fedcba9876543210", version="1"),
        ),
    )


@pytest.mark.parametrize(
    ("message", "images"),
    [
        ("You have reached your quota.", ()),
        (f"The image id '[{IMAGE}]' does not exist", (IMAGE,)),
        (f"{IMAGE} and {OTHER}, {IMAGE}", (OTHER, IMAGE)),
        (f"cannot resolve {ALIAS}.", ()),  # where it ends, only the group's own template tells
        (None, ()),
        (["a", {"b": IMAGE}], ()),
    ],
)
def test_what_a_group_is_told(message, images):
    said = heard(FAILED, StatusMessage=message)
    assert said
    assert (said.images, said.group) == (images, "webapp")


def test_a_group_of_which_the_event_tells_no_arn_goes_by_its_name():
    said = named(Event.model_validate(FAILED | {"resources": []}))
    assert said
    assert said.who == "webapp"


@pytest.mark.parametrize(
    ("parameters", "images", "templates"),
    [
        ({"instancesSet": {"items": [{"imageId": IMAGE}, {"imageId": OTHER}]}}, (OTHER, IMAGE), ()),
        ({"instancesSet": {"items": {"imageId": IMAGE}}}, (IMAGE,), ()),
        ({"InstancesSet": {"items": [{"ImageId": ALIAS}]}}, (ALIAS,), ()),
        ({"launchTemplate": {"launchTemplateName": "web"}}, (), (("web", "$Default"),)),
        ({"LaunchTemplate": {"LaunchTemplateId": LT, "Version": 7}}, (), ((LT, "7"),)),
        ({"launchTemplate": {"id": LT, "version": "$Latest"}}, (), ((LT, "$Latest"),)),
    ],
)
def test_what_a_call_asks_for(parameters, images, templates):
    said = run(**parameters)
    assert said
    assert said.images == images
    assert tuple((each.template, each.version) for each in said.templates) == templates


@pytest.mark.parametrize("listed", [lambda each: each, lambda each: [each], lambda each: {"item": [each]}])
def test_what_a_fleet_asks_for(listed):
    override = {"ImageId": IMAGE, "LaunchTemplateSpecification": {"LaunchTemplateId": LT, "Version": "2"}}
    config = {"LaunchTemplateSpecification": {"LaunchTemplateName": "web"}, "Overrides": listed(override)}

    said = fleet(listed(config))

    assert said
    assert said.images == (IMAGE,)
    assert said.templates == (TemplateRef(template="web"), TemplateRef(template=LT, version="2"))


@pytest.mark.parametrize(
    ("identity", "who"),
    [({"type": "AWSService", "invokedBy": "batch.amazonaws.com"}, "batch.amazonaws.com"), ({}, ""), (None, "")],
)
def test_whoever_has_no_arn_is_told_as_nearly_as_can_be(identity, who):
    said = heard(REFUSED, userIdentity=identity)
    assert said
    assert said.who == who


@pytest.mark.parametrize("code", ["Server.InsufficientInstanceCapacity", "Client.UnauthorizedOperation"])
def test_why_it_failed_is_not_asked(code):
    assert heard(REFUSED, errorCode=code, errorMessage="no") == heard(REFUSED)


@pytest.mark.parametrize(
    "said",
    [
        named(Event.model_validate(FAILED | {"source": "aws.ec2"})),
        named(Event.model_validate(FAILED | {"detail-type": "EC2 Instance Launch Successful"})),
        heard(FAILED, AutoScalingGroupName=None, StatusMessage="no"),
        named(Event.model_validate(REFUSED | {"detail-type": "EC2 Instance State-change Notification"})),
        heard(REFUSED, errorCode=None),
        heard(REFUSED, eventName="StartInstances"),
        heard(FLEET, responseElements={"CreateFleetResponse": {"errorSet": ""}}),
        heard(FLEET, responseElements=None),
        run(),
        run(launchTemplate={"version": "1"}),
        run(launchTemplate={"launchTemplateId": LT, "version": "latest"}),
        run(launchTemplate={"launchTemplateId": [LT]}),
    ],
)
def test_what_is_no_scream_or_names_nothing(said):
    assert said is None


SHAPES: Any = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.just(IMAGE),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["item", "items", "imageId", "version"]), inner)
    ),
    max_leaves=5,
)


def places(node: Any, *path: Any) -> list[tuple[Any, ...]]:
    """Where something stands in a sample, however deep."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, each in inner for place in places(each, *path, key))]


@given(st.sampled_from([(n, p) for n, each in SAMPLES.items() for p in places(each["detail"]) if p]), SHAPES)
def test_whatever_stands_anywhere_never_raises(place, shape):
    name, (*path, last) = place
    sample = json.loads(json.dumps(SAMPLES[name]))
    node = sample["detail"]
    for key in path:
        node = node[key]
    node[last] = shape

    assert isinstance(named(Event.model_validate(sample)), Named | None)
