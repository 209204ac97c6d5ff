"""Who died with its room makes way, but only when somebody needs it."""

from datetime import timedelta
from typing import Any

import boto3

from goldsmith.act.distribute.copy_quota import SHOWN, CopyQuota
from goldsmith.ledger.table import Ledger
from goldsmith.values.copy_quota import MOST
from tests.act.conftest import NOW, REGION


class Images:
    """EC2, where these are pending."""

    def __init__(self, *pending: str) -> None:
        self.pending = pending

    def get_paginator(self, _: str) -> "Images":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"Images": [{"Name": name} for name in self.pending]}]


def room(ledger: Ledger, *pending: str) -> CopyQuota:
    return CopyQuota(ledger, REGION, Images(*pending))


def test_the_dead_make_way_and_the_living_do_not(ledger: Ledger):
    names = [f"webapp-{number}" for number in range(MOST)]
    for name in names:
        assert room(ledger).take(name, 1, NOW)
    later = NOW + SHOWN + timedelta(minutes=1)

    assert room(ledger, *names).take("one more", 1, later) is None
    assert room(ledger, *names[1:]).take("one more", 1, later)
    assert room(ledger, *names[1:]).take("another", 1, later) is None


def test_nobody_is_dead_before_ec2_could_show_it(ledger: Ledger):
    for number in range(MOST):
        room(ledger).take(f"webapp-{number}", 1, NOW)

    assert room(ledger).take("one more", 1, NOW + SHOWN) is None


def test_what_is_given_back_is_free(ledger: Ledger):
    for number in range(MOST):
        room(ledger).take(f"webapp-{number}", 1, NOW)
    assert room(ledger).take("one more", 1, NOW) is None

    room(ledger).give_back("webapp-3", NOW)

    assert room(ledger).take("one more", 1, NOW)


def test_what_nobody_holds_is_not_written(ledger: Ledger):
    room(ledger).give_back("webapp", NOW)

    assert not boto3.client("dynamodb").scan(TableName=ledger.table)["Items"]
