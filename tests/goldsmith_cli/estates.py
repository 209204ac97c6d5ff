"""A family of images for those who look ahead: versions in their stages, some days old."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from goldsmith.gather.retire.family_history import FamilyHistory
from goldsmith.model import ImageRef
from goldsmith.recipe.retirement import Retirement
from goldsmith.values.estate import Key
from goldsmith.values.retire import Copy
from goldsmith.vocabulary import Stage

NOW: Final = datetime(2026, 11, 26, 10, tzinfo=UTC)
OLD, NEW = "2026.01.01", "2026.11.01"


def copy(version: str, stage: Stage, days: int, region: str = "us-east-1", **more: Any) -> Copy:
    """That has been in its stage for so many days."""
    return Copy(
        image=ImageRef(image_id=f"ami-{version}", account="1", region=region),
        name=f"webapp-{version}",
        architecture="x86_64",
        stage=stage,
        since=NOW - timedelta(days=days),
        **{"state": "disabled" if stage is Stage.DISABLED else "available", "ours": True, **more},
    )


def line(*copies: Copy, keep: int = 1, **more: Any) -> FamilyHistory:
    versions: dict[Key, tuple[Copy, ...]] = {}
    for each in copies:
        key = ("webapp", each.name.removeprefix("webapp-"), Stage.REJECTED in {each.stage, each.was})
        versions[key] = (*versions.get(key, ()), each)
    return FamilyHistory(family="webapp", rules=Retirement(keep=keep), versions=versions, **more)
