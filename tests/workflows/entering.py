"""How the roles of member-account.yaml are entered: from the home account, as the functions there do."""

from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from sandbox.deploy import deploy
from tests.embedded import ROOT, Account, Embedded
from tests.permissions import Role, allow, assume, policy, trust
from tests.workflows.deployed import HOME

NUMBERS: Final = count(1)


@dataclass(frozen=True)
class Granted:
    """`member` has granted the three roles to `home`."""

    home: Account
    member: Account

    def by(self, caller: str, role: str) -> Any:
        """What enters `role` as a role of the home account with that name; that one may enter anything."""
        iam, document = self.home.client("iam"), trust("lambda.amazonaws.com", account=self.home.id)
        arn = iam.create_role(RoleName=caller, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        iam.put_role_policy(RoleName=caller, PolicyName="enter", PolicyDocument=policy(allow("sts:AssumeRole")))
        entered = f"arn:aws:iam::{self.member.id}:role/{role}"
        sts = assume(self.home, arn).client("sts")
        return lambda: sts.assume_role(RoleArn=entered, RoleSessionName="goldsmith")["Credentials"]

    def entered(self, role: str, function: str) -> Role:
        got = self.by(f"goldsmith-RetireStack-{next(NUMBERS)}A-{function}Role-9Z", role)()
        names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey"}
        keys = {ours: got[theirs] for ours, theirs in names.items()} | {"aws_session_token": got["SessionToken"]}
        return Role(self.member, role, f"arn:aws:iam::{self.member.id}:role/{role}", keys)

    def image(self, stage: str | None) -> tuple[str, str]:
        """One in that stage, None: not ours; and its snapshot."""
        ec2 = self.member.client("ec2", HOME)
        volume = ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=8)["VolumeId"]
        snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        image = ec2.register_image(
            Name=f"granted-{next(NUMBERS)}",
            RootDeviceName="/dev/xvda",
            Architecture="x86_64",
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}],
        )["ImageId"]
        if stage:
            ec2.create_tags(Resources=[image, snapshot], Tags=[{"Key": "goldsmith:stage", "Value": stage}])
        return image, snapshot


def granted(embedded: Embedded) -> Granted:
    home, member = embedded.new_account(), embedded.new_account()
    template, parameters = ROOT / "member-account.yaml", {"HomeAccount": home.id}
    deploy(embedded.endpoint, member.id, template=template, stack="goldsmith-member", parameters=parameters)
    return Granted(home, member)
