"""What a scan will find is told by a world or a test; an image nobody said anything about is clean."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import RLock
from typing import Any, Final

from emulator.gateway.control import command

SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED")
REQUIRED: Final = {"cve", "severity", "package", "version"}
OPTIONAL: Final = {"fixed_in", "exploit", "score", "path", "manager", "description"}
REASONS: Final = {
    "ACCESS_DENIED", "INTERNAL_ERROR", "STORAGE_LIMIT_EXCEEDED", "EXTRACTION_COLLECTION_TIME_LIMIT_EXCEEDED",
    "UNSUPPORTED_OS", "RESOURCE_TERMINATED",
}  # fmt: skip
LOCK: Final = RLock()


@dataclass(frozen=True)
class Where:
    """Which images or scans are meant.  Nothing said about region, id or name means all of them."""

    account: str
    region: str | None
    image_id: str | None
    name: str | None = None

    def matches(self, account: str, region: str, image_id: str, name: str) -> bool:
        return (
            account == self.account
            and self.region in {None, region}
            and self.image_id in {None, image_id}
            and (self.name is None or fnmatchcase(name, self.name))
        )


@dataclass(frozen=True)
class Script:
    where: Where
    findings: list[dict[str, Any]] = field(default_factory=list)
    fails: str | None = None


CLEAN: Final = Script(Where("", None, None))
SCRIPTS: Final[list[Script]] = []


def script_for(account: str, region: str, image_id: str, name: str) -> Script:
    """The one said last; a clean scan if nobody said anything."""
    with LOCK:
        matching = (each for each in reversed(SCRIPTS) if each.where.matches(account, region, image_id, name))
        return next(matching, CLEAN)


def account_of(body: dict[str, Any]) -> str:
    if "account" not in body:
        raise ValueError("say which account")
    return str(body["account"])


def checked_reason(reason: str | None) -> str | None:
    if reason is not None and reason not in REASONS:
        raise ValueError(f"reason {reason!r} is none of {', '.join(sorted(REASONS))}")
    return reason


def _checked(finding: dict[str, Any]) -> dict[str, Any]:
    if missing := REQUIRED - finding.keys():
        raise ValueError(f"a finding lacks {', '.join(sorted(missing))}")
    if unknown := finding.keys() - REQUIRED - OPTIONAL:
        raise ValueError(f"a finding knows no {', '.join(sorted(unknown))}")
    if finding["severity"] not in SEVERITIES:
        raise ValueError(f"severity {finding['severity']!r} is none of {', '.join(SEVERITIES)}")
    return finding


@command("scans/findings")
def script(body: dict[str, Any]) -> dict[str, Any]:
    """`{account, region?, image_id | name (wildcard), findings: [...], fails?: reason}`: replaces what was said."""
    where = Where(account_of(body), body.get("region"), body.get("image_id"), body.get("name"))
    if where.image_id is None and where.name is None:
        raise ValueError("say which image: image_id or name")
    new = Script(where, [_checked(each) for each in body.get("findings", [])], checked_reason(body.get("fails")))
    with LOCK:
        SCRIPTS[:] = [each for each in SCRIPTS if each.where != where] + [new]
    return {"findings": len(new.findings)}
