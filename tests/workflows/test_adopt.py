"""The adopt workflow in all weathers: whatever happens to its events, the end is the same and nothing is left."""

import pytest

from tests.embedded import eventually
from tests.workflows.deployed import Deployed

AWAIT = "Await image"
LOOKS_AGAIN = 71  # of ten minutes each: twelve hours


def test_fair_weather(goldsmith: Deployed):
    goldsmith.image().ask().waits().becomes("available").adopted()


def test_the_event_is_lost(goldsmith: Deployed):
    goldsmith.tell("weather/events", detail_type="EC2 AMI State Change", effect="lose")
    image = goldsmith.image().ask().waits().becomes("available")
    assert image.items("wait#"), "nobody told it, so it still waits"

    image.expires("timeout", AWAIT).expires("retry", AWAIT).adopted()


def test_the_event_is_doubled(goldsmith: Deployed):
    goldsmith.tell("weather/events", detail_type="EC2 AMI State Change", effect="double")
    goldsmith.image().ask().waits().becomes("available").adopted()


def test_the_event_comes_before_the_run(goldsmith: Deployed):
    goldsmith.image().becomes("available").ask().adopted()


def test_the_event_comes_before_the_token_is_noted(goldsmith: Deployed):
    image = goldsmith.image()
    watch = goldsmith.client("cloudformation").describe_stack_resource(StackName="goldsmith", LogicalResourceId="Watch")
    name = watch["StackResourceDetail"]["PhysicalResourceId"]
    with goldsmith.weather(
        service="lambda", operation="Invoke", effect="throttle", match={"FunctionName": name}, times=1
    ):
        image.ask()
        eventually(lambda: image.timers("retry", AWAIT))
        assert not image.items("wait#")
        image.becomes("available")

        image.expires("retry", AWAIT).adopted()


@pytest.mark.parametrize("order", ["in order", "reversed"])
def test_the_events_come_late_and_out_of_order(goldsmith: Deployed, order):
    goldsmith.tell("weather/events", detail_type="EC2 AMI State Change", bus="goldsmith", effect="hold")
    image = goldsmith.image().ask().waits().becomes("available")
    ec2 = goldsmith.client("ec2")
    ec2.disable_image(ImageId=image.id)
    ec2.enable_image(ImageId=image.id)
    eventually(lambda: len(goldsmith.tell("weather/show")["held"]) == 3)

    released = goldsmith.tell("weather/release", **({"order": "reversed"} if order == "reversed" else {}))

    assert len(released) == 3
    image.adopted()


def test_asked_for_twice_at_once(goldsmith: Deployed):
    image = goldsmith.image().ask(times=5).waits().becomes("available")

    image.adopted()
    assert list(image.runs()) == [f"adopt-{image.id}-1"]


def test_the_request_itself_is_doubled(goldsmith: Deployed):
    goldsmith.tell("weather/events", detail_type="Adoption Requested", effect="double")
    image = goldsmith.image().ask().waits().becomes("available")

    image.adopted()
    assert list(image.runs()) == [f"adopt-{image.id}-1"]


def test_asked_for_again_after_a_success_it_stays_as_it_is(goldsmith: Deployed):
    image = goldsmith.image().becomes("available").ask()
    image.adopted()

    image.ask()
    eventually(lambda: [kind for kind, _ in image.history()].count("Adoption Requested") == 2)

    image.adopted()


def test_stopped_by_hand_and_asked_for_again(goldsmith: Deployed):
    image = goldsmith.image().ask().waits()

    image.stop()

    ended = image.ends("Run Ended")
    assert (ended["status"], ended["cause"], ended["waits"]) == ("ABORTED", "stopped by hand", 1)
    image.leaves_nothing()
    image.becomes("available").ask().adopted()
    assert image.runs() == {f"adopt-{image.id}-1": "ABORTED", f"adopt-{image.id}-2": "SUCCEEDED"}


