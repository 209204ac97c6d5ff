import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from goldsmith.errors import CannotTell, NeedsAPerson, TryAgain
from goldsmith.model import ImageRef
from goldsmith.step import step

GIVEN = {"imageId": "ami-1", "account": "111111111111", "region": "eu-west-1"}


class Context:
    function_name = "a-function"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:a-function"
    aws_request_id = "1"


def failing_with(error: Exception):
    @step
    def handler(_image: ImageRef) -> ImageRef:
        raise error

    return handler


def aws_said(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "so it is"}}, "DescribeImages")


def test_a_value_goes_in_and_out_in_the_spelling_of_the_workflow():
    @step
    def handler(image: ImageRef) -> ImageRef:
        return image.model_copy(update={"region": "us-east-1"})

    assert handler(GIVEN, Context()) == GIVEN | {"region": "us-east-1"}


@pytest.mark.parametrize("given", [{}, GIVEN | {"extra": 1}, GIVEN | {"imageId": None}], ids=["empty", "extra", "null"])
def test_a_message_of_the_wrong_shape_is_for_a_person(given):
    with pytest.raises(NeedsAPerson, match="wrong shape"):
        failing_with(AssertionError("never reached"))(given, Context())


SORTED = [
    (aws_said("RequestLimitExceeded"), TryAgain, "busy"),
    (aws_said("ProvisionedThroughputExceededException"), TryAgain, "busy"),
    (ConnectTimeoutError(endpoint_url="https://ec2"), TryAgain, "out of reach"),
    (aws_said("UnauthorizedOperation"), NeedsAPerson, "permission is missing"),
    (aws_said("InvalidParameterValue"), NeedsAPerson, "refused"),
    (CannotTell("no answer"), CannotTell, "no answer"),
]


@pytest.mark.parametrize(("error", "becomes", "message"), SORTED, ids=[str(e)[:60] for e, _, _ in SORTED])
def test_what_aws_says_becomes_what_the_workflow_does(error, becomes, message):
    with pytest.raises(becomes, match=message):
        failing_with(error)(GIVEN, Context())


def test_a_bug_stays_what_it_is():
    with pytest.raises(ZeroDivisionError):
        failing_with(ZeroDivisionError())(GIVEN, Context())


def test_no_task_token_is_logged(capsys):
    from functions.decide.app import handler  # noqa: PLC0415 - any handler

    with pytest.raises(NeedsAPerson):
        handler({"token": "very secret", "verb": "adopt", "image": 3}, Context())

    assert "very secret" not in capsys.readouterr().out
