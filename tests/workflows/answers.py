"""What a family's hosts answer to its tests by default: nothing is wrong, and no two hosts are one.

    family.scripted("test-boot", outcome("boot", failed=[remark("units", "nginx.service")]))

`{instance}` in an answer is the id of the host that gives it.
"""

import json
from typing import Any, Final

from goldsmith.recipe.bundle import TESTS

PACKAGES: Final = ("nginx 1:1.28.0-1.amzn2023.0.2 x86_64", "openssl 1:3.2.2-1.amzn2023.0.4 x86_64")
PASSED: Final = {
    "boot": ("started", "units", "cloud-init", "kernel", "root-writable"),
    "service": ("unit:nginx.service",),
    "workload": ("home-page",),
    "hygiene": ("ssh-host-keys", "machine-id", "random-seed", "logs", "root-password", "setuid"),
    "secrets": ("private-key", "aws-access-key", "token", "shell-history"),
    "hardening": ("3.3.1", "4.2.13", "6.1.9"),
}
MEASURED: Final[dict[str, dict[str, Any]]] = {
    "numbers": {
        "bootSeconds": 9.412, "memoryBytes": 8_203_849_728, "memoryAvailableBytes": 7_931_224_064,
        "diskBytes": 10_667_139_072, "diskUsedBytes": 1_893_715_968, "unseen": [],
    },
    "identity": {
        "machineId": "machine id of {instance}", "randomSeed": "seed of {instance}", "cloudInit": "{instance}",
        "hostKeys": ["SHA256:ecdsa of {instance}", "SHA256:ed25519 of {instance}"], "unseen": [],
    },
    "inventory": {
        "os": "amzn", "osVersion": "2023", "osName": "Amazon Linux 2023.9.20261117",
        "kernel": "6.1.156-177.286.amzn2023.x86_64", "architecture": "x86_64", "unseen": [],
        "ports": ["tcp/0.0.0.0:22", "tcp/0.0.0.0:80"], "setuid": ["/usr/bin/su"], "enabled": ["nginx.service"],
        "packages": list(PACKAGES),
    },
}  # fmt: skip


def remark(item: str, where: str = "", what: str = "is wrong") -> dict[str, str]:
    """An entry of `failed`, `unseen` or `skipped`."""
    return {"id": item, "where": where, "what": what}


def answer(test: str, **changed: Any) -> str:
    """The line that a test prints, some of its parts otherwise; an item that fails or is not seen has not passed."""
    bad = {each["id"] for part in ("failed", "unseen", "skipped") for each in changed.get(part, ())}
    checked = {"failed": [], "unseen": [], "skipped": [], "passed": [i for i in PASSED.get(test, ()) if i not in bad]}
    component = test if test == "inventory" else f"check/{test}"
    said = {"component": component, **(MEASURED.get(test) or checked), "omitted": 0, **changed}
    return json.dumps(said, separators=(",", ":")) + "\n"


def outcome(test: str, **changed: Any) -> dict[str, Any]:
    """How the command of a test ends on a host: as its script, with 1 if something failed or was not seen."""
    well = not (changed.get("failed") or changed.get("unseen"))
    return {"status": "Success" if well else "Failed", "exit": int(not well), "stdout": answer(test, **changed)}


FAIR: Final = {test: outcome(test) for test in TESTS}
