import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.model import ImageRef
from goldsmith.policy.complete import may_move_on
from goldsmith.values.outcome import BuildOutcome, CompleteFacts, Failure, Made
from goldsmith.vocabulary import Reason

BOTH = ("arm64", "x86_64")


def made(architecture: str) -> BuildOutcome:
    image = ImageRef(image_id=f"ami-{architecture}", account="111111111111", region="eu-west-1")
    return BuildOutcome(
        architecture=architecture, made=Made(image=image, name="webapp", architecture=architecture, snapshots=())
    )


def failed(architecture: str) -> BuildOutcome:
    return BuildOutcome(architecture=architecture, failure=Failure(error="NeedsAPerson", cause="no room"))


def facts(*outcomes: BuildOutcome, expected: tuple[str, ...] = BOTH) -> CompleteFacts:
    return CompleteFacts(family="webapp", version="2026.05.01", expected=expected, outcomes=outcomes)


def test_with_every_architecture_made_it_may():
    assert may_move_on(facts(made("arm64"), made("x86_64"))).allowed


ONE_THING_WRONG = {
    Reason.UNSEEN: [facts(expected=()), facts(made("arm64"), expected=())],
    Reason.NOT_BUILT: [
        facts(made("arm64"), failed("x86_64")),
        facts(made("arm64")),
        facts(),
        facts(made("arm64"), BuildOutcome(architecture="x86_64")),
        facts(made("arm64"), made("x86_64").model_copy(update={"failure": Failure(error="x")})),
    ],
}
CASES = [(reason, case) for reason, cases in ONE_THING_WRONG.items() for case in cases]


@pytest.mark.parametrize(("reason", "case"), CASES, ids=str)
def test_one_objection_is_enough(reason, case):
    assert may_move_on(case).reasons == (reason,)


@given(st.lists(st.sampled_from(BOTH)), st.sampled_from(BOTH))
def test_one_that_is_missing_always_sinks_it(those_made, missing):
    assert not may_move_on(facts(*(made(each) for each in those_made if each != missing))).allowed


def test_the_cause_of_a_functions_error_is_unwrapped():
    caught = {"Error": "NeedsAPerson", "Cause": '{"errorMessage": "no room", "errorType": "NeedsAPerson"}'}
    assert Failure.model_validate(caught) == Failure(error="NeedsAPerson", cause="no room")


def test_a_time_out_says_what_was_waited_for():
    assert (
        "online within 15 minutes" in Failure.model_validate({"Error": "States.Timeout", "State": "Await host"}).cause
    )


@pytest.mark.parametrize("cause", ["plain words", "[1]", "{}", "{not json"])
def test_any_other_cause_stays_as_it_is(cause):
    assert Failure.model_validate({"Error": "Ec2.Ec2Exception", "Cause": cause}).cause == cause
