"""The values of a verification that travel between its steps: what is on trial, its hosts, what became of each test."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.build import Boot, Chapter, Disk, Output, Pinned
from goldsmith.values.change_card import Card
from goldsmith.values.outcome import Failure
from goldsmith.values.verify_facts import Bar, Measures, Scan, VerifyFacts


class OnTrial(Model):
    """The input of a verification."""

    run: str
    family: str
    version: str


class Candidate(Model):
    """The AMI of one architecture, and where its hosts are launched."""

    architecture: str
    image: ImageRef
    name: str
    root_device: str
    devices: tuple[str, ...] = Field(description="The names of its EBS volumes, the root among them.")
    image_gib: int = Field(description="The size of its volumes.")
    instance_types: tuple[str, ...]
    subnets: tuple[str, ...] = Field(description="To be tried in order; empty: the default VPC's.")
    kms_key: str = Field(description="Of the hosts' volumes.")
    disk: Disk | None = Field(default=None, description="None: as large as the AMI's.")

    @property
    def boots(self) -> Boot:
        """What its hosts are launched from."""
        return Boot(image_id=self.image.image_id, root_device=self.root_device, devices=self.devices)


class Trial(Model):
    """What a verification will do, decided before it does anything."""

    run: str
    family: str
    version: str
    owner: dict[str, str] = Field(description="Whom to tell: team, email, slack.")
    bundle: Pinned
    tests: tuple[Chapter, ...]
    bar: Bar
    rejected_days: int = Field(description="How long the image is kept for study if it is rejected.")
    expected: tuple[str, ...] = Field(description="The architectures of this version.")
    parts: tuple[Candidate, ...]


class Attempt(Model):
    """A test that was run on a host and has ended."""

    run: str
    family: str
    version: str
    architecture: str
    twin: str
    tests: tuple[Chapter, ...]
    index: int
    attempt: int = Field(ge=1, le=2)
    instance_id: str
    command_id: str


class Result(Model):
    """What became of it.  `output` lies in the evidence."""

    name: str
    attempt: int
    status: str = Field(description="In Systems Manager's words.")
    output: Output


class Passed(Model):
    """And what is next: the same test again, because it failed for the first time; the next one; or nothing."""

    next: Literal["again", "test", "done"]
    step: int
    attempt: int
    result: Result


class TerminateHost(Model):
    """A host that is no longer needed."""

    run: str
    family: str
    version: str
    architecture: str
    twin: str
    instance_id: str = Field(description="Empty: it was never launched.")
    failed: bool = Field(description="Then what its console says is kept.")


class TerminatedHost(Model):
    console: str = Field(default="", description="Where its console's output lies in the evidence.")


class HostTests(Model):
    """One host when it has gone through its tests, or could not."""

    twin: str
    instance_id: str
    launched: datetime | None = None
    online: datetime | None = Field(default=None, description="When Systems Manager was first seen to know it.")
    results: tuple[Result, ...] = ()
    failure: Failure | None = None


class Scanned(Model):
    scan: Scan | None = None
    failure: Failure | None = None


class VerifyOutcome(Model):
    """What became of one architecture."""

    architecture: str
    scanned: Scanned
    hosts: tuple[HostTests, ...]


class VerifyWork(Model):
    """All that is known, to be made facts of."""

    trial: Trial
    endings: tuple[VerifyOutcome, ...] = ()
    failure: Failure | None = Field(default=None, description="Why there is no ending.")


class EvidenceKeys(Model):
    """Where the next version will look when it is held against this one; keys of the evidence."""

    architecture: str
    findings: str
    inventory: str
    measures: Measures


class CollectedFacts(Model):
    """The facts for the gate, the change card that is made of them, and where the evidence lies."""

    facts: VerifyFacts
    cards: tuple[Card, ...]
    kept: tuple[EvidenceKeys, ...]


class ApplyVerify(Model):
    """A decision that is to be carried out."""

    trial: Trial
    cards: tuple[Card, ...]
    kept: tuple[EvidenceKeys, ...]
    decision: dict[str, Any]


class VerifyReport(Model):
    """The detail of `Image Verified` and `Image Rejected`, but for the decision."""

    run: str
    family: str
    version: str
    owner: dict[str, str]
    images: tuple[dict[str, str], ...]
    evidence: str = Field(description="The folder of all that was kept.")
    objections: tuple[str, ...]
    cards: tuple[Card, ...]
    kept: tuple[EvidenceKeys, ...]
    kept_until: str = Field(default="", description="Until when a rejected image stays for study.")
