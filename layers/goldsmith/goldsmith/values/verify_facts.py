"""What is known of one version when it has been scanned and tested: the facts that `policy/verify.py` judges."""

from datetime import date
from typing import Literal

from pydantic import Field

from goldsmith.model import ImageRef, Model
from goldsmith.values.outcome import Failure
from goldsmith.vocabulary import Verb

Severity = Literal["critical", "high", "medium", "low", "informational", "untriaged"]


class Finding(Model):
    """One vulnerability in one package, as Inspector found it.  None: nobody could say."""

    cve: str
    package: str
    severity: Severity
    fixable: bool = Field(description="A fix is available, in full or in part.")
    version: str = Field(default="", description="Of the package; empty where only EC2 told of the finding.")
    fixed_in: str = ""
    kev: bool | None = Field(default=None, description="CISA knows it to be exploited.")
    epss: float | None = Field(default=None, description="The chance, 0 to 1, that it is exploited within 30 days.")
    exploit: bool | None = Field(default=None, description="Inspector knows an exploit.")

    @property
    def word(self) -> str:
        return f"{self.cve} in {self.package} ({self.severity})"

    @property
    def key(self) -> tuple[str, str]:
        return self.cve, self.package


class Scan(Model):
    """What Inspector saw in one AMI.  Only a scan that succeeded and whose findings are all there counts as one."""

    scan_id: str = ""
    status: str = Field(default="", description="SUCCESSFUL or FAILED, as Inspector says; empty: it never told.")
    why: str = Field(default="", description="Why it failed, or why nothing is known of it.")
    total: int | None = Field(default=None, description="How many findings there are, as the completion event says.")
    seen: int = Field(default=0, description="How many distinct findings are known.")
    read_back: int = Field(default=0, description="How many of those EC2 told, since their events were lost.")
    counts: dict[str, int] = Field(default={}, description="Of all that are known, by severity.")
    fixable: tuple[Finding, ...] = Field(default=(), description="Those with a fix, the worst first.")
    omitted: int = Field(default=0, description="How many more have a fix and did not fit in here.")
    kept: str = Field(default="", description="The key of all findings in the evidence.")


class Measures(Model):
    """Numbers of a host, or the limits on them; None: not measured, or no limit."""

    seconds_to_ssm_online: float | None = None
    boot_seconds: float | None = None
    memory_mib: float | None = None
    disk_gib: float | None = None
    image_gib: float | None = None


class Check(Model):
    """What became of one test on one host."""

    name: str
    sound: bool = Field(description="Nothing failed, and nothing escaped its eyes.")
    flaky: bool = Field(default=False, description="It failed once and was sound when it was run again.")
    remarks: tuple[str, ...] = Field(default=(), description="What failed or could not be seen, a line each.")
    link: str = Field(default="", description="Where its whole output can be read in the console.")


class Twin(Model):
    """One of the two hosts that were launched from the AMI."""

    name: str
    instance_id: str = ""
    failure: Failure | None = Field(default=None, description="Why it could not go through its tests.")
    checks: tuple[Check, ...] = ()
    measures: Measures = Measures()


class Twins(Model):
    """The two side by side."""

    hosts: tuple[Twin, ...] = ()
    alike: tuple[str, ...] = Field(default=(), description="What must differ and does not, e.g. machine-id.")
    differing: tuple[str, ...] = Field(default=(), description="Packages that must be equal and are not.")
    unseen: tuple[str, ...] = Field(default=(), description="What could not be compared.")


class Released(Model):
    """The image that is in use now, and what its own verification measured."""

    version: str
    image_id: str
    measures: Measures = Measures()


class PartFacts(Model):
    """All that is known of one architecture."""

    architecture: str
    image: ImageRef
    name: str
    scan: Scan = Scan()
    tests: tuple[str, ...] = Field(description="The tests that each host had to go through.")
    twins: Twins = Twins()
    measures: Measures = Field(default=Measures(), description="The worse of the two hosts, and the image's size.")
    released: Released | None = Field(default=None, description="None: nothing of this architecture is released.")
    new: tuple[Finding, ...] = Field(
        default=(), description="Of those with a fix: what the released image has not. Empty if there is none."
    )
    fixed: tuple[str, ...] = Field(default=(), description="What the released image had and this one has not.")
    unseen: tuple[str, ...] = Field(default=(), description="Places that could not be read.")


class Waived(Model):
    """A waiver of the recipe: this finding in this package does no harm, for a while."""

    cve: str
    package: str
    expires: date = Field(description="The last day on which it counts.")


class Bar(Model):
    """What the recipe asks of its image: its gate and its budgets."""

    block_from: Literal["low", "medium", "high", "critical"] = "high"
    kev: bool = True
    epss: float | None = 0.1
    waivers: tuple[Waived, ...] = ()
    budgets: Measures = Measures()


class VerifyFacts(Model):
    verb: Literal[Verb.VERIFY] = Verb.VERIFY
    family: str
    version: str
    expected: tuple[str, ...] = Field(description="The architectures of this version.")
    bar: Bar
    parts: tuple[PartFacts, ...] = ()
    unseen: tuple[str, ...] = ()
