"""Two stacks in one account and region: nothing of the one has the name of anything of the other."""

from pathlib import Path

import pytest

from checks.templates import OF_MACHINES
from sandbox.deploy import DeploymentError, deploy
from tests.embedded import Account, Embedded
from tests.rights.grants import deployed, granted
from tests.workflows.deployed import HOME

SWEPT = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Reap:
    Type: AWS::Serverless::Function
    Metadata: {SkipBuild: true}
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: functions/reap
      Events:
        Sweep:
          Type: ScheduleV2
          Properties:
            OmitName: true
            ScheduleExpression: rate(1 hour)
"""


def traces(account: Account, stack: str) -> set[str]:
    """The workflows of a stack whose role may write traces."""
    machines = {
        each["LogicalResourceId"] for each in deployed(account, stack, HOME, "AWS::StepFunctions::StateMachine")
    }
    may = {
        rights[0].role.removeprefix(f"{stack}/").removesuffix("Role")
        for _, rights in granted(account, stack, HOME)
        if {right.action for right in rights} >= OF_MACHINES
    }
    return machines & may


def test_a_second_stack_is_deployed_beside_the_first(embedded: Embedded):
    account = embedded.new_account()

    first = deploy(embedded.endpoint, account.id, stack="goldsmith")
    second = deploy(embedded.endpoint, account.id, stack="silver", parameters={"Tracing": "on"})

    assert not set(first.values()) & set(second.values())
    schedules = [each["name"] for each in embedded.tell("schedules", account=account.id, region=HOME)]
    assert len(schedules) == len(set(schedules)) == 8
    assert traces(account, "goldsmith") == set()
    assert traces(account, "silver") == {"Adopt", "Build", "Distribute", "Promote", "RetireWorkflow", "Verify"}


@pytest.mark.parametrize("omitted", [True, False])
def test_a_schedule_with_the_name_that_sam_gives_it_is_refused_the_second_time(
    embedded: Embedded, tmp_path: Path, *, omitted: bool
):
    account = embedded.new_account()
    (tmp_path / "functions/reap").mkdir(parents=True)
    (tmp_path / "functions/reap/app.py").write_text("def handler(event, context):\n    return None\n")
    template = tmp_path / "template.yaml"
    template.write_text(SWEPT if omitted else SWEPT.replace("            OmitName: true\n", ""))
    deploy(embedded.endpoint, account.id, template=template, stack="goldsmith")

    if omitted:
        deploy(embedded.endpoint, account.id, template=template, stack="silver")
    else:
        with pytest.raises(DeploymentError, match="ReapSweep already exists in group default"):
            deploy(embedded.endpoint, account.id, template=template, stack="silver")
