"""`Step Functions Execution Status Change`, for every status and with the detail that AWS documents."""

import json
from typing import Any, Final

from ministack.services import stepfunctions as states

from emulator.events.service_events import emit
from emulator.gateway.patching import patch, replace

DETAIL_TYPE: Final = "Step Functions Execution Status Change"
LARGEST: Final = 248 * 1024  # larger input or output is left out of the event
ENDED_BADLY: Final = ("FAILED", "TIMED_OUT", "ABORTED")


@patch("the event of a stopped or timed-out execution says neither error nor cause, nor that it can be redriven")
def execution_status_events() -> None:
    def publish(record: dict[str, Any]) -> None:
        if record.get("sync"):
            return
        arn = record["executionArn"]
        emit(arn.split(":")[4], arn.split(":")[3], "aws.states", DETAIL_TYPE, status_detail(record), [arn])

    replace(states, "_emit_execution_status_event", lambda _: publish)


def status_detail(record: dict[str, Any]) -> dict[str, Any]:
    status, bad = record["status"], record["status"] in ENDED_BADLY
    ability = "is redrivable" if bad else "cannot be redriven"
    return {
        **{field: record[field] for field in ("executionArn", "stateMachineArn", "name", "status")},
        "startDate": states._iso_to_epoch_ms(record["startDate"]),
        "stopDate": states._iso_to_epoch_ms(record["stopDate"]),
        **_payload("input", record["input"]),
        **_payload("output", record["output"] if status == "SUCCEEDED" else None),
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "REDRIVABLE" if bad else "NOT_REDRIVABLE",
        "redriveStatusReason": f"Execution is {status} and {ability}",
        "error": record.get("error") if bad else None,
        "cause": record.get("cause") if bad else None,
    }


def _payload(name: str, text: str | None) -> dict[str, Any]:
    if text is None:
        return {name: None, f"{name}Details": None}
    included = len(json.dumps(text)) <= LARGEST
    return {name: text if included else None, f"{name}Details": {"included": included}}
