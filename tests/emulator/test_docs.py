import json
import re

import pytest

from tests.embedded import ROOT, Account, Embedded

DOC = (ROOT / "docs/local.md").read_text()


def test_every_command_is_in_the_docs_and_the_docs_know_no_other(embedded: Embedded):
    table = DOC.partition("## All commands")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `([\w/-]+)` \|", table, re.MULTILINE) == sorted(embedded.tell("commands"))


def test_every_command_says_what_it_does(embedded: Embedded):
    assert [name for name, said in embedded.tell("commands").items() if not said] == []


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL))
def test_the_world_in_the_docs_loads(embedded: Embedded, account: Account, example: str):
    made = embedded.tell("world", yaml=example, account=account.id)["accounts"]["main"]

    assert len(made["auto_scaling_groups"]["web"]) == 2
    assert embedded.tell("weather/clear", account=account.id)["calls"][0]["effect"] == "deny"


@pytest.mark.parametrize(("command", "body"), re.findall(r"_goldsmith/([\w/-]+) -d '(.*?)'", DOC, re.DOTALL))
def test_every_command_in_the_docs_can_be_given(embedded: Embedded, account: Account, command: str, body: str):
    fields = json.loads(body)
    if "account" in fields:
        fields["account"] = account.id

    assert embedded.tell(command, **fields) is not None

    embedded.tell("weather/clear", account=account.id)
