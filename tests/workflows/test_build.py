"""The build workflow in all weathers: one image of the version or a readable reason, and never a builder left."""

from tests.embedded import eventually
from tests.workflows.building import Family
from tests.workflows.recipes import STEPS

FAILS = {"status": "Failed", "exit": 3, "stdout": "fetching nginx\n", "stderr": "disk is full\ngiving up\n"}
SUCCEEDS = {"status": "Success", "stdout": "done\n"}


def test_fair_weather(family: Family):
    detail = family.ask().builds().built()

    kept = family.evidence(f"builds/{family.name}/")
    folder = f"builds/{family.name}/{detail['version']}/{detail['run']}/x86_64"
    assert kept == {f"{folder}/{n:02}-{step}/stdout": f"{step} was done\n" for n, step in enumerate(STEPS)}
    assert f"decisions/build/family/{family.name}/{detail['run']}.json" in family.evidence("decisions/build/")


def test_the_builder_stands_where_nothing_comes_in(family: Family):
    family.ask().reaches("Await image")

    (builder,) = family.instances()
    ec2 = family.at.client("ec2")
    found = ec2.describe_instances(InstanceIds=[builder])["Reservations"][0]["Instances"][0]
    assert found["MetadataOptions"]["HttpTokens"] == "required"
    assert found["State"]["Name"] == "stopped"
    assert "KeyName" not in found
    groups = ec2.describe_security_groups(GroupIds=[each["GroupId"] for each in found["SecurityGroups"]])
    assert [each["IpPermissions"] for each in groups["SecurityGroups"]] == [[]]
    (volume,) = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [builder]}])["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["KmsKeyId"]) == (10, "gp3", family.at.customer_key())
    family.builds().built()


# ── room ──


def test_no_room_in_the_first_two_choices(family: Family):
    for each in ("m6i.large", "m5.large"):
        family.at.tell("weather", service="ec2", operation="RunInstances", match={"InstanceType": each},
                       effect="fail", code="InsufficientInstanceCapacity")  # fmt: skip
    family.ask().reaches("Await image")

    (builder,) = family.instances()
    found = family.at.client("ec2").describe_instances(InstanceIds=[builder])
    assert found["Reservations"][0]["Instances"][0]["InstanceType"] == "t3.large"
    family.builds().built()


def test_no_room_at_all(family: Family):
    family.at.tell(
        "weather", service="ec2", operation="RunInstances", effect="fail", code="InsufficientInstanceCapacity"
    )

    detail = family.ask().failed("no room for a builder of")

    for each in ("m6i.large", "m5.large", "t3.large"):
        assert f"{each} in the default VPC: InsufficientInstanceCapacity" in detail["failures"][0]["cause"]
    assert not family.images()


# ── hosts ──


def test_a_host_that_never_reports(family: Family):
    family.at.tell("hosts/online", tag={"goldsmith:family": family.name}, online=False)

    detail = family.ask().failed("did not see the builder online within 15 minutes")

    assert detail["failures"][0]["architecture"] == "x86_64"


def test_a_component_that_fails(family: Family):
    detail = family.scripted("nginx", FAILS).ask().failed("component nginx on x86_64 did not succeed: exit status 3")

    (failure,) = detail["failures"]
    assert failure["component"] == "nginx"
    assert failure["lastLines"] == ["fetching nginx", "disk is full", "giving up"]
    key = f"builds/{family.name}/{detail['version']}/{detail['run']}/x86_64/01-nginx/stderr"
    assert family.evidence(key) == {key: "disk is full\ngiving up\n"}
    assert failure["link"].endswith(key.replace("/", "%2F"))


def test_a_component_that_hangs(family: Family):
    family.scripted("nginx", {"status": "TimedOut", "exit": -1, "stdout": "waiting for the mirror\n"})

    detail = family.ask().failed(
        "component nginx on x86_64 did not succeed: execution timed out, its limit is 10 minutes"
    )

    assert detail["failures"][0]["lastLines"] == ["waiting for the mirror"]


def test_a_component_that_reboots(family: Family):
    family.scripted("update", {"exit": 194, "stdout": "again, please\n"}, SUCCEEDS).ask().builds().built()

    (key,) = [each for each in family.evidence(f"builds/{family.name}/") if "00-update/stdout" in each]
    assert family.evidence(key)[key] == "again, please\ndone\n"


def test_a_builder_that_is_terminated_by_somebody(family: Family):
    family.scripted("update", {"status": "InProgress"}).ask().reaches("Await command")
    family.at.client("ec2").terminate_instances(InstanceIds=[*family.instances()])

    family.failed("component update on x86_64 did not succeed")


def test_a_hosts_output_that_it_could_not_write_is_kept_all_the_same(family: Family):
    with family.at.weather(service="s3", operation="PutObject", principal="-Builder-", effect="deny"):
        family.ask().reaches("Await image")

    family.builds().built()
    assert len(family.evidence(f"builds/{family.name}/")) == len(STEPS)


# ── the image ──


def test_the_image_fails(family: Family):
    detail = family.ask().builds("failed").failed("is failed:")

    assert detail["failures"][0]["architecture"] == "x86_64"
    assert len(family.images()) == 1


def test_after_a_failed_image_comes_the_next_version(family: Family):
    family.ask().builds("failed").failed("is failed:")

    family.ask(again=True).builds().hears("Image Built")

    assert [image["State"] for image in family.images()] == ["failed", "available"]


def test_the_event_of_the_image_is_lost(family: Family):
    family.at.tell("weather/events", detail_type="EC2 AMI State Change", effect="lose")
    family.ask().builds()

    timer = eventually(lambda: [t for t in family.timers() if (t["state"], t["kind"]) == ("Await image", "timeout")])[0]
    family.at.tell("expire", execution=timer["execution"], state="Await image", kind="timeout")

    family.built()


def test_every_event_is_doubled(family: Family):
    for each in ("EC2 AMI State Change", "EC2 Instance State-change Notification", "Build Requested", "Build Admitted",
                 "EC2 Command Invocation Status-change Notification"):  # fmt: skip
        family.at.tell("weather/events", detail_type=each, effect="double")
    family.ask().builds().built()


def test_the_events_of_commands_and_instances_are_lost(family: Family):
    for each in ("EC2 Command Invocation Status-change Notification", "EC2 Instance State-change Notification"):
        family.at.tell("weather/events", detail_type=each, effect="lose")
    family.ask()

    def looks_again() -> bool:
        for state in ("Await command", "Await stop", "Await host"):
            family.at.tell("expire", state=state, kind="timeout")
        return bool(family.pending())

    eventually(looks_again)
    family.builds().built()


def test_the_image_is_available_before_its_token_is_noted(family: Family):
    family.at.tell("clock", speed="held")
    family.at.tell("weather", service="dynamodb", operation="PutItem", match={"Item": "#image#"}, effect="throttle")
    family.ask().goes_on_to("Await image")
    assert not [note for note in family.notes() if note.startswith("wait#")]
    family.at.tell("weather/clear")
    family.at.tell("clock", speed="instant")

    family.built()


def test_create_image_is_throttled(family: Family):
    with family.at.weather(service="ec2", operation="CreateImage", effect="throttle", times=4):
        family.ask().builds()

    family.built()


def test_the_answer_of_create_image_is_lost(family: Family):
    with family.at.weather(service="ec2", operation="CreateImage", effect="lost answer", times=1):
        family.ask().builds()

    family.built()


def test_the_answers_of_run_instances_and_send_command_are_lost(family: Family):
    family.at.tell("weather", service="ec2", operation="RunInstances", effect="lost answer", times=1)
    family.at.tell("weather", service="ssm", operation="SendCommand", effect="lost answer", times=1)
    family.ask().reaches("Await image")

    assert len(family.instances()) == 1
    family.builds().built()
