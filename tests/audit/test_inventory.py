from datetime import UTC, datetime

import pytest

from goldsmith.errors import CannotTell
from goldsmith.gather.retire.images import images, instant
from goldsmith.gather.usage.reading import read
from goldsmith.gather.usage.sources import SOURCES
from tests.audit.cloud import HOME, Cloud

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
WRITTEN = [
    "2026-03-01T10:00:00.000Z", "2026-03-01T10:00:00Z", "2026-03-01T12:00:00+02:00", "2026-03-01T05:00:00-0500",
    "2026-03-01 10:00:00", "20260301T100000Z", "Sun, 01 Mar 2026 10:00:00 GMT", "Sun, 01 Mar 2026 11:00:00 +0100",
    "1772359200", "1772359200.0",
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_date_is_an_instant_however_it_is_written(written):
    assert instant(written) == AT


@pytest.mark.parametrize("written", [None, "", "yesterday", "2026-13-01"])
def test_what_is_no_date_is_none(written):
    assert instant(written) is None


def test_a_page_without_its_list_is_no_end(monkeypatch):
    cloud = Cloud()
    monkeypatch.setattr(cloud, "_page", lambda *_: {})
    reader = cloud.reader(HOME, "us-east-1")

    with pytest.raises(CannotTell, match="describe_images answered a page without Images"):
        list(images(reader))
    assert read(reader, SOURCES[:1]).unseen == {
        "instances": "ec2: describe_instances answered a page without Reservations"
    }
