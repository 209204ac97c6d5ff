"""How an image is tested, judged and scheduled: the parts of a recipe from its tests on."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from goldsmith.recipe import schedule, shapes
from goldsmith.recipe.bundle import TESTS
from goldsmith.recipe.shapes import Line, Name, Objection, RecipePart, twice

Port = Annotated[str, Field(pattern=shapes.PORT)]
Word = Annotated[str, Field(pattern=shapes.WORD)]
_HIGHEST_PORT: Final = 65_535


class Service(RecipePart):
    """What a host of this image serves."""

    units: tuple[Word, ...] = Field(default=(), description="Units of systemd that run and are enabled.")
    ports: tuple[Port, ...] = Field(default=(), description="Ports on which other hosts are heard.")
    local_ports: tuple[Port, ...] = Field(default=(), description="Ports on which the host itself is heard.")
    packages: tuple[Word, ...] = Field(default=(), description="Packages that are installed.")

    @property
    def is_named(self) -> bool:
        return bool(self.units or self.ports or self.local_ports or self.packages)

    def objections(self) -> Iterator[Objection]:
        for name in ("units", "ports", "local_ports", "packages"):
            yield from twice((name,), getattr(self, name))
        for name in ("ports", "local_ports"):
            for index, port in enumerate(getattr(self, name)):
                if int(port.partition("/")[2]) > _HIGHEST_PORT:
                    yield Objection((name, index), f"{port} is no port", f"ports end at {_HIGHEST_PORT}")


class Workload(RecipePart):
    """A test of your own: a command that must end with 0 (`run`), or an address that must answer (`url`)."""

    name: Name = Field(description="What it is called in messages; each name once.")
    run: Annotated[str, Field(pattern=shapes.LINE, max_length=1024)] | None = Field(
        default=None, description="Command line, run by `sh` as root."
    )
    url: Annotated[str, Field(pattern=shapes.URL, max_length=1024)] | None = Field(
        default=None, description="Address, asked for from the host itself."
    )
    status: int | None = Field(default=None, ge=100, le=599, description="HTTP status of the answer; without one, 200.")

    def objections(self) -> Iterator[Objection]:
        yield from shapes.one_of(self, "run", "url")
        if self.status is not None and self.url is None:
            yield Objection(("status",), "goes with a url", "leave it out: a command must end with 0")


class Tests(RecipePart):
    """What two hosts that are launched from the image must show, beside what every image must."""

    service: Service = Field(default_factory=Service, description="What they serve.")
    workload: tuple[Workload, ...] = Field(default=(), description="Tests of your own.")
    leave_out: tuple[Annotated[str, Field(pattern=shapes.ITEM)], ...] = Field(
        default=(), description="Items that are not looked at."
    )

    @property
    def names(self) -> tuple[str, ...]:
        """Which of `TESTS` there are.  The checks of services and workloads refuse to look for nothing at all."""
        given = {"service": self.service.is_named, "workload": bool(self.workload)}
        return tuple(name for name in TESTS if given.get(name, True))

    def objections(self) -> Iterator[Objection]:
        yield from twice(("workload",), (test.name for test in self.workload), "name")
        yield from twice(("leave_out",), self.leave_out)


class Budgets(RecipePart):
    """What a host of this image may take at most.  What is not given has no limit."""

    seconds_to_ssm_online: int | None = Field(default=None, ge=1, le=3600, description="From launch to SSM online.")
    boot_seconds: int | None = Field(default=None, ge=1, le=3600, description="Boot, as systemd measures it.")
    memory_mib: int | None = Field(default=None, ge=1, le=1_048_576, description="Memory in use after boot.")
    disk_gib: int | None = Field(default=None, ge=1, le=1024, description="Root file system in use.")
    image_gib: int | None = Field(default=None, ge=1, le=1024, description="Size of the image's volumes.")


class Waiver(RecipePart):
    """A finding that somebody answers for, for a while.  One whose day is past is refused."""

    cve: Annotated[str, Field(pattern=shapes.CVE)] = Field(description="The vulnerability.")
    package: Word = Field(description="The package that it is waived in.")
    reason: Line = Field(description="Why it does no harm here.")
    owner: Line = Field(description="Who says so.")
    expires: date = Field(description="Last day on which it counts.")

    def lapses(self, today: date) -> Iterator[Objection]:
        if self.expires < today:
            remedy = "leave the waiver out, or judge the finding anew and give it a later day"
            yield Objection(("expires",), f"{self.expires} is past", remedy)


class Gate(RecipePart):
    """Which of Inspector's findings keep an image from going out.  Only those that have a fix count."""

    block_from: Literal["low", "medium", "high", "critical"] = Field(
        default="high", description="Severity from which a finding blocks."
    )
    kev: bool = Field(default=True, description="Whether one that CISA knows to be exploited blocks at any severity.")
    epss: float | None = Field(
        default=0.1, ge=0, le=1, description="Chance of exploitation (EPSS) from which one blocks at any severity."
    )
    waivers: tuple[Waiver, ...] = Field(default=(), description="Findings that do not block.")

    def objections(self) -> Iterator[Objection]:
        return twice(("waivers",), (f"{waiver.cve} in {waiver.package}" for waiver in self.waivers), "cve")


class Schedule(RecipePart):
    """When a build is asked for.  Nothing is built where nothing has changed.

    A cron expression has six fields (minutes hours day-of-month month day-of-week year), one of the two days is `?`,
    Sunday is 1, and it must fire at least once.  A rate is in `minutes`, `hours` or `days`.
    """

    expression: Annotated[str, Field(pattern=shapes.LINE, max_length=256)] = Field(
        description="As EventBridge Scheduler takes it, e.g. `cron(0 4 ? * TUE *)`."
    )
    time_zone: str = Field(default="UTC", description="Time zone of a cron expression, e.g. Europe/Berlin.")

    def lapses(self, today: date) -> Iterator[Objection]:
        if fault := schedule.fault(self.expression, today):
            yield Objection(("expression",), *fault)
        if not schedule.is_zone(self.time_zone):
            yield Objection(("time_zone",), f"{self.time_zone} is no time zone", "write one like Europe/Berlin or UTC")


class Freeze(RecipePart):
    """Days (in UTC) on which nothing is built unless a person asks again."""

    starts: date = Field(description="First day.")
    ends: date = Field(description="Last day.")
    reason: Line = Field(description="Why.")

    def objections(self) -> Iterator[Objection]:
        if self.ends < self.starts:
            yield Objection(("ends",), f"{self.ends} is before {self.starts}", "write the first day as starts")
