"""Who else uses an image: how many instances and launch templates of other accounts, in its region, name it.

It is counted when a report is asked for.  AWS may miss what is younger than a day; here nothing is missed.  There are
no Image Builder recipes to count: neither emulator can make them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ec2.utils import random_id

from emulator.ec2.api import Parameters, refuse, tags_to_set
from emulator.images.ami import LOCK, Image, others, own
from emulator.images.references import LOOK, Options, depth, types_asked

LIFETIME: Final = timedelta(days=30)
PREFIX, KIND = "amiur", "image-usage-report"
MOST_ACCOUNTS: Final = 200
TEMPLATE, DEFAULT_DEPTH = "ec2:LaunchTemplate", 20
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "ec2:Instance": (),
    TEMPLATE: ("version-depth",),
    "imagebuilder:ImageRecipe": (),
    "imagebuilder:ContainerRecipe": (),
}


@dataclass(eq=False)
class Report:
    """Times are naive UTC, in whole seconds as they are answered."""

    id: str
    image_id: str
    types: dict[str, Options]
    accounts: list[str]
    counts: Mapping[tuple[str, str], int]  # by account and resource type
    asked: Parameters
    token: str | None = None
    state: str = "available"
    created: datetime = field(default_factory=lambda: utcnow().replace(microsecond=0))

    @property
    def expires(self) -> datetime:
        return self.created + LIFETIME


def reports(backend: Any) -> dict[str, Report]:
    """An account's reports by id; what is past its time is gone."""
    kept: dict[str, Report] = backend.__dict__.setdefault("usage_reports", {})
    with LOCK:
        for gone in [report.id for report in kept.values() if report.expires <= utcnow()]:
            remove(backend, kept, gone)
    return kept


def remove(backend: Any, kept: dict[str, Report], report_id: str) -> None:
    del kept[report_id]
    backend.tags.pop(report_id, None)


def make(backend: Any, parameters: Parameters, asked: Parameters) -> Report:
    image = own(backend, parameters["ImageId"])
    tags = tags_to_set(parameters, (KIND,))[KIND]
    types, accounts = _types(parameters), _accounts(parameters)
    report = Report(random_id(PREFIX), image.id, types, accounts, _counts(backend, image, types, accounts), asked)
    if tags:
        backend.tags[report.id] |= tags
    return report


def _counts(backend: Any, image: Image, types: dict[str, Options], accounts: list[str]) -> Counter[tuple[str, str]]:
    return Counter(
        (other.account_id, kind)
        for other in others(backend)
        if not accounts or other.account_id in accounts
        for kind, options in types.items()
        for image_id, _ in LOOK[kind][0](other, options)
        if image_id == image.id
    )


def _types(parameters: Parameters) -> dict[str, Options]:
    types = types_asked(parameters, OPTIONS)
    if not types:
        refuse("MissingParameter", "The request must contain the parameter ResourceTypes")
    if TEMPLATE in types:
        types[TEMPLATE] = {"version-depth": [str(depth(types[TEMPLATE], DEFAULT_DEPTH))]}
    return types


def _accounts(parameters: Parameters) -> list[str]:
    accounts: list[str] = parameters.get("AccountIds") or []
    if len(accounts) > MOST_ACCOUNTS:
        refuse("InvalidParameterValue", f"At most {MOST_ACCOUNTS} account ids can be given")
    if strange := [each for each in accounts if not (each.isdigit() and len(each) == 12)]:  # noqa: PLR2004 - digits
        refuse("InvalidParameterValue", f"There is no account {strange[0]}")
    return accounts
