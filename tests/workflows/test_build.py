"""The build workflow in all weathers: one image of the version or a readable reason, and never a builder left."""

from tests.embedded import eventually
from tests.workflows.building import Family
from tests.workflows.recipes import BASES, STEPS

FAILS = {"status": "Failed", "exit": 3, "stdout": "fetching nginx\n", "stderr": "disk is full\ngiving up\n"}
SUCCEEDS = {"status": "Success", "stdout": "done\n"}


def test_fair_weather(family: Family):
    detail = family.ask().builds().built()

    (part,) = detail["plan"]["parts"]
    assert part["base"]["source"] == f"parameter {BASES['x86_64']}"
    assert (part["base"]["parameterVersion"], part["base"]["release"][:7]) == (1, "al2023-")
    assert detail["evidence"] == f"builds/{family.name}/{detail['version']}/{detail['run']}"
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

    detail = family.ask().failed("no room for a host of")

    for each in ("m6i.large", "m5.large", "t3.large"):
        assert f"{each} in the default VPC: InsufficientInstanceCapacity" in detail["failures"][0]["cause"]
    assert not family.images()


# ── hosts ──


def gives_up(family: Family) -> bool:
    """Has it, after one more look that saw nothing?"""
    family.look_again("Await host")
    return "Build Failed" in [kind for kind, _ in family.history()]


def test_a_host_that_never_reports(family: Family):
    family.at.tell("hosts/online", tag={"goldsmith:family": family.name}, online=False)

    family.ask()
    eventually(lambda: gives_up(family))

    detail = family.failed("did not see the builder online within 15 minutes")

    assert detail["failures"][0]["architecture"] == "x86_64"


def test_a_host_that_ends_before_it_reports(family: Family):
    family.at.tell("hosts/online", tag={"goldsmith:family": family.name}, online=False)
    family.ask().reaches("Await host")
    eventually(lambda: family.instances("running"))

    family.at.client("ec2").terminate_instances(InstanceIds=[*family.instances()])
    eventually(lambda: gives_up(family))

    family.failed("ended before Systems Manager saw it online")


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
