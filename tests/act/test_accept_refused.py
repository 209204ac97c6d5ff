"""What becomes of uploads that are wrong: nothing changes, and the owner is told all of it."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from goldsmith.act.recipe.check import MOST_BYTES, MOST_PROBLEMS
from goldsmith.recipe.bundle import CLOSING, Bundle
from goldsmith.vocabulary import EventType
from tests.act.desk import OWNER, TUESDAYS, Desk, bundle
from tests.recipe_text import HOST_TESTS, bundle_of, recipe_text


@pytest.fixture
def desk() -> Desk:
    return Desk()


GOOD = bundle()
JSON = GOOD.model_dump(mode="json", by_alias=True)
REFUSED: dict[str, tuple[bytes | Bundle, str, list[str]]] = {
    "no JSON": (b"family: webapp", "incoming/webapp/x.json", ["is no bundle"]),
    "no bundle": (b'{"path": "x"}', "incoming/webapp/x.json", ["text: Field", "commit: Field", "steps: Field"]),
    "not UTF-8": (b"\xff\xfe{}", "incoming/webapp/x.json", ["is no bundle"]),
    "a list": (b"[1]", "incoming/webapp/x.json", ["is no bundle"]),
    "nested too deep": (b"[" * 100_000, "incoming/webapp/x.json", ["is no bundle"]),
    "a broken recipe": (
        bundle_of("webapp", recipe_text("webapp").replace("production", "prod").replace("[m6i.large]", "[m7g.large]")),
        "",
        ["recipes/webapp.yaml:3: environment: ", "recipes/webapp.yaml:7: builder.instance_types.x86_64.0: "],
    ),
    "a waiver that has expired": (
        bundle("gate: {waivers: [{cve: CVE-2026-1234, package: x, reason: y, owner: z, expires: 2026-11-19}]}"),
        "",
        ["recipes/webapp.yaml:11: gate.waivers.0.expires: "],
    ),
    "another family": (bundle(), f"incoming/payroll/{GOOD.sha}.json", ["family: is webapp, uploaded as payroll"]),
    "another sha": (bundle(), "incoming/webapp/0123456789abcdef.json", ["uploaded as 0123456789ab"]),
    "no key of ours": (bundle(), "incoming/webapp.json", ["uploaded as incoming/webapp.json", "sha: is "]),
    "without hygiene": (
        bundle_of("webapp", recipe_text("webapp"), steps=("update", *CLOSING[:-1])),
        "",
        ["components: the bundle has update, inventory, sbom, cleanup, not update, inventory, sbom, cleanup, hygiene"],
    ),
    "a step more": (
        bundle_of("webapp", recipe_text("webapp"), steps=("update", "backdoor", *CLOSING)), "", ["components: "],
    ),
    "the steps after cleaning": (
        bundle_of("webapp", recipe_text("webapp"), steps=(*CLOSING, "update")), "", ["components: "],
    ),
    "without tests": (
        bundle_of("webapp", recipe_text("webapp"), tests=()),
        "",
        ["tests: the bundle has none, not boot, hygiene, secrets, hardening, numbers, identity, inventory; apply it"],
    ),
    "a test less than it names": (bundle("tests: {service: {ports: [tcp/80]}}"), "", ["tests: the bundle has boot, h"]),
    "a test more than it names": (
        bundle_of("webapp", recipe_text("webapp"), tests=("boot", "service", *HOST_TESTS[1:])), "", ["tests: "],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_one_changes_nothing_and_all_is_told(desk, case):
    body, key, problems = REFUSED[case]
    before = bundle(TUESDAYS)
    desk.take(before)

    told = desk.take(body, key)

    assert len(told.problems) == len(problems)
    assert all(part in line for part, line in zip(problems, told.problems, strict=True)), told.problems
    assert all("\n" not in line for line in told.problems)
    assert desk.said[-1] == (EventType.RECIPE_REFUSED, told)
    assert told.owner == (OWNER if isinstance(body, Bundle) else {})
    assert (desk.accepted(), list(desk.schedules())) == (before, ["webapp"])
    assert {each for each in desk.objects() if each.startswith("accepted/")} == {"accepted/webapp.json"}


def test_a_recipe_with_everything_wrong_tells_the_owner_and_not_everything(desk):
    text = recipe_text("webapp", *(f"key-{n}: {'x' * 600}" for n in range(MOST_PROBLEMS + 5)))

    told = desk.take(bundle_of("webapp", text))

    assert told.owner == OWNER
    assert len(told.problems) == MOST_PROBLEMS + 1
    assert told.problems[-1] == "and 5 more"


OWNERS = [
    ("owner: {team: web, email: 7, slack: null}", {"team": "web"}),
    ("owner: web", {}),
    ("owner: &a [*a]", {}),
    ("- owner", {}),
    ("owner: {team: web", {}),
    ("owner: {team: web}\nschedule: {expression: cron(0 4 ? * TUE *)}\n", {"team": "web"}),
    ("owner: {team: web}\n\tx: y\n", {"team": "web"}),
    ("owner: !!python/object:os.system {}", {}),
    ("[" * 5_000, {}),
]


@pytest.mark.parametrize(("text", "owner"), OWNERS)
def test_the_owner_is_told_as_far_as_it_can_be_read(desk, text, owner):
    told = desk.take(json.dumps(JSON | {"text": text}).encode(), "incoming/webapp/x.json")

    assert told.problems
    assert told.owner == owner


def test_what_is_no_bundle_may_still_name_its_owner(desk):
    told = desk.take(json.dumps({"text": GOOD.text}).encode(), "incoming/webapp/x.json")

    assert told.owner == OWNER
    assert told.problems


def test_what_is_too_large_is_not_even_read(desk):
    uploaded = desk.upload(b"{}", "incoming/webapp/x.json") | {"size": MOST_BYTES + 1}

    assert "is larger than 5,000,000 bytes" in desk.hear(uploaded).problems[0]
    assert desk.key == ""


def test_a_schedule_that_aws_refuses_is_told(desk):
    desk.take(bundle())
    desk.scheduler.meta.events.register("before-call.scheduler.UpdateSchedule", refuses)

    told = desk.take(bundle(TUESDAYS))

    assert "schedule: EventBridge Scheduler refuses it: " in told.problems[0]
    assert desk.accepted() == GOOD
    assert desk.schedules() == {}


def refuses(**_: Any) -> Any:
    error = {"Error": {"Code": "ValidationException", "Message": "Invalid Schedule Expression"}}
    return AWSResponse("", 400, HTTPHeaders(), None), error | {"ResponseMetadata": {}}
