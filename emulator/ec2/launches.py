"""What AWS looks at before RunInstances launches: the client token, the groups, the type and its architecture."""

from collections.abc import Mapping
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses.instances import InstanceResponse

from emulator.ec2.api import refuse
from emulator.gateway.patching import patch, replace
from emulator.images.ami import LOCK, find

LONGEST_TOKEN: Final = 64


@patch("RunInstances with the same client token launches again")
def launch_tokens() -> None:
    def make(run: Any) -> Any:
        def run_instances(response: Any) -> Any:
            token = response.params.get("ClientToken")
            if not token:
                return run(response)
            if len(token) > LONGEST_TOKEN:
                refuse("InvalidParameterValue", f"A client token has at most {LONGEST_TOKEN} characters")
            asked = {key: value for key, value in response.params.items() if key not in {"ClientToken", "DryRun"}}
            with LOCK:
                return _once(response, token, asked, run)

        return run_instances

    replace(InstanceResponse, "run_instances", make)


def _once(response: Any, token: str, asked: Mapping[str, Any], run: Any) -> Any:
    """The answer to the first request with this token; what was refused used no token up."""
    tokens = response.ec2_backend.__dict__.setdefault("launch_tokens", {})
    if token in tokens:
        first, reservation = tokens[token]
        if first != asked:
            refuse(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            )
        return ActionResult(reservation)
    answer = run(response)
    tokens[token] = (asked, answer.result)
    return answer


@patch("moto makes up a security group that a network interface names, and shows none of them on the instance")
def launch_groups() -> None:
    def make(run: Any) -> Any:
        def run_instances(backend: Any, *arguments: Any, **named: Any) -> Any:
            groups = [_group(backend, each) for nic in named.get("nics") or [] for each in nic.get("Groups") or []]
            reservation = run(backend, *arguments, **named)
            for instance in reservation.instances if groups else []:
                instance.security_groups = groups
            return reservation

        return run_instances

    replace(InstanceBackend, "run_instances", make)


def _group(backend: Any, group: str) -> Any:
    found = backend.get_security_group_from_id(group)
    if found is None:
        refuse("InvalidGroup.NotFound", f"The security group '{group}' does not exist")
    return found


@patch("moto launches types that do not exist, and images on types of another architecture")
def launch_types() -> None:
    def make(run: Any) -> Any:
        def run_instances(backend: Any, image_id: str | None, *arguments: Any, **named: Any) -> Any:
            template = named.get("launch_template")
            data = backend._get_template_from_args(template).data if template else {}
            kind = data.get("InstanceType") if named.get("is_instance_type_default") else named.get("instance_type")
            image = image_id or data.get("ImageId")
            if kind and image:
                _check_type(kind, find(backend, image).architecture)
            return run(backend, image_id, *arguments, **named)

        return run_instances

    replace(InstanceBackend, "run_instances", make)


def _check_type(kind: str, architecture: str) -> None:
    if kind not in INSTANCE_TYPES:
        refuse("InvalidParameterValue", f"Invalid value '{kind}' for InstanceType.")
    supported = INSTANCE_TYPES[kind]["ProcessorInfo"]["SupportedArchitectures"]
    if ("arm64" in supported) != (architecture == "arm64"):
        refuse(
            "InvalidParameterValue",
            f"The architecture '{','.join(supported)}' of the specified instance type does not match the architecture "
            f"'{architecture}' of the specified AMI. Specify an instance type and an AMI that have matching "
            "architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the "
            "architecture of the instance type or AMI.",
        )
