"""The values of a scan that travel between its steps, and what is noted of it in between."""

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.verify_facts import Finding


class ToScan(Model):
    run: str
    image: ImageRef


class Scanning(Model):
    scan_id: str


class Findings(Model):
    """Which findings are asked for.  Not final: TryAgain while some have not come."""

    run: str
    family: str
    version: str
    architecture: str
    image: ImageRef
    scan_id: str
    final: bool


class Reported(Model):
    """What one event of Inspector's told: one finding, in each of the packages that it names."""

    arn: str
    findings: tuple[Finding, ...]


class ScanEnd(Model):
    """What the event on the end of a scan told."""

    status: str
    why: str = ""
    total: int | None = Field(default=None, description="How many findings there are; not told of one that failed.")


class Threat(Model):
    """What Inspector's database says of a CVE; None: it does not know the CVE."""

    kev: bool | None = None
    epss: float | None = None


class Noted(Model):
    """How much of a scan has been noted; `what` is a finding's ARN, or `end`."""

    scan_id: str
    what: str
