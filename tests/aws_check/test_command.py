"""What a person sees of `python -m aws_check`, and its exit code."""

import io
import json
import signal
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError
from rich.console import Console

from aws_check import __main__ as command
from aws_check.derived import as_list
from aws_check.finding import Finding, Level
from aws_check.rights import POLICY
from aws_check.transformed import Untransformed
from checks.calls import calls
from tests.aws_check.aws import Aws, identity, refuses
from tests.embedded import ROOT


@pytest.fixture
def screen():
    return Console(file=io.StringIO(), width=200)


def said(screen: Any) -> str:
    return str(screen.file.getvalue())


def test_without_credentials_it_says_in_one_line_what_it_needs(screen):
    def nobody(_):
        raise NoCredentialsError

    assert command.main([], session=Aws(sts__GetCallerIdentity=nobody), console=screen) == 2
    assert len(said(screen).splitlines()) == 1
    assert "AWS_PROFILE" in said(screen)


def test_with_credentials_that_are_refused_it_says_so(screen):
    refused = Aws(sts__GetCallerIdentity=refuses("ExpiredToken", "The security token is expired"))

    assert command.main([], session=refused, console=screen) == 2
    assert "The security token is expired" in said(screen)


def test_what_is_denied_could_not_be_asked(screen):
    aws = Aws(
        sts__GetCallerIdentity=identity,
        accessanalyzer__ValidatePolicy=refuses("AccessDeniedException", "not authorized"),
    )

    assert command.main(["--only", "policies"], session=aws, console=screen) == 2
    assert "not asked" in said(screen)
    assert "0 problems, 1 not asked" in said(screen)


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ([], 0),
        ([Level.NOTE], 0),
        ([Level.UNASKED], 2),
        ([Level.PROBLEM, Level.UNASKED, Level.NOTE], 1),
    ],
)
def test_the_exit_code(monkeypatch, screen, levels, code):
    found = [Finding("template.yaml", 7, "Reap", "says AWS", level) for level in levels]
    monkeypatch.setattr(command, "CHECKS", {"machines": lambda *_: iter(found)})

    assert command.main([], session=Aws(sts__GetCallerIdentity=identity), console=screen) == code
    assert said(screen).count("template.yaml:7") == len(levels)


def test_each_finding_is_one_line_however_narrow_the_screen_is(monkeypatch):
    narrow, long = Console(file=io.StringIO(), width=60), "says AWS, of [bold] and more " * 20
    found = [Finding("template.yaml", line, "Reap", long.strip()) for line in (1, 2)]
    monkeypatch.setattr(command, "CHECKS", {"machines": lambda *_: iter(found)})

    command.main([], session=Aws(sts__GetCallerIdentity=identity), console=narrow)

    assert sum(line.rstrip().endswith(long.strip()) for line in said(narrow).splitlines()) == len(found)


def test_what_was_found_before_aws_refused_is_shown(monkeypatch, screen):
    def check(*_):
        yield Finding("template.yaml", 7, "Reap", "says AWS")
        raise NoCredentialsError

    monkeypatch.setattr(command, "CHECKS", {"machines": check})

    assert command.main([], session=Aws(sts__GetCallerIdentity=identity), console=screen) == 1
    assert "1 problem, 1 not asked" in said(screen)


def test_a_template_that_sam_refuses_is_a_problem(monkeypatch, screen):
    def check(*_):
        yield from ()
        raise Untransformed("stacks/build.yaml: Resource with id [PlanBuild] is invalid.")

    monkeypatch.setattr(command, "CHECKS", {"policies": check})

    assert command.main([], session=Aws(sts__GetCallerIdentity=identity), console=screen) == 1
    assert "stacks/build.yaml: Resource with id" in said(screen)


def test_an_interruption_is_told_in_one_line(monkeypatch, screen):
    def check(*_):
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "CHECKS", {"changes": check})

    assert command.main([], session=Aws(sts__GetCallerIdentity=identity), console=screen) == 128 + signal.SIGINT
    assert len(said(screen).splitlines()) == 1


def test_sigterm_ends_it_like_an_interruption():
    """Only an exception runs what deletes the stack."""
    with pytest.raises(SystemExit) as ended:
        command._ended(signal.SIGTERM, None)

    assert ended.value.code == 128 + signal.SIGTERM


def test_only_what_is_asked_for_is_asked(monkeypatch, screen):
    ran: list[str] = []

    def check(name: str) -> Any:
        def look(*_):
            ran.append(name)
            return iter(())

        return look

    checks = {name: check(name) for name in command.CHECKS}
    monkeypatch.setattr(command, "CHECKS", checks)

    command.main(["--only", "simulate"], session=Aws(sts__GetCallerIdentity=identity), console=screen)
    assert ran == ["simulate"]

    command.main([], session=Aws(sts__GetCallerIdentity=identity), console=screen)
    assert ran[1:] == list(checks)


def test_the_printed_policy_grants_every_call_that_is_made_and_no_other(screen):
    assert command.main(["--policy"], console=screen) == 0
    printed = json.loads(said(screen))

    prefixes = {"accessanalyzer": "access-analyzer", "stepfunctions": "states"}
    made = [each.what.split(".") for each in calls(ROOT).checked if each.path.startswith("aws_check/")]
    asked = {f"{prefixes.get(service, service)}:{operation}" for service, operation in made}
    asked -= {"sts:GetCallerIdentity"}  # which needs no right

    assert {action for each in printed["Statement"] for action in as_list(each["Action"])} == asked
    assert printed == POLICY


def test_the_documents_hold_the_printed_policy():
    assert json.dumps(POLICY, indent=2) in (ROOT / "docs/aws-check.md").read_text()
