"""Asks IAM's simulator about every call that the product makes, with the policies of the role that makes it."""

import json
from collections.abc import Iterator
from typing import Any

from aws_check.cases import Case
from aws_check.cases_table import CASES
from aws_check.derived import derived, entries, filled
from aws_check.finding import Asked, Finding, Told
from aws_check.policies import Role, roles


def check(asked: Asked, told: Told) -> Iterator[Finding]:
    iam = asked.client("iam")
    for role, cases in questions(asked):
        told(f"{role.path}, {role.name}")
        for case in cases:
            yield from _answered(role, case, asked, iam)


def questions(asked: Asked) -> Iterator[tuple[Role, list[Case]]]:
    """Every role with its cases; a role of the table that no template has is asked about with no policy at all."""
    found = {role.name: role for role in roles(asked)}
    for name in sorted({case.role for case in CASES} - found.keys()):
        found[name] = Role("aws_check/cases_table.py", 0, name)
    for role in found.values():
        own = [case for case in CASES if case.role == role.name]
        yield role, list(_once([*own, *derived(role, asked)]))


def _once(cases: list[Case]) -> Iterator[Case]:
    seen = set()
    for case in cases:
        if (key := (str(case), case.allowed)) not in seen:
            seen.add(key)
            yield case


def _answered(role: Role, case: Case, asked: Asked, iam: Any) -> Iterator[Finding]:
    if not role.documents:
        yield Finding(role.path, role.line, role.name, f"no template has this role: mend the case {case}")
        return
    answers = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[json.dumps(document) for document in role.documents],
        ActionNames=[case.action],
        ResourceArns=[filled(case.resource, asked)],
        ContextEntries=entries(case.context, asked),
    )
    for each in (each for page in answers for each in page["EvaluationResults"]):
        if (each["EvalDecision"] == "allowed") != case.allowed:
            yield Finding(role.path, role.line, role.name, filled(_said(case, each), asked))


def _said(case: Case, answer: dict[str, Any]) -> str:
    wanted = "must be allowed" if case.allowed else "must be denied"
    missing = answer.get("MissingContextValues", [])
    lacks = f" (a condition reads {', '.join(missing)}, which AWS does not send)" if missing and case.allowed else ""
    return f"{case} is {answer['EvalDecision']}, and {wanted}{lacks}"
