"""Commands: what is wrong with a request is said in a 400, and nothing that is wrong is a 500."""

import pytest

from tests.embedded import Account, Embedded


def test_no_command_breaks_on_a_request_without_what_it_needs(embedded: Embedded, account: Account):
    answers = {}
    for command in embedded.tell("commands"):
        try:
            answers[command] = embedded.tell(command) if command != "weather/clear" else account.tell(command)
        except ValueError as refused:
            answers[command] = str(refused)

    assert "`account`" in answers["fire"]
    assert "account" in answers["images/add"]
    assert "account" in answers["age"]


@pytest.mark.parametrize("command", ["images/add", "fire", "schedules"])
def test_a_missing_field_is_named(account: Account, command: str):
    with pytest.raises(ValueError, match="say `region`"):
        account.tell(command, name="golden")


def test_what_is_no_command_is_answered_with_those_there_are(embedded: Embedded):
    with pytest.raises(ValueError, match=r"no command 'rain'; there are: age, .*world"):
        embedded.tell("rain")
