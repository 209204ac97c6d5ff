"""Instance profiles as IAM has them, and what an instance may do through the role of its own."""

from types import SimpleNamespace
from typing import Any, Final

from ministack.services import iam
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import iam_instance_profile
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses import instances as responses

from emulator.events.service_events import within
from emulator.gateway.patching import patch, replace
from emulator.iam.authorization import allows, assumable
from emulator.iam.sessions import Keys, of_role

SERVICE: Final = "ec2.amazonaws.com"


def _profile(account: str, name: str) -> Any:
    return iam._instance_profiles.get_scoped(account, None, name)


def _named(
    account_id: str,
    partition: str,
    iam_instance_profile_arn: str | None = None,
    iam_instance_profile_name: str | None = None,
) -> SimpleNamespace:
    """In the place of moto's look-up in its own, empty IAM; AWS's error if there is no such profile."""
    _ = partition
    arn, name = iam_instance_profile_arn, iam_instance_profile_name
    profile = _profile(account_id, name or (arn or "").rpartition("/")[2])
    if not profile or (arn and profile["Arn"] != arn):
        what, value = ("arn", arn) if arn else ("name", name)
        raise EC2ClientError(
            "InvalidParameterValue",
            f"Value ({value}) for parameter iamInstanceProfile.{what} is invalid. Invalid IAM Instance Profile {what}",
        )
    return SimpleNamespace(arn=profile["Arn"], name=profile["InstanceProfileName"])


def role_of(instance: Any) -> str | None:
    """The ARN of the role in the instance's profile, if that trusts EC2."""
    given = instance.iam_instance_profile
    profile = _profile(instance.owner_id, given["Arn"].rpartition("/")[2]) if given else None
    if not profile or not profile["Roles"]:
        return None
    role = iam._roles.get_scoped(instance.owner_id, None, profile["Roles"][0])
    return str(role["Arn"]) if role and assumable(role["Arn"], SERVICE) else None


def may(instance: Any, action: str, resource: str) -> bool:
    """Whether IAM lets the instance do this by the policies of its role."""
    role = role_of(instance)
    return role is not None and within(
        instance.owner_id, instance.region_name, lambda: allows(role, action, resource, session=instance.id)
    )


def session(instance: Any) -> Keys | None:
    """Credentials of the instance's role, as its metadata service would hand them out; None without a role."""
    role = role_of(instance)
    return of_role(role, instance.region_name, SERVICE, instance.id) if role else None


def _asked(backend: Any, named: dict[str, Any]) -> dict[str, Any]:
    """The profile a launch asks for: its own, else its launch template's."""
    if named.get("iam_instance_profile_name") or named.get("iam_instance_profile_arn"):
        return {name: named.get(name) for name in ("iam_instance_profile_name", "iam_instance_profile_arn")}
    if not named.get("launch_template"):
        return {}
    asked = backend._get_template_from_args(named["launch_template"]).data.get("IamInstanceProfile") or {}
    found = {"iam_instance_profile_name": asked.get("Name"), "iam_instance_profile_arn": asked.get("Arn")}
    return found if any(found.values()) else {}


def _launching(original: Any) -> Any:
    def run_instances(self: Any, *arguments: Any, **named: Any) -> Any:
        asked = _asked(self, named)
        if asked:
            _named(self.account_id, self.partition, **asked)
        reservation = original(self, *arguments, **named)
        by_caller = bool(named.get("iam_instance_profile_name") or named.get("iam_instance_profile_arn"))
        for instance in reservation.instances[1 if by_caller else 0 :] if asked else []:  # moto does the first itself
            self.associate_iam_instance_profile(instance.id, **asked)
        return reservation

    return run_instances


@patch("moto looks for instance profiles in an IAM of its own, and gives them to the first instance of a launch only")
def instance_profiles() -> None:
    replace(responses, "filter_iam_instance_profiles", lambda _: _named)
    replace(iam_instance_profile, "filter_iam_instance_profiles", lambda _: _named)
    replace(InstanceBackend, "run_instances", _launching)
