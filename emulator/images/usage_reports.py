"""The reports of who else uses an image: asked for, waited for, read, deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from moto.ec2.models import ec2_backends
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, EC2_RESOURCE_TO_PREFIX
from pydantic import Field

from emulator.ec2.api import Parameters, as_tags, refuse, serve, tags_of
from emulator.ec2.lists import Values, filtered, page
from emulator.gateway.control import command
from emulator.gateway.patching import patch
from emulator.images.ami import LOCK
from emulator.images.usage import KIND, PREFIX, Report, make, remove, reports
from emulator.worlds.model import Strict

LONGEST_TOKEN: Final = 128
HELD: Final[set[str]] = set()  # accounts whose reports stay pending until they are released
Entry = dict[str, Any]


def create(backend: Any, parameters: Parameters) -> dict[str, Any]:
    asked = {key: value for key, value in parameters.items() if key not in {"ClientToken", "DryRun"}}
    token = parameters.get("ClientToken")
    if len(token or "") > LONGEST_TOKEN:
        refuse("InvalidParameterValue", f"A client token has at most {LONGEST_TOKEN} characters")
    with LOCK:
        kept = reports(backend)
        report = next((each for each in kept.values() if token and each.token == token), None)
        if report and report.asked != asked:
            refuse("IdempotentParameterMismatch", "The client token was used with other parameters")
        if report is None:
            report = make(backend, parameters, asked)
            report.token, report.state = token, "pending" if backend.account_id in HELD else "available"
            kept[report.id] = report
    return {"ReportId": report.id}


def describe(backend: Any, parameters: Parameters) -> dict[str, Any]:
    known: dict[str, Values[Report]] = {
        "creation-time": lambda report: [_written(report.created)],
        "state": lambda report: [report.state],
    }
    found = filtered(_asked_for(backend, parameters), parameters, known, lambda report: tags_of(backend, report.id))
    shown, token = page(found, parameters, lambda report: report.id)
    return {"ImageUsageReports": [_shown(backend, report) for report in shown], "NextToken": token}


def describe_entries(backend: Any, parameters: Parameters) -> dict[str, Any]:
    """Only of reports that are available: a pending one shows nothing, whatever it will say."""
    available = [report for report in _asked_for(backend, parameters) if report.state == "available"]
    known: dict[str, Values[Entry]] = {
        "account-id": lambda entry: [entry["AccountId"]],
        "creation-time": lambda entry: [_written(entry["ReportCreationTime"])],
        "resource-type": lambda entry: [entry["ResourceType"]],
    }
    found = filtered([entry for report in available for entry in _entries(report)], parameters, known, lambda _: {})
    shown, token = page(
        found, parameters, lambda entry: f"{entry['ReportId']} {entry['AccountId']} {entry['ResourceType']}"
    )
    return {"ImageUsageReportEntries": shown, "NextToken": token}


def delete(backend: Any, parameters: Parameters) -> dict[str, Any]:
    with LOCK:
        kept = reports(backend)
        remove(backend, kept, _find(kept, parameters["ReportId"]).id)
    return {"Return": True}


def _asked_for(backend: Any, parameters: Parameters) -> list[Report]:
    """The reports with these ids and of these images; an id of none is refused."""
    kept, ids, images = reports(backend), parameters.get("ReportIds"), parameters.get("ImageIds")
    found = [_find(kept, each) for each in dict.fromkeys(ids)] if ids else list(kept.values())
    return [report for report in found if not images or report.image_id in images]


def _find(kept: Mapping[str, Report], report_id: str) -> Report:
    if report := kept.get(report_id):
        return report
    return refuse("InvalidImageUsageReportId.NotFound", f"The image usage report '{report_id}' does not exist")


def _written(time: datetime) -> str:
    """As filters compare it."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.000Z"


def _shown(backend: Any, report: Report) -> dict[str, Any]:
    types = [
        {
            "ResourceType": kind,
            "ResourceTypeOptions": [{"OptionName": name, "OptionValues": values} for name, values in options.items()],
        }
        for kind, options in report.types.items()
    ]
    return {
        "ImageId": report.image_id, "ReportId": report.id, "ResourceTypes": types, "AccountIds": report.accounts,
        "State": report.state, "StateReason": "The report could not be created" if report.state == "error" else None,
        "CreationTime": report.created, "ExpirationTime": report.expires, "Tags": as_tags(tags_of(backend, report.id)),
    }  # fmt: skip


def _entries(report: Report) -> list[Entry]:
    named = {"ReportId": report.id, "ImageId": report.image_id, "ReportCreationTime": report.created}
    return [
        named | {"AccountId": account, "ResourceType": kind, "UsageCount": count}
        for (account, kind), count in report.counts.items()
    ]


class Hold(Strict):
    account: str = Field(pattern=r"^\d{12}$")


class Release(Hold):
    state: Literal["available", "error"] = "available"


@command("usage-reports/hold")
def hold(body: dict[str, Any]) -> Any:
    """`{account}`: from now on the account's usage reports stay pending, until `usage-reports/release`."""
    HELD.add(Hold.model_validate(body).account)
    return {"held": True}


@command("usage-reports/release")
def release(body: dict[str, Any]) -> Any:
    """`{account, state?: available|error}`: end the hold, and let all pending usage reports end so."""
    asked = Release.model_validate(body)
    regions = list(ec2_backends[asked.account].values()) if asked.account in ec2_backends else []
    with LOCK:
        HELD.discard(asked.account)
        pending = [each for backend in regions for each in reports(backend).values() if each.state == "pending"]
        for report in pending:
            report.state = asked.state
    return {"settled": [report.id for report in pending]}


@patch("moto does not know who else uses an image, nor has it a kind of resource for what tells")
def ami_usage_reports() -> None:
    EC2_RESOURCE_TO_PREFIX[KIND], EC2_PREFIX_TO_RESOURCE[PREFIX] = PREFIX, KIND  # so that reports can be tagged
    serve(
        create_image_usage_report=create,
        describe_image_usage_reports=describe,
        describe_image_usage_report_entries=describe_entries,
        delete_image_usage_report=delete,
    )
