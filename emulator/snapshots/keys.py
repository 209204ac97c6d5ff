"""The KMS keys of volumes: named in any way, shown as an ARN; a launch with a key that cannot be used ends at once."""

from typing import Any, Final

from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.instances import Instance, StateReason
from moto.ec2.responses.instances import InstanceResponse

from emulator.gateway.patching import patch, replace
from emulator.iam.authorization import allows, caller_allows
from emulator.kms.accounts import root_may
from emulator.snapshots.of_images import default_key, usable_key

NEEDED: Final = ("kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext")
# EBS guide, "Requirements for Amazon EBS encryption", what an identity that launches needs.
NEEDED_BY_ROLES: Final = (*NEEDED, "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")
DENIED: Final = "Client.InternalError: Client error on launch"
UNUSABLE: Final = "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state"


@patch("moto takes the key of a volume as the text it was named by: an alias stays an alias")
def ebs_volume_key() -> None:
    def make(create: Any) -> Any:
        def create_volume(backend: Any, *arguments: Any, kms_key_id: str | None = None, **more: Any) -> Any:
            key = usable_key(backend, kms_key_id) or kms_key_id if kms_key_id else None
            return create(backend, *arguments, kms_key_id=key, **more)

        return create_volume

    replace(EBSBackend, "create_volume", make)


@patch("moto runs an instance whose volume's key does not exist, is disabled, or is not the caller's to use")
def launch_keys() -> None:
    def make(run: Any) -> Any:
        def run_instances(response: Any) -> Any:
            answer = run(response)
            for instance in answer.result.instances:
                if not all(may_use(response.ec2_backend, key) for key in _keys(response.ec2_backend, instance)):
                    _end(instance)
            return answer

        return run_instances

    replace(InstanceResponse, "run_instances", make)


def _keys(backend: Any, instance: Instance) -> set[str]:
    volumes = [backend.volumes[device.volume_id] for _, device in instance.get_block_device_mapping]
    return {volume.kms_key_id for volume in volumes if volume.encrypted and volume.kms_key_id}


def may_use(backend: Any, key: str) -> bool:
    """EBS uses a customer's key on behalf of the caller, who must have the rights to it."""
    arn = usable_key(backend, key)
    if arn is None or arn == default_key(backend):
        return arn is not None
    context = _via(backend)
    return all(caller_allows(action, arn, context) and root_may(action, arn, context) for action in NEEDED)


def _via(backend: Any) -> dict[str, str]:
    """The condition keys of what EC2 asks KMS for somebody."""
    return {"kms:ViaService": f"ec2.{backend.region_name}.amazonaws.com", "kms:GrantIsForAWSResource": "true"}


def why_not(backend: Any, instance: Instance, role: str) -> str:
    """Why an instance that a service launched as this role ends at once; "" if it runs."""
    for key in _keys(backend, instance):
        arn = usable_key(backend, key)
        if arn is None:
            return UNUSABLE
        managed = arn == default_key(backend)
        if not managed and not all(allows(role, action, arn, _via(backend)) for action in NEEDED_BY_ROLES):
            return DENIED
    return ""


def _end(instance: Instance) -> None:
    end(instance, DENIED)


def end(instance: Instance, why: str) -> None:
    """AWS accepts the launch and looks at the key later."""
    instance.terminate()
    instance.state_reason = StateReason(why, why.partition(": ")[0])
