"""Every policy is asked about as what it is; errors and security warnings are problems."""

from typing import Any

import pytest

from aws_check import policies
from aws_check.finding import Finding, Level
from aws_check.policies import IDENTITY, RESOURCE, TRUST
from tests.aws_check.aws import Answer, Aws
from tests.embedded import ROOT

SPAN = {"start": {"line": 1, "column": 1, "offset": 1}, "end": {"line": 1, "column": 2, "offset": 2}}


def finding(kind: str, code: str = "INVALID_ACTION") -> dict[str, Any]:
    path = [{"value": "Statement"}, {"index": 1}, {"value": "Action"}]
    return {
        "findingType": kind,
        "issueCode": code,
        "findingDetails": "says why",
        "learnMoreLink": "https://docs.aws.amazon.com/",
        "locations": [{"path": path, "span": SPAN}],
    }


def look(answer: Answer) -> tuple[list[Finding], Aws]:
    aws = Aws(accessanalyzer__ValidatePolicy=answer)
    return list(policies.check(aws.asked(), lambda _: None)), aws


@pytest.fixture(scope="module")
def known():
    return policies.policies(Aws().asked())


def test_no_policy_of_the_templates_is_left_out(known):
    found = {(each.name, each.policy_type, each.kind) for each in known}

    assert ("Retirer retire", IDENTITY, "") in found
    assert ("ApplyRetireRole ApplyRetireRolePolicy0", IDENTITY, "") in found  # SAM writes it
    assert ("ApplyRetireRole trust", RESOURCE, TRUST) in found
    assert ("EvidenceOnlyByTls policy", RESOURCE, "AWS::S3::Bucket") in found
    assert ("UndeliveredByRules policy", RESOURCE, "") in found
    assert ("Key policy", RESOURCE, "") in found
    assert ("MembersMaySend policy", RESOURCE, "") in found
    assert all(each.line and "Fn::" not in each.text for each in known)


def test_statements_for_consumers_are_asked_about_too(known):
    (key,) = (each for each in known if each.name == "Key policy")

    assert "o-exampleorgid" in key.text


def test_one_document_is_asked_about_once():
    found, aws = look(lambda _: {"findings": []})

    assert found == []
    asked = [(asks["policyDocument"], asks["policyType"]) for _, asks in aws.calls]
    assert len(asked) == len(set(asked))


def test_an_error_names_the_policy_its_file_and_its_line():
    def answer(asks):
        return {"findings": [finding("ERROR")] if "ec2:DeregisterImage" in asks["policyDocument"] else []}

    (found,), _ = look(answer)

    assert (found.path, found.name, found.level) == (
        "member-account.yaml",
        "Retirer retire Statement[1].Action",
        Level.PROBLEM,
    )
    assert found.said == "ERROR INVALID_ACTION: says why"
    assert (ROOT / found.path).read_text().splitlines()[found.line - 1].strip() == "Retirer:"


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("ERROR", Level.PROBLEM),
        ("SECURITY_WARNING", Level.PROBLEM),
        ("WARNING", Level.NOTE),
        ("SUGGESTION", Level.NOTE),
    ],
)
def test_what_is_a_problem(kind, level):
    found, _ = look(
        lambda asks: {"findings": [finding(kind)] if asks.get("validatePolicyResourceType") == TRUST else []}
    )

    assert {each.level for each in found} == {level}
    assert {each.name.split()[1] for each in found} == {"trust"}


def test_findings_on_further_pages_are_read():
    def answer(asks):
        if "nextToken" in asks:
            return {"findings": [finding("ERROR", "SECOND_PAGE")]}
        return {"findings": [], "nextToken": "more"}

    found, _ = look(answer)

    assert {each.said for each in found} == {"ERROR SECOND_PAGE: says why"}
