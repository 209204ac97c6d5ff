"""What is known when a build is asked for; what may not be read is said, not guessed."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from goldsmith.run import STARTING, execution_arn
from goldsmith.values.admit import BuildFacts, Frozen
from tests.act.conftest import MACHINES
from tests.gather.account import BUNDLE, RUN, Cloud


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
        (("Build Failed", "Image Built", "Build Failed", "Recipe Refused"), 1),
        (("Build Failed", "Recipe Accepted", "Build Failed"), 1),
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
    cloud.ledger.dynamodb.meta.events.register("before-call.dynamodb", cloud.refuse)

    with pytest.raises(ClientError, match=operation):
        cloud.gather()
