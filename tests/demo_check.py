"""Reads what `make demo ARGS="--json FILE"` wrote, and says what of it is not as promised.

python -m tests.demo_check FILE [how its version has to end]
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError
from rich.console import Console

from demo.facts import broken
from sandbox.deploy import REGIONS

Word = Annotated[str, Field(min_length=1)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
Tags = dict[Word, str]


class Image(BaseModel):
    image_id: Annotated[str, Field(pattern="^ami-")]
    state: Literal["available"]
    encrypted: Literal[True]
    tags: Tags
    snapshot_tags: Annotated[list[Tags], Field(min_length=1)]


class Said(BaseModel):
    detail_type: Word


class Told(BaseModel):
    event: Word
    text: Word


class Took(BaseModel):
    name: Literal["build", "verify", "distribute", "promote", "retire"]
    seconds: Annotated[float, Field(gt=0)]


class Copy(BaseModel):
    image_id: Annotated[str, Field(pattern="^ami-")]
    state: Literal["available"]
    stage: Literal["superseded"]


class Days(BaseModel):
    deprecate: Day
    disable: Day
    deregister: Day


class Leaving(BaseModel):
    version: Word
    announced: Day
    on: Day
    copies: Annotated[dict[Word, Copy], Field(min_length=2)]
    days: Days


class Written(BaseModel):
    """The shape of the file: what is promised may not be missing, more may be there."""

    family: Literal["webapp-prod"]
    version: Word
    stage: Literal["released"]
    regions: dict[Word, Image]
    channels: dict[Literal["staging"], dict[Word, Word]]
    instances_left: Literal[0]
    events: Annotated[list[Said], Field(min_length=1)]
    notifications: list[Told]
    stages: Annotated[list[Took], Field(min_length=5)]
    versions: dict[Word, Literal["superseded", "released"]]
    leaving: Annotated[list[Leaving], Field(min_length=1)]


def faults(path: Path, ending: str) -> list[str]:
    text = path.read_text()
    try:
        written = Written.model_validate_json(text, strict=True)
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    found = [*broken(json.loads(text), REGIONS)]
    if written.regions.keys() != set(REGIONS):
        found.append(f"the regions are {', '.join(written.regions)}")
    if not written.version.endswith(ending):
        found.append(f"the version is {written.version}, which does not end with {ending}")
    return found


def main(file: str, ending: str = "") -> int:
    console = Console(highlight=False)
    found = faults(Path(file), ending)
    for each in found:
        console.print(f"{file}: {each}", style="red", markup=False)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
