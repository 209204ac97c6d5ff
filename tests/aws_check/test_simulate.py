"""The calls of the product are asked about with the context that AWS sends; an answer that differs is a problem."""

import json

import pytest

from aws_check import derived, simulate
from aws_check.cases import Case, Context
from aws_check.cases_table import CASES
from aws_check.policies import Role, roles
from tests.aws_check import simulator
from tests.aws_check.aws import Aws
from tests.embedded import ROOT


@pytest.fixture(scope="module")
def asked():
    return Aws().asked()


@pytest.fixture
def of(monkeypatch):
    """Asks about these roles alone, and answers as the function does."""

    def look(names, answer, known=roles):
        monkeypatch.setattr(simulate, "roles", lambda asked: [each for each in known(asked) if each.name in names])
        monkeypatch.setattr(simulate, "CASES", [each for each in CASES if each.role in names])
        aws = Aws(iam__SimulateCustomPolicy=answer)
        return list(simulate.check(aws.asked(), lambda _: None))

    return look


def test_every_call_of_the_table_is_answered_as_it_must_be():
    aws = Aws(iam__SimulateCustomPolicy=simulator.answer)

    found = list(simulate.check(aws.asked(), lambda _: None))

    assert found == []
    assert len(aws.calls) > len(CASES)


def test_every_granted_action_is_asked_about(asked):
    """What changes something is in the table; all else follows from its statement."""
    for role, cases in simulate.questions(asked):
        granted = {
            action
            for document in role.documents
            for statement in document["Statement"]
            for action in derived.as_list(statement["Action"])
        }
        assert granted <= {case.action for case in cases if case.allowed}, role.name


def test_what_changes_something_is_never_derived_from_the_statement_that_allows_it(asked):
    """A new permission needs a line in the table, with the context that AWS sends."""
    statement = {"Effect": "Allow", "Action": ["ec2:RebootInstances", "ec2:DescribeImages"], "Resource": "*"}

    found = list(derived.derived(Role("template.yaml", 1, "ReapRole", [{"Statement": [statement]}]), asked))

    assert [each.action for each in found] == ["ec2:DescribeImages"]


def test_every_role_of_the_table_is_in_a_template(asked):
    assert {case.role for case in CASES} <= {role.name for role in roles(asked)}


def test_a_call_that_is_denied_is_a_problem_with_its_place_and_what_the_condition_lacks(of):
    def denies(asks):
        answer = simulator.answer(asks)
        for each in answer["EvaluationResults"]:
            if each["EvalActionName"] == "ec2:TerminateInstances" and each["EvalDecision"] == "allowed":
                each |= {"EvalDecision": "implicitDeny", "MissingContextValues": ["ec2:Attribute"]}
        return answer

    found = of({"ReapRole", "TerminateHostRole"}, denies)

    assert {each.name for each in found} == {"ReapRole", "TerminateHostRole"}
    reap = next(each for each in found if each.name == "ReapRole")
    assert reap.path == "template.yaml"
    assert (ROOT / reap.path).read_text().splitlines()[reap.line - 1].strip() == "Reap:"
    assert reap.said.startswith(
        "ec2:TerminateInstances on arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0 "
    )
    assert (
        "is implicitDeny, and must be allowed (a condition reads ec2:Attribute, which AWS does not send)" in reap.said
    )


def test_a_call_that_must_not_pass_and_does_is_a_problem(of):
    def allows(asks):
        answer = simulator.answer(asks)
        for each in answer["EvaluationResults"]:
            each["EvalDecision"] = "allowed"
        return answer

    found = of({"Retirer"}, allows)

    assert len(found) == len({str(case) for case in CASES if case.role == "Retirer" and not case.allowed})
    assert all("must be denied" in each.said for each in found)


def test_answers_on_several_pages_are_all_read(of):
    def paged(asks):
        answer = simulator.answer({key: value for key, value in asks.items() if key != "Marker"})
        if "Marker" not in asks:
            return {"EvaluationResults": [], "IsTruncated": True, "Marker": "more"}
        return answer | {
            "EvaluationResults": [each | {"EvalDecision": "explicitDeny"} for each in answer["EvaluationResults"]]
        }

    found = of({"SendCommandRole"}, paged)

    assert len(found) >= sum(case.allowed for case in CASES if case.role == "SendCommandRole")


def test_a_role_that_no_template_has_is_told(monkeypatch):
    monkeypatch.setattr(simulate, "CASES", [Case("Reaper", "ec2:TerminateInstances", "*")])
    monkeypatch.setattr(simulate, "roles", lambda _: [])

    (found,) = simulate.check(Aws().asked(), lambda _: None)

    assert (found.name, found.said) == (
        "Reaper",
        "no template has this role: mend the case ec2:TerminateInstances on *",
    )


@pytest.mark.parametrize(
    ("role", "condition"),
    [
        ("FinishCopyRole", {"ec2:Attribute": "LaunchPermission"}),
        ("Restorer", {"ec2:Attribute": "LaunchPermission"}),
        ("FinishImageRole", {"ec2:Attribute": "ImdsSupport"}),
    ],
)
def test_a_condition_on_a_key_that_ec2_does_not_send_is_found(of, role, condition):
    """Rows 2 and 3 of issue 14, put back."""
    statement = {"Effect": "Allow", "Action": "ec2:ModifyImageAttribute", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement | {"Condition": {"StringEquals": condition}}]}

    found = of({role}, simulator.answer, known=lambda _: [Role("template.yaml", 1, role, [document])])

    assert [each for each in found if "ec2:ModifyImageAttribute" in each.said and "must be allowed" in each.said]


def test_the_context_is_written_as_the_simulator_takes_it(asked):
    context: Context = {
        "kms:GrantIsForAWSResource": True,
        "aws:TagKeys": ("a", "b"),
        "kms:ViaService": "ec2.{region}.amazonaws.com",
    }

    assert json.dumps(derived.entries(context, asked)) == json.dumps(
        [
            {"ContextKeyName": "kms:GrantIsForAWSResource", "ContextKeyValues": ["true"], "ContextKeyType": "boolean"},
            {"ContextKeyName": "aws:TagKeys", "ContextKeyValues": ["a", "b"], "ContextKeyType": "stringList"},
            {
                "ContextKeyName": "kms:ViaService",
                "ContextKeyValues": ["ec2.eu-west-1.amazonaws.com"],
                "ContextKeyType": "string",
            },
        ]
    )


def test_an_operator_without_an_example_is_not_passed_over():
    with pytest.raises(LookupError, match="DateLessThan"):
        list(derived.satisfying({"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}))
