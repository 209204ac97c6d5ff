"""What scans saw, kept per image, in the shapes in which EC2 tells it: GetImageFindings and Image.ScanResults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from emulator.gateway.patching import patch, replace
from emulator.inspector import images
from emulator.inspector.script import LOCK

SCORES: Final = {"CRITICAL": 9.8, "HIGH": 7.5, "MEDIUM": 5.5, "LOW": 3.1, "INFORMATIONAL": 0.0}
LABELS: Final = tuple(SCORES)  # EC2 has no label for UNTRIAGED


@dataclass(frozen=True)
class Found:
    """One scripted finding, as a scan saw it."""

    said: Mapping[str, Any]
    first: datetime
    at: datetime

    @property
    def title(self) -> str:
        return f"{self.said['cve']} - {self.said['package']}"

    @property
    def severity(self) -> str:
        return str(self.said["severity"])

    @property
    def fixed_in(self) -> str | None:
        return self.said.get("fixed_in")

    @property
    def score(self) -> float | None:
        """UNTRIAGED findings have none."""
        score = self.said.get("score", SCORES.get(self.severity))
        return None if score is None else float(score)


@dataclass(frozen=True)
class Result:
    """What the last successful scan of an image saw; no finding is a finding too."""

    scanned_at: datetime
    found: Sequence[Found]


RESULTS: Final[dict[tuple[str, str], Result]] = {}


def record(region: str, image_id: str, said: Sequence[Mapping[str, Any]], now: datetime) -> Result:
    """Note what a successful scan saw; what an earlier scan saw too keeps its first date."""
    with LOCK:
        earlier = RESULTS.get((region, image_id), Result(now, []))
        first = {each.title: each.first for each in earlier.found}
        fresh = [Found(each, now, now) for each in said]
        RESULTS[region, image_id] = result = Result(
            now, [Found(each.said, first.get(each.title, now), now) for each in fresh]
        )
        return result


def scan_results(region: str, image_id: str) -> dict[str, Any] | None:
    """`Image.ScanResults` of DescribeImages; None for an image that Inspector never scanned to the end."""
    with LOCK:
        result = RESULTS.get((region, image_id))
    if result is None:
        return None
    answer: dict[str, Any] = {"FindingScanDate": result.scanned_at}
    present = {each.severity for each in result.found}
    if worst := next((label for label in LABELS if label in present), None):
        answer["HighestFindingSeverityLabel"] = worst.lower()
    for label in LABELS:
        if since := [each.first for each in result.found if each.severity == label and each.fixed_in]:
            answer[f"{label.title()}FixAvailableSince"] = min(since)
    return answer


def _finding(each: Found, snapshot_id: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Title": each.title,
        "SeverityLabel": each.severity.lower() if each.severity in LABELS else None,
        "Score": each.score,
        "FixAvailable": bool(each.fixed_in),
        "FirstObservedAt": each.first,
        "UpdatedAt": each.at,
        "Paths": [each.said["path"]] if "path" in each.said else [],
        "SnapshotId": snapshot_id,
    }
    return {name: value for name, value in told.items() if value is not None}


def _page(size: Any, token: str | None) -> tuple[int, int]:
    count = int(size or 1000)
    if not 1 <= count <= 1000:  # noqa: PLR2004 - the range of the model
        raise EC2ClientError("InvalidParameterValue", f"Value ( {count} ) for parameter maxResults is invalid.")
    if token and not token.isdigit():
        raise EC2ClientError("InvalidParameterValue", "The token is invalid.")
    return int(token or 0), count


def get_image_findings(self: Any) -> ActionResult:
    """EC2 GetImageFindings: own, shared and public images."""
    self.error_on_dryrun()
    image_id = self._get_param("ImageId")
    if not image_id:
        raise EC2ClientError("MissingParameter", "The request must contain the parameter ImageId")
    image = images.described(self.current_account, self.region, image_id)
    if image is None:
        raise EC2ClientError("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")
    start, size = _page(self._get_param("MaxResults"), self._get_param("NextToken"))
    with LOCK:
        found = RESULTS[self.region, image_id].found if (self.region, image_id) in RESULTS else []
    snapshot = next(iter(images.snapshot_ids(image)), None)
    answer: dict[str, Any] = {"ImageFindings": [_finding(each, snapshot) for each in found[start : start + size]]}
    if start + size < len(found):
        answer["NextToken"] = str(start + size)
    return ActionResult(answer)


def _with_results(original: Any) -> Any:
    def describe_images(self: Any) -> Any:
        answer = original(self)
        for image in answer.result["Images"]:
            results = scan_results(self.region, image["ImageId"] if isinstance(image, dict) else image.id)
            if results and isinstance(image, dict):
                image["ScanResults"] = results
            elif results:
                image.scan_results = results
        return answer

    return describe_images


@patch("moto does not know GetImageFindings, and its images carry no result of a scan")
def image_findings() -> None:
    EC2Response.get_image_findings = get_image_findings
    replace(EC2Response, "describe_images", _with_results)
