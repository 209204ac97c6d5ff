"""What arrives in the recipes bucket, and what the schedules that come of it ask for."""

from typing import Any

import pytest

from goldsmith.recipe.bundle import Bundle
from tests.embedded import eventually
from tests.recipe_text import bundle_of, recipe_text
from tests.workflows.building import Family
from tests.workflows.deployed import HOME, Deployed

TUESDAYS = 'schedule: {expression: "cron(0 4 ? * TUE *)", time_zone: Europe/Berlin}'
WEEKLY = 'schedule: {expression: "rate(7 days)"}'
OWNER = {"team": "web", "email": "web@example.com", "slack": "#web"}


@pytest.fixture
def new(builds: Deployed) -> Family:
    """A family that has no recipe yet."""
    builds.tell("weather/clear")
    return Family(builds)


def upload(family: Family, *lines: str, **more: Any) -> Bundle:
    """As `goldsmith apply` does."""
    made = bundle_of(family.name, recipe_text(family.name, *lines, **more))
    put(family, made.model_dump_json(by_alias=True), f"{family.name}/{made.sha}.json")
    return made


def put(family: Family, body: str, name: str) -> None:
    bucket = family.at.outputs["RecipesBucket"]
    family.at.client("s3").put_object(Bucket=bucket, Key=f"incoming/{name}", Body=body.encode())


def accepted(family: Family) -> Bundle:
    found = family.at.client("s3").get_object(
        Bucket=family.at.outputs["RecipesBucket"], Key=f"accepted/{family.name}.json"
    )
    return Bundle.model_validate_json(found["Body"].read())


def schedule(family: Family) -> tuple[str, str] | None:
    found = [each for each in family.at.tell("schedules", region=HOME) if each["name"] == family.name]
    return (found[0]["expression"], found[0]["time_zone"]) if found else None


def test_a_good_recipe_is_accepted_and_its_schedule_set(new: Family):
    made = upload(new, TUESDAYS)

    told = new.hears("Recipe Accepted")

    assert told == {
        "family": new.name, "recipeSha": made.sha, "commit": "abc123", "owner": OWNER, "problems": [],
    }  # fmt: skip
    assert accepted(new) == made
    assert schedule(new) == ("cron(0 4 ? * TUE *)", "Europe/Berlin")


def test_the_schedule_changes_with_the_recipe_and_goes_with_it(new: Family):
    upload(new, TUESDAYS)
    new.hears("Recipe Accepted")

    upload(new, WEEKLY)
    new.hears("Recipe Accepted", times=2)
    assert schedule(new) == ("rate(7 days)", "UTC")

    upload(new)
    new.hears("Recipe Accepted", times=3)
    assert schedule(new) is None


def test_a_bad_one_changes_nothing_and_its_owner_is_told(new: Family):
    good = upload(new, TUESDAYS)
    new.hears("Recipe Accepted")

    upload(new, 'schedule: {expression: "cron(0 4 31 2 ? *)"}', "colour: red")

    told = new.hears("Recipe Refused")
    assert told["owner"] == OWNER
    never, unknown = told["problems"]
    assert never.startswith(f"recipes/{new.name}.yaml:11: schedule.expression: ")
    assert unknown.startswith(f"recipes/{new.name}.yaml:12: colour: ")
    assert accepted(new) == good
    assert schedule(new) == ("cron(0 4 ? * TUE *)", "Europe/Berlin")


def test_what_is_no_bundle_is_refused_too(new: Family):
    put(new, "family: webapp\n", f"{new.name}/x.json")

    assert "is no bundle" in new.hears("Recipe Refused")["problems"][0]


def test_a_family_cannot_be_built_upon_itself_by_way_of_another(new: Family):
    other = Family(new.at)
    upload(new, base=f"channel: {{family: {other.name}, name: production}}")
    new.hears("Recipe Accepted")

    upload(other, base=f"channel: {{family: {new.name}, name: production}}")

    assert "is a cycle" in other.hears("Recipe Refused")["problems"][0]


def test_an_upload_heard_late_does_not_replace_a_later_one(new: Family):
    new.at.tell("weather/events", detail_type="Object Created", bus="default", effect="hold", times=1)
    upload(new)
    eventually(lambda: len(new.at.tell("weather/show")["held"]) == 1)
    later(new)
    upload(new, WEEKLY)
    new.hears("Recipe Accepted")

    new.at.tell("weather/release")

    assert "a later upload was accepted" in new.hears("Recipe Refused")["problems"][0]
    assert schedule(new) == ("rate(7 days)", "UTC")


def later(family: Family) -> None:
    """Come back in another second than this: S3 tells no less of when something was uploaded."""
    s3, bucket = family.at.client("s3"), family.at.outputs["LogBucket"]  # whose objects tell nobody

    def now() -> Any:
        s3.put_object(Bucket=bucket, Key="clock", Body=b"")
        return s3.head_object(Bucket=bucket, Key="clock")["LastModified"]

    before = now()
    eventually(lambda: now() > before)


# ── the schedule ──


def test_a_schedule_that_fires_asks_for_a_build_and_it_is_admitted(new: Family):
    upload(new, TUESDAYS)
    new.hears("Recipe Accepted")
    new.at.tell("hosts/online", tag={"goldsmith:family": new.name}, online=False)

    assert new.at.tell("fire", region=HOME, name=new.name)["error"] is None

    admitted = new.hears("Build Admitted")
    assert admitted["requested"] == {"family": new.name, "by": "schedule"}
    eventually(lambda: new.runs() == {f"build-{new.name}-1": "RUNNING"})
    new.stop().leaves_nothing()


def test_a_schedule_whose_bus_does_not_take_it_is_kept_for_a_person(new: Family):
    upload(new, TUESDAYS)
    new.hears("Recipe Accepted")
    new.at.undelivered()
    with new.at.weather(service="events", operation="PutEvents", principal="Scheduled", effect="deny"):
        assert new.at.tell("fire", region=HOME, name=new.name)["error"] == "AccessDeniedException"

    assert {"family": new.name, "by": "schedule"} in eventually(new.at.undelivered)


# ── uploads that nobody took in ──


def test_what_accept_could_not_do_is_kept_for_a_person(new: Family):
    new.at.undelivered()
    with new.at.weather(service="s3", operation="PutObject", principal="AcceptRecipeRole", effect="deny"):
        made = upload(new)
        lost = eventually(lambda: new.at.undelivered_by("AcceptRecipe"))

    assert lost
    assert lost["requestPayload"]["detail"]["object"]["key"] == f"incoming/{new.name}/{made.sha}.json"
