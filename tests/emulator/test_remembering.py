"""What is worked out once is what would be worked out each time, and nobody's changes get into it."""

import subprocess

import pytest

from tests.deployment import TEMPLATES
from tests.embedded import PYTHON, ROOT

TEMPLATE = """
from ministack.services.cloudformation import engine, handlers
from emulator.gateway.remembering import remember
texts = [open(path).read() for path in {paths}]
before = [engine._parse_template(text) for text in texts]
remember()
for text, expected in zip(texts, before, strict=True):
    once = handlers._parse_template(text)
    assert once == expected
    once.clear()
    assert handlers._parse_template(text) == expected
"""
TRANSFORM = """
import os
from ministack.services.cloudformation import engine
from emulator.gateway.remembering import remember
function = {"Type": "AWS::Serverless::Function", "Properties": {
    "Handler": "app.handler", "Runtime": "python3.13", "InlineCode": "1"}}
template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"F": function}}
expected = engine._apply_transforms(template)
remember()
once = engine._apply_transforms(template)
assert once == expected and "FRole" in once["Resources"]
once.clear()
assert engine._apply_transforms(template) == expected
function["Properties"]["Role"] = "arn:aws:iam::123456789012:role/r"
assert "FRole" not in engine._apply_transforms(template)["Resources"]
"""
POLICY = """
from ministack.core import iam_evaluator
from emulator.gateway.remembering import remember
text = '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
expected = iam_evaluator.parse_policy_document(text)
remember()
once = iam_evaluator.parse_policy_document(text)
assert once == expected
once.clear()
assert iam_evaluator.parse_policy_document(text) == expected
assert iam_evaluator.parse_policy_document(text.replace("s3", "ec2")) != expected
"""
PROGRAM = """
from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import MaxAttemptsDecl
from emulator.states.program import _components, program
retry = '"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]'
state = '{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true, ' + retry + '}'
text = '{"StartAt": "A", "States": {"A": ' + state + '}}'
parsed = program(text)
assert program(text) is parsed
counters = [each for each in _components(parsed) if isinstance(each, MaxAttemptsDecl)]
assert len(counters) == 1 and counters[0]._EvalComponent__heap_key
"""


@pytest.mark.parametrize(
    "script",
    [TEMPLATE.replace("{paths}", repr(TEMPLATES)), TRANSFORM, POLICY, PROGRAM],
    ids=["templates", "transforms", "policies", "programs"],
)
def test_remembering_changes_no_answer(script: str):
    subprocess.run([PYTHON, "-c", script], cwd=ROOT, check=True, timeout=60)
