"""SAM's transform makes of our templates what CloudFormation is given, and says why it refuses one."""

import pytest

from aws_check.transformed import Untransformed, transformed
from tests.checks.undoing import copy, undone
from tests.embedded import ROOT


def test_functions_get_roles_and_state_machines_keep_their_file():
    found = transformed(ROOT)

    assert found["stacks/retire.yaml"]["Resources"]["ApplyRetireRole"]["Type"] == "AWS::IAM::Role"
    machine = found["stacks/build.yaml"]["Resources"]["Build"]["Properties"]
    assert machine["DefinitionS3Location"]["Key"] == "workflows/build.asl.yaml"
    assert found["template.yaml"]["Resources"]["BuildStack"]["Properties"]["TemplateURL"].endswith("/stacks/build.yaml")


def test_a_template_without_sam_is_left_as_it_is():
    assert "RecycledImages" in transformed(ROOT)["region.yaml"]["Resources"]


def test_a_template_that_sam_refuses_is_named_with_the_reason(tmp_path):
    root = copy(tmp_path)
    undone(root, "stacks/notify.yaml", "Type: EventBridgeRule", "Type: EventBridgeRules")

    with pytest.raises(Untransformed, match=r"stacks/notify.yaml: .*Notify"):
        transformed(root)
