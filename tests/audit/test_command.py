"""The command as people run it, on the embedded AWS."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from goldsmith_cli.audit.policy import READ, policy
from tests.embedded import ROOT, Account, Embedded
from tests.permissions import assume, make_role

MAIN = "from goldsmith_cli.main import main; main()"
EXIT = {0: "none may go", 2: "cannot tell", 3: "some may go"}
WORLD = """
extends: empty
regions: [us-east-1, eu-west-1]
accounts:
  main:
    images:
      web-1: &old {name: web-1, created: 500 days ago, tags: {"goldsmith:family": web}, copies: [eu-west-1]}
      web-2: {<<: *old, name: web-2, created: 400 days ago}
      web-3: {<<: *old, name: web-3, created: 300 days ago}
      web-4: {<<: *old, name: web-4, created: 200 days ago, shared_with: [workload]}
      web-5: {<<: *old, name: web-5, created: 100 days ago}
    launch_templates:
      web: {versions: [{image: web-3}, {image: web-5}], default: 2}
  workload: {}
"""


@dataclass
class Outcome:
    code: int
    out: str
    report: Any

    def verdicts(self, region: str = "us-east-1") -> dict[str, str]:
        return {each["name"]: each["verdict"] for each in self.report["images"] if each["region"] == region}


@dataclass
class Stage:
    main: Account
    other: Account
    made: Any
    run: Callable[..., Outcome]


@pytest.fixture
def stage(embedded: Embedded, account: Account, tmp_path: Path) -> Stage:
    other = embedded.new_account()
    made = embedded.tell("world", yaml=WORLD, account=account.id, accounts={"workload": other.id})["accounts"]
    keys = {"AWS_ACCESS_KEY_ID": account.id, "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL": account.endpoint}

    def run(*options: str, **credentials: str) -> Outcome:
        file = tmp_path / "report.json"
        ran = subprocess.run(
            [sys.executable, "-c", MAIN, "audit", "--json", file, "--keep", "1", *options],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT}/layers/goldsmith", "COLUMNS": "200"} | keys | credentials,
        )  # fmt: skip
        assert file.exists(), ran.stdout + ran.stderr
        return Outcome(ran.returncode, ran.stdout, json.loads(file.read_text()))

    return Stage(account, other, made, run)


BOTH = ("--region", "us-east-1", "--region", "eu-west-1")


def member(stage: Stage) -> str:
    """A role as member-account.yaml makes it."""
    template = (ROOT / "member-account.yaml").read_text()
    cloudformation = stage.other.client("cloudformation")
    cloudformation.create_stack(
        StackName="goldsmith-member", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": "HomeAccount", "ParameterValue": stage.main.id}],
    )  # fmt: skip
    (stack,) = cloudformation.describe_stacks(StackName="goldsmith-member")["Stacks"]
    return str(stack["Outputs"][0]["OutputValue"])


def test_what_nobody_uses_may_go_and_the_rest_says_why(stage: Stage):
    audited = stage.run(*BOTH, "--role-arn", member(stage))

    assert audited.report["unseen"] == []
    assert audited.verdicts() == {
        "web-1": "may_go", "web-2": "may_go", "web-3": "keep", "web-4": "may_go", "web-5": "keep",
    }  # fmt: skip
    web_3 = next(each for each in audited.report["images"] if each["name"] == "web-3" and each["used_by"])
    (use,) = web_3["used_by"]
    assert (use["kind"], use["how"], web_3["reasons"]) == ("launch template", "version 1 of web", ["in_use"])
    assert web_3["snapshot_gib"] == 8
    assert audited.report["api_calls"]["ec2:DescribeImages"] == 4  # two accounts, two regions
    assert EXIT[audited.code] == "some may go"
    assert "may go" in audited.out


def test_an_account_that_was_not_looked_at_is_named(stage: Stage):
    audited = stage.run("--region", "us-east-1")

    (unseen,) = audited.report["unseen"]
    assert (unseen["account"], unseen["region"], unseen["source"]) == (stage.other.id, "us-east-1", "account")
    assert {name: verdict for name, verdict in audited.verdicts().items() if verdict == "cannot_tell"} == {
        "web-4": "cannot_tell"
    }
    assert EXIT[audited.code] == "cannot tell"


def test_a_user_in_another_account_keeps_an_image(stage: Stage):
    image = stage.made["main"]["images"]["web-4"]["us-east-1"]
    stage.other.client("ec2").run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)

    audited = stage.run("--region", "us-east-1", "--role-arn", member(stage))

    (found,) = [each for each in audited.report["images"] if each["image_id"] == image]
    assert (found["verdict"], found["used_by"][0]["kind"]) == ("keep", "instance")
    assert stage.other.id in found["used_by"][0]["arn"]


def test_one_denied_collector_in_one_region_is_named_with_its_permission(embedded: Embedded, stage: Stage):
    embedded.tell(
        "weather", account=stage.main.id, region="eu-west-1", service="ec2", operation="DescribeLaunchTemplates",
        effect="deny",
    )  # fmt: skip

    audited = stage.run(*BOTH, "--role-arn", member(stage))

    (unseen,) = audited.report["unseen"]
    assert (unseen["account"], unseen["region"], unseen["source"]) == (stage.main.id, "eu-west-1", "launch templates")
    assert unseen["error"] == "ec2:DescribeLaunchTemplates is denied (UnauthorizedOperation)"
    assert "may_go" not in audited.verdicts("eu-west-1").values()
    assert audited.verdicts("eu-west-1")["web-1"] == "cannot_tell"
    assert audited.verdicts()["web-1"] == "may_go"
    assert EXIT[audited.code] == "cannot tell"
    assert "ec2:DescribeLaunchTemplates is denied" in audited.out


def test_a_page_that_was_throttled_is_asked_for_again(embedded: Embedded, stage: Stage):
    embedded.tell(
        "weather", account=stage.main.id, service="ec2", operation="DescribeLaunchTemplateVersions", effect="throttle",
        times=1,
    )  # fmt: skip

    audited = stage.run("--region", "us-east-1", "--role-arn", member(stage))

    assert audited.report["unseen"] == []
    assert audited.verdicts()["web-3"] == "keep"
    assert audited.report["api_calls"]["ec2:DescribeLaunchTemplateVersions"] == 2


def test_the_policy_that_it_prints_is_enough(stage: Stage):
    arn = make_role(stage.main, *policy()["Statement"][:1])
    session = assume(stage.main, arn).keys
    environment = {name.upper(): value for name, value in session.items()}

    audited = stage.run("--region", "us-east-1", "--ancestry", **environment)

    assert [each["source"] for each in audited.report["unseen"]] == ["account"]  # the other one, where it has no role


def test_what_ec2_asks_in_the_callers_name_is_named_where_it_is_denied(stage: Stage):
    asked = "imagebuilder:GetContainerRecipe"
    (look,) = policy()["Statement"][:1]
    arn = make_role(stage.main, look | {"Action": [action for action in look["Action"] if action != asked]})
    session = assume(stage.main, arn).keys

    audited = stage.run("--region", "us-east-1", **{name.upper(): value for name, value in session.items()})

    unseen = {each["source"]: each["error"] for each in audited.report["unseen"]}
    assert unseen["image references"] == f"{asked} is denied (UnauthorizedOperation)"
    assert "may_go" not in audited.verdicts().values()


def test_a_member_account_grants_what_the_policy_says():
    class Plain(yaml.SafeLoader):
        """Reads CloudFormation's tags as what they stand before."""

    Plain.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))
    template = yaml.load((ROOT / "member-account.yaml").read_text(), Plain)  # noqa: S506 - a SafeLoader
    (rights,) = template["Resources"]["Reader"]["Properties"]["Policies"]

    assert rights["PolicyDocument"]["Statement"][0]["Action"] == list(READ)


def test_an_inventory_that_turned_to_zero_is_not_believed(stage: Stage, tmp_path: Path):
    role = member(stage)
    baseline = ("--region", "us-east-1", "--role-arn", role, "--baseline", str(tmp_path / "baseline.json"))
    first = stage.run(*baseline)
    stage.main.client("ec2").delete_launch_template(LaunchTemplateName="web")

    second = stage.run(*baseline)

    assert first.verdicts()["web-1"] == "may_go"
    assert second.report["implausible"] == [f"{stage.main.id} us-east-1 launch templates: 0 after 2"]
    assert "may_go" not in second.verdicts().values()
    assert EXIT[second.code] == "cannot tell"
    assert "implausible" in second.out


def test_one_line_per_image_for_spreadsheets(stage: Stage, tmp_path: Path):
    stage.run("--region", "us-east-1", "--csv", str(tmp_path / "report.csv"))

    lines = (tmp_path / "report.csv").read_text().splitlines()
    assert lines[0].startswith("image_id,name,account,region,family")
    assert len(lines) == 1 + 5
