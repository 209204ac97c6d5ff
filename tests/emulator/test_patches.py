"""Nothing that changes an emulator is forgotten, and patches that wrap each other do so in the order that they need."""

import ast
import json
import os
import subprocess

from emulator import patches
from tests.embedded import PYTHON, ROOT

EMULATOR = ROOT / "emulator"
REGISTERS = {"patch", "command", "resources_of"}
REPLACED = """
import json
from emulator import patches
from emulator.gateway import patching
replaced, applied, replace, everywhere = {}, [], patching.replace, patching.replace_everywhere
def note(where):
    replaced.setdefault(where, []).append(applied[-1])
def noting(owner, name, make):
    note(f"{getattr(owner, '__module__', '')} {owner.__name__}.{name}".strip())
    replace(owner, name, make)
def noting_everywhere(package, name, make):
    note(f"{package} {name}")
    everywhere(package, name, make)
patching.replace, patching.replace_everywhere = noting, noting_everywhere
for each in patches.in_order():
    applied.append(each.name)
    each.apply()
print(json.dumps(replaced))
"""
# What is replaced more than once: the last patch is the first that a call meets, and the first is the nearest to the
# emulator.
WRAPPED = {
    # an answer has its id and its protocol before a fault takes it away
    "ministack.app._dispatch_service_request": ["request_ids", "errors_in_protocol", "api_weather"],
    # a service that is not there has no actions, whatever botocore's models say of it
    "ministack.core.iam_actions.extract_iam_action": ["iam_unknown_actions", "absent_services"],
    # what the journal notes has its variables filled in
    "ministack.core.iam_evaluator._first_match": ["journal_conditions", "iam_policy_variables"],
    "ministack.core.iam_evaluator._resolve_condition_key": ["iam_principal_arn", "kms_caller_account"],
    # who is not trusted gets no session, and so no user id
    "ministack.core.lambda_runtime.execution_credentials": ["iam_trust", "iam_user_ids"],
    # a fault strikes an event once, S3's events too
    "ministack.services.eventbridge._dispatch_event": ["event_weather", "s3_events"],
    "ministack.services.kms.handle_request": ["kms_other_accounts", "kms_retirable_grants"],
    "ministack.services.ssm._public_parameter": ["public_parameters", "service_directory"],
    # the role is looked at before the definition, and the definition before the name
    "ministack.services.stepfunctions._create_state_machine": ["start_execution", "definition_checked", "iam_trust"],
    "ministack.services.stepfunctions._update_state_machine": ["definition_checked", "iam_trust"],
    "moto.autoscaling.models FakeAutoScalingGroup.replace_autoscaling_group_instances": [
        "autoscaling_launch_failures",
        "autoscaling_launch_keys",
    ],
    # subnet, type, groups, state, profile, image: what is refused by one starts nothing of those after it
    "moto.ec2.models.instances InstanceBackend.run_instances": [
        "ami_launch",
        "instance_profiles",
        "instance_states",
        "launch_groups",
        "launch_types",
        "launch_networks",
    ],
    # CloudTrail tells of what the client token and the key refuse
    "moto.ec2.responses.instances InstanceResponse.run_instances": [
        "launch_keys",
        "launch_tokens",
        "cloudtrail_refused_launches",
    ],
}


def registers(text: str) -> bool:
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    decorators = [each.func for node in functions for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(name, ast.Name) and name.id in REGISTERS for name in decorators)


def test_every_module_that_registers_something_is_loaded():
    registering = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for path in EMULATOR.rglob("*.py")
        if registers(path.read_text())
    }
    run = subprocess.run(
        [PYTHON, "-c", "import sys\nfrom emulator import patches\npatches.load()\nprint(*sys.modules)"],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert len(registering) > 50
    assert registering <= {*run.stdout.split()}


def test_every_package_has_its_place_in_the_order():
    assert {*patches.PACKAGES} == {path.parent.name for path in EMULATOR.glob("*/__init__.py")}


def test_patches_wrap_each_other_in_the_order_that_they_need():
    run = subprocess.run([PYTHON, "-c", REPLACED], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
    replaced: dict[str, list[str]] = json.loads(run.stdout.splitlines()[-1])

    assert len(replaced) > 50
    assert {where: names for where, names in replaced.items() if len(names) > 1} == WRAPPED