def test_stopped_by_hand_with_a_machine_running(goldsmith: Deployed):
    image = goldsmith.image().ask().waits()
    base = goldsmith.image(goldsmith_family="").becomes("available")
    tags = [{"Key": "goldsmith:run", "Value": f"adopt-{image.id}-1"}]
    ec2 = goldsmith.client("ec2")
    made = ec2.run_instances(
        ImageId=base.id, MinCount=1, MaxCount=1, InstanceType="t3.micro",
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )  # fmt: skip
    machine = made["Instances"][0]["InstanceId"]

    image.stop()

    assert image.ends("Run Ended")["instances"] == [machine]
    found = ec2.describe_instances(InstanceIds=[machine])["Reservations"][0]["Instances"][0]
    assert found["State"]["Name"] in {"shutting-down", "terminated"}
    image.leaves_nothing()


def test_stopped_by_hand_and_nobody_was_told(goldsmith: Deployed):
    goldsmith.tell("weather/events", detail_type="Step Functions Execution Status Change", effect="lose")
    image = goldsmith.image().ask().waits()
    image.stop()
    eventually(lambda: image.runs() == {f"adopt-{image.id}-1": "ABORTED"})
    assert image.items("runs")

    goldsmith.sweep()

    assert image.ends("Run Ended")["status"] == "ABORTED"
    image.leaves_nothing()


def test_an_image_that_fails_is_refused(goldsmith: Deployed):
    goldsmith.image().ask().waits().becomes("failed").refused("not_available")


def test_an_image_that_never_comes_is_refused(goldsmith: Deployed):
    image = goldsmith.image().ask().waits()
    for _ in range(LOOKS_AGAIN):
        image.expires("timeout", AWAIT).expires("retry", AWAIT)
    image.expires("timeout", AWAIT).refused("not_available")


def test_every_objection_is_told(goldsmith: Deployed):
    image = goldsmith.image(
        goldsmith_family="", goldsmith_stage="released", goldsmith_run="build-x-1", goldsmith_image="ami-1"
    )

    image.becomes("available").ask().refused("no_family", "already_staged", "made_by_a_run", "copy_of_ours")


def test_an_image_in_another_region(goldsmith: Deployed):
    goldsmith.image(region="eu-west-1").ask().waits().becomes("available").refused("not_home")


def test_ec2_is_busy(goldsmith: Deployed):
    image = goldsmith.image().becomes("available")
    with goldsmith.weather(service="ec2", operation="DescribeImages", principal="Watch", effect="throttle", times=3):
        image.ask().expires("retry", AWAIT).adopted()


def test_ec2_may_not_tell(goldsmith: Deployed):
    image = goldsmith.image().becomes("available")
    with goldsmith.weather(service="ec2", operation="DescribeImages", principal="FactsAdopt", effect="deny"):
        detail = image.ask().refused("unseen")

    assert "ec2:DescribeImages" in detail["decision"]["facts"]["unseen"][0]


def test_a_request_that_nobody_can_read_is_kept_for_a_person(goldsmith: Deployed):
    goldsmith.put("Adoption Requested", {"image": {"imageId": "ami-1"}, "run": "none"})

    lost = eventually(lambda: goldsmith.undelivered_by("Start"))

    assert lost
    assert lost["responsePayload"]["errorType"] == "NeedsAPerson"
    assert "image.account: Field required" in lost["responsePayload"]["errorMessage"]
    assert lost["requestPayload"]["detail"]["image"] == {"imageId": "ami-1"}


def test_what_resume_could_not_do_is_kept_and_the_next_look_heals_it(goldsmith: Deployed):
    image = goldsmith.image().ask().waits()
    with goldsmith.weather(service="dynamodb", operation="Query", principal="ResumeRole", effect="deny"):
        image.becomes("available")
        lost = eventually(lambda: goldsmith.undelivered_by("Resume"))

    assert lost
    assert lost["requestPayload"]["detail"]["ImageId"] == image.id
    image.expires("timeout", AWAIT).expires("retry", AWAIT).adopted()


def test_what_reap_could_not_do_is_kept_and_the_sweep_heals_it(goldsmith: Deployed):
    image = goldsmith.image().becomes("available")
    with goldsmith.weather(service="dynamodb", operation="Query", principal="ReapRole", effect="deny"):
        image.ask()
        lost = eventually(lambda: goldsmith.undelivered_by("Reap"))

    assert lost
    assert lost["requestPayload"]["detail"]["name"] == f"adopt-{image.id}-1"
    goldsmith.sweep()
    image.adopted()
