"""The AMI at the end of a build: it fails, its events are lost, its calls are throttled or never answered."""

from tests.embedded import eventually
from tests.workflows.building import Family


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
    family.become()
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
