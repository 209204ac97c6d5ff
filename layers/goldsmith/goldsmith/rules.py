"""The numbers that people tune."""

from datetime import timedelta

from pydantic import Field

from goldsmith.model import Model
from goldsmith.values.verify_facts import Measures


class AdoptRules(Model):
    max_age: timedelta = Field(timedelta(days=90), description="How old an image may be when it is adopted.")


class BuildRules(Model):
    fresh: timedelta = Field(
        timedelta(hours=12), description="How old an image of the same recipe and bases must be to be built again."
    )
    max_failures: int = Field(3, ge=1, description="How many builds in a row may fail until a person must look.")


class VerifyRules(Model):
    max_growth: float = Field(0.5, ge=0, description="Share by which a number may exceed the released image's.")
    slack: Measures = Field(
        Measures(seconds_to_ssm_online=20, boot_seconds=10, memory_mib=64, disk_gib=0.5, image_gib=1),
        description="By how much a number may exceed it whatever the share: less than that is noise.",
    )


class AuditRules(Model):
    min_age: timedelta = Field(timedelta(days=90), description="How old an image must be to go.")
    min_idle: timedelta = Field(timedelta(days=30), description="How long ago an image must last have been launched.")
    keep: int = Field(3, ge=1, description="How many of the newest images of a family stay.")
    max_shrink: float = Field(
        0.25, ge=0, le=1, description="The share by which an inventory may have shrunk since the last good run."
    )


class RetireRules(Model):
    min_idle: timedelta = Field(timedelta(days=30), description="How long ago an image must last have been launched.")
    max_age_of_reports: timedelta = Field(
        timedelta(days=30), description="How old a report on other accounts' use may be; AWS deletes older ones."
    )
    quiet: timedelta = Field(
        timedelta(hours=72), description="How long an image must be disabled before the second report is asked for."
    )
    undo: timedelta = Field(timedelta(days=14), description="For how long what is deregistered can be brought back.")
    orphan: timedelta = Field(timedelta(days=14), description="How long a snapshot is kept that its image left behind.")
    prolong: timedelta = Field(
        timedelta(days=30), description="How near an image's deprecation may come while it is wanted."
    )
    max_sweep: int = Field(100, ge=1, description="How many versions one sweep disables and deregisters at most.")
    max_family: int = Field(10, ge=1, description="How many of these may be of one family.")
