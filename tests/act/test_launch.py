"""A builder is launched once, on the first choice that has room, and never open to anybody."""

import base64
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from goldsmith.act.host.launch import Ground, launch
from goldsmith.errors import NeedsAPerson
from goldsmith.model import ImageRef
from goldsmith.recipe.bundle import Bundle
from goldsmith.values.build import BaseImage, Device, Disk, Pinned, PlannedImage
from goldsmith.values.launch import Launch
from goldsmith.values.verify_plan import Candidate

BASE = BaseImage(
    image_id="ami-base", name="base-1", owner="111111111111", root_device="/dev/xvda", source="parameter /base",
    parameter_version=7, release="base-1", devices=(
        Device(name="/dev/xvda", delete_on_termination=True), Device(name="/dev/sdf", delete_on_termination=False),
    ),
)  # fmt: skip
PART = PlannedImage(
    architecture="arm64", name="webapp-2026.05.01-arm64", base=BASE,
    instance_types=("m7g.large", "t4g.large"), subnets=("subnet-1", "subnet-2"), disk=Disk(gib=12, type="gp3"),
    kms_key="alias/goldsmith", tags={}, claimed=None, next="launch",
)  # fmt: skip
CANDIDATE = Candidate(
    architecture="arm64", image=ImageRef(image_id="ami-1", account="123456789012", region="us-east-1"), name="webapp",
    root_device="/dev/xvda", devices=("/dev/xvda", "/dev/sdf"), image_gib=20, instance_types=("m7g.large",),
    subnets=(), kms_key="alias/goldsmith",
)  # fmt: skip
OURS = {"Encrypted": True, "KmsKeyId": "alias/goldsmith", "DeleteOnTermination": True}
PINNED = Pinned(key="accepted/webapp.json", version_id="v1", sha="sha-1")
ASKED = Launch(run="build-webapp-1", family="webapp", bundle=PINNED, part=PART)
BUNDLE = Bundle(path="recipes/webapp.yaml", text="", commit="abc", steps=())
GROUND = Ground(profile="arn:aws:iam::123456789012:instance-profile/p", group="sg-1")
NO_ROOM = "InsufficientInstanceCapacity"


def launched(*answers: str, asked: Launch = ASKED, bundle: Bundle = BUNDLE) -> tuple[Any, list[dict[str, Any]]]:
    """The builder, when EC2 answers with these error codes and instance ids, and the requests that were made."""
    ec2, requests = boto3.client("ec2"), []
    ec2.meta.events.register("provide-client-params.*", lambda params, **_: requests.append(params))
    with Stubber(ec2) as stub:
        for answer in answers:
            if answer.startswith("i-"):
                stub.add_response("run_instances", {"Instances": [{"InstanceId": answer}]})
            else:
                stub.add_client_error("run_instances", answer)
        builder = launch(asked, bundle, ec2=ec2, ground=GROUND)
        stub.assert_no_pending_responses()
    return builder, requests


def choices(requests: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["SubnetId"], each["InstanceType"]) for each in requests]


def test_the_first_choice_has_room():
    builder, (request,) = launched("i-1")

    assert (builder.instance_id, builder.instance_type, builder.refused) == ("i-1", "m7g.large", ())
    assert request["MetadataOptions"] == {
        "HttpTokens": "required",
        "HttpEndpoint": "enabled",
        "HttpPutResponseHopLimit": 1,
    }
    assert request["SecurityGroupIds"] == ["sg-1"]
    assert request.keys() & {"KeyName", "UserData", "NetworkInterfaces"} == set()


def test_every_volume_of_the_base_is_encrypted_and_goes_with_the_host_and_the_recipes_disk_is_the_root():
    _, (request,) = launched("i-1")

    assert request["BlockDeviceMappings"] == [
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 12, "VolumeType": "gp3"} | OURS},
        {"DeviceName": "/dev/sdf", "Ebs": OURS},
    ]


def test_every_volume_of_an_image_on_trial_is_as_large_as_it_is():
    _, (request,) = launched("i-1", asked=ASKED.model_copy(update={"part": CANDIDATE}))

    assert request["BlockDeviceMappings"] == [{"DeviceName": name, "Ebs": OURS} for name in ("/dev/xvda", "/dev/sdf")]


def test_host_and_volumes_carry_their_run_in_a_tag_that_no_image_has():
    _, (request,) = launched("i-1")

    assert [each["ResourceType"] for each in request["TagSpecifications"]] == ["instance", "volume"]
    for each in request["TagSpecifications"]:
        tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        assert (tags["goldsmith:run"], tags["goldsmith:host"]) == ("build-webapp-1", "build-webapp-1")


def test_choices_are_tried_in_order_type_by_type_then_the_next_subnet():
    builder, requests = launched(NO_ROOM, "Unsupported", NO_ROOM, "i-1")

    assert choices(requests) == [
        ("subnet-1", "m7g.large"), ("subnet-1", "t4g.large"), ("subnet-2", "m7g.large"), ("subnet-2", "t4g.large")
    ]  # fmt: skip
    assert builder.subnet == "subnet-2"
    assert builder.refused[1] == "t4g.large in subnet-1: Unsupported"


def test_without_subnets_it_is_the_default_vpcs():
    alone = ASKED.model_copy(update={"part": PART.model_copy(update={"subnets": ()})})

    _, (request,) = launched("i-1", asked=alone)

    assert "SubnetId" not in request


def test_room_nowhere_names_all_that_was_tried():
    with pytest.raises(
        NeedsAPerson, match=r"m7g\.large in subnet-1.*t4g\.large in subnet-2: Insufficient.*Try again later"
    ):
        launched(*[NO_ROOM] * 4)


def test_any_other_refusal_is_not_taken_for_a_lack_of_room():
    with pytest.raises(boto3.client("ec2").exceptions.ClientError, match="UnauthorizedOperation"):
        launched("UnauthorizedOperation")


def test_each_choice_of_each_run_has_a_token_of_its_own_and_always_the_same():
    def tokens(run: str) -> list[str]:
        _, requests = launched(NO_ROOM, "i-1", asked=ASKED.model_copy(update={"run": run}))
        return [each["ClientToken"] for each in requests]

    assert tokens("build-webapp-1") == tokens("build-webapp-1")
    assert len({*tokens("build-webapp-1"), *tokens("build-webapp-2")}) == 4
    assert all(len(token) <= 64 for token in tokens("build-webapp-1"))


def test_user_data_comes_from_the_bundle():
    _, (request,) = launched("i-1", bundle=BUNDLE.model_copy(update={"user_data": "#!/bin/sh\n"}))

    assert base64.b64decode(request["UserData"]) == b"#!/bin/sh\n"
