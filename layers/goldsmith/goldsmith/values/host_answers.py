"""What the components in components/linux answer: a line of JSON.  Tests run every script into its model here."""

from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, NonNegativeFloat, NonNegativeInt

from goldsmith.errors import CannotTell
from goldsmith.model import Model


class Remark(Model):
    """Something wrong, not seen or left out: its id, the path or unit, and why.  Never a secret itself."""

    id: str
    where: str = ""
    what: str = ""


class ComponentAnswer(Model):
    """What every component says.  `omitted` counts entries that did not fit into the 24,000 characters SSM keeps."""

    omitted: NonNegativeInt

    @classmethod
    def read(cls, output: str) -> Self:
        """Take the answer from the standard output of a command.

        A component that reboots its host (exit status 194) runs again and may print again: the last line counts.
        """
        lines = [line for line in output.splitlines() if line.startswith('{"component":')]
        if not lines:
            raise CannotTell("the component printed no result")
        return cls.model_validate_json(lines[-1])


class Inspection(ComponentAnswer):
    """The answer of a check.  `passed` and `skipped` hold ids; only what was looked at and found right has passed."""

    component: Literal[
        "check/boot", "check/hardening", "check/hygiene", "check/secrets", "check/service", "check/workload"
    ]
    failed: tuple[Remark, ...]
    unseen: tuple[Remark, ...]
    skipped: tuple[Remark, ...]
    passed: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Nothing failed, and nothing escaped the check's eyes."""
        return not (self.failed or self.unseen or self.omitted)


class Alteration(ComponentAnswer):
    """The answer of a component that changes a host.  A second run changes nothing: its `changed` is empty."""

    component: Literal["agents", "cleanup", "harden", "nginx"]
    failed: tuple[Remark, ...]
    unseen: tuple[Remark, ...]
    skipped: tuple[Remark, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]


def _words(value: Any) -> Any:
    return value.split(" ") if isinstance(value, str) else value


class Package(NamedTuple):
    """An installed package; its version with the epoch, as dpkg and rpm write it."""

    name: str
    version: str
    arch: str


class Change(NamedTuple):
    """A package before and after an update; None: it was, or is, not there."""

    name: str
    before: str | None
    after: str | None


def _absent(change: Change) -> Change:
    return Change(change.name, *(None if version == "-" else version for version in change[1:]))


class Update(ComponentAnswer):
    """The answer of `update`: all that changed since the build's first run of it, reboots included."""

    component: Literal["update"]
    release: str
    reboot_due: bool
    failed: tuple[Remark, ...]
    changes: tuple[Annotated[Change, BeforeValidator(_words), AfterValidator(_absent)], ...]


class HostPackages(ComponentAnswer):
    """What a system is made of.  A root that does not run has no ports: they are unseen then."""

    component: Literal["inventory"]
    os: str
    os_version: str
    os_name: str
    kernel: str
    architecture: str
    unseen: tuple[Remark, ...]
    ports: tuple[str, ...]
    setuid: tuple[str, ...]
    enabled: tuple[str, ...]
    packages: tuple[Annotated[Package, BeforeValidator(_words)], ...]


class Numbers(ComponentAnswer):
    """Measures of a host, to hold against a recipe's budget; None, and an entry in `unseen`, where there was none."""

    component: Literal["check/numbers"]
    boot_seconds: NonNegativeFloat | None
    memory_bytes: NonNegativeInt | None
    memory_available_bytes: NonNegativeInt | None
    disk_bytes: NonNegativeInt | None
    disk_used_bytes: NonNegativeInt | None
    unseen: tuple[Remark, ...]


class Identity(ComponentAnswer):
    """What must differ between two hosts of one image.  None, and no entry in `unseen`: there is nothing to compare."""

    component: Literal["check/identity"]
    machine_id: str | None = Field(description="SHA-256 of the file, in hex: the id itself is confidential.")
    random_seed: str | None = Field(
        description="SHA-256 of the file, in hex: the seed is a secret.  None: no such file."
    )
    cloud_init: str | None = Field(description="The instance that cloud-init has set up.  None: no cloud-init here.")
    host_keys: tuple[str, ...] = Field(description="SSH's fingerprints, `SHA256:...`, sorted.")
    unseen: tuple[Remark, ...]


def difference(before: HostPackages, after: HostPackages) -> tuple[Change, ...]:
    """Which packages differ, by name; several versions of one package are parted by commas.

    An inventory that was cut short cannot be compared: take the whole one (`--limit 0`).
    """
    if before.omitted or after.omitted:
        raise CannotTell("the inventory was cut short")
    old, new = _versions(before), _versions(after)
    changes = (Change(key[0], old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()))
    return tuple(change for change in changes if change.before != change.after)


def _versions(inventory: HostPackages) -> dict[tuple[str, str], str]:
    versions: dict[tuple[str, str], str] = {}
    for name, version, arch in inventory.packages:
        versions[name, arch] = f"{versions[name, arch]},{version}" if (name, arch) in versions else version
    return versions
