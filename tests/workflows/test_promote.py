"""The first channel points to a version in every region, or says why not."""

import json
from collections.abc import Iterator

import pytest

from sandbox.deploy import REGIONS
from tests.embedded import eventually
from tests.workflows.arranging import hears
from tests.workflows.deployed import HOME, Deployed
from tests.workflows.going import BEST_EFFORT, FAR, NEAR, Going, tags_of


class Released(Going):
    """The same, when promotions are looked at."""

    verb = "promote"

    def there(self, *regions: str) -> "Released":
        """It is distributed to these regions, without a promotion."""
        Going(self.at, self.name, self.version).recipe(BEST_EFFORT).go().arrives(*regions).distributed(*regions)
        return self

    def promote(self) -> "Released":
        hears(self.at, "ImageDistributed", wanted=True)
        self.go("Image Distributed")
        return self

    def points(self) -> dict[str, str | None]:
        return {region: self.points_to(region) for region in REGIONS}

    def stages(self) -> set[str]:
        return {tags_of(image)["goldsmith:stage"] for region in REGIONS for image in self.of_region(region)}

    def index(self) -> dict[str, dict[str, dict[str, str]]]:
        """What channels.json says of this family's staging, by region and architecture."""
        found = self.at.client("s3").get_object(Bucket=self.at.outputs["EvidenceBucket"], Key="channels.json")
        return dict(json.load(found["Body"])[self.name]["staging"])


@pytest.fixture
def image(outgoing: Deployed) -> Iterator[Released]:
    outgoing.tell("weather/clear")
    made = Released(outgoing).verified()
    yield made
    hears(outgoing, "ImageDistributed", wanted=False)
    outgoing.tell("weather/clear")


def test_in_every_region(image: Released):
    image.there(NEAR, FAR).promote()

    detail = image.ends("Image Promoted")

    ids = {region: found[0] for region, found in image.ids().items()}
    assert image.points() == ids
    assert image.stages() == {"released"}
    assert {each["region"]: each["imageId"] for each in detail["images"]} == ids
    assert (detail["channel"], detail["failures"]) == ("staging", [])
    index = image.index()
    assert {region: each["x86_64"]["imageId"] for region, each in index.items()} == ids
    assert {each["x86_64"]["version"] for each in index.values()} == {image.version}


def test_again_it_writes_nothing(image: Released):
    image.there(NEAR, FAR).promote().ends("Image Promoted")
    image.at.tell("weather", service="ssm", operation="PutParameter", effect="deny")
    image.at.tell("weather", service="ec2", operation="CreateTags", effect="deny")

    image.promote().ends("Image Promoted")

    assert not [each for each in image.at.tell("weather/clear")["calls"] if each["struck"]]


def test_a_late_region_is_pointed_to_when_it_is_caught_up(image: Released):
    image.at.tell("weather", service="ec2", operation="CopyImage", region=FAR, effect="fail", code="Unavailable")
    image.there(NEAR).promote()
    first = image.ends("Image Promoted")
    assert [each["region"] for each in first["failures"]] == [FAR]
    assert image.points()[FAR] is None
    image.at.tell("weather/clear")
    image.at.sweep("RequestMissingCopies")
    Going(image.at, image.name, image.version).arrives(FAR)

    assert image.ends("Image Promoted")["failures"] == []
    assert image.points()[FAR] == image.ids()[FAR][0]


def test_an_older_version_that_comes_last(image: Released):
    image.there(NEAR, FAR).promote().ends("Image Promoted")
    older = Released(image.at, image.name, "2026.11.19.2").verified().there(NEAR, FAR)
    before = image.points()

    detail = older.promote().ends("Promotion Refused")

    assert detail["decision"]["verdict"]["reasons"] == ["newer_there"]
    assert all("which is newer" in each for each in detail["objections"])
    assert image.points() == before
    assert older.stages() == {"distributed"}


def test_a_text_parameter_in_the_way(image: Released):
    name = f"/goldsmith/{image.name}/staging/x86_64"
    image.at.client("ssm", NEAR).put_parameter(Name=name, Value="anything", Type="String")
    image.there(NEAR, FAR).promote()

    detail = image.ends("Promotion Refused")

    assert detail["decision"]["verdict"]["reasons"] == ["not_a_pointer"]
    assert f"{name} in eu-west-1 is of data type text" in detail["objections"][0]
    assert image.points() == {HOME: None, NEAR: "anything", FAR: None}


def test_a_parameter_that_is_accepted_and_never_valid(image: Released):
    name = f"/goldsmith/{image.name}/staging/x86_64"
    image.at.tell("parameters/refuse", region=NEAR, name=name)
    image.there(NEAR, FAR).promote()

    detail = image.ends("Promotion Failed")

    (failure,) = detail["failures"]
    assert failure["region"] == NEAR
    assert "has not found that AMI to be valid" in failure["cause"]
    assert image.points()[NEAR] is None
    assert {each["region"] for each in detail["images"]} == {HOME, FAR}
    image.at.tell("parameters/refuse", region=NEAR, name=name, on=False)
    image.promote().ends("Image Promoted")
    assert image.points()[NEAR] == image.ids()[NEAR][0]


def test_a_parameter_that_somebody_else_is_changing(image: Released):
    busy = {"effect": "fail", "code": "TooManyUpdates", "times": 1}
    with image.at.weather(service="ssm", operation="PutParameter", **busy):
        image.there(NEAR, FAR).promote().ends("Image Promoted")


def test_stopped_and_asked_for_again(image: Released):
    image.there(NEAR, FAR)
    image.at.tell("clock", speed="held")
    image.at.tell("weather", service="ssm", operation="PutParameter", region=NEAR, effect="throttle")
    image.promote()
    eventually(lambda: [each for each in image.timers() if each["kind"] == "retry"])
    image.stop()
    image.at.tell("weather/clear")
    image.at.tell("clock", speed="instant")

    image.promote().ends("Image Promoted")

    assert image.points() == {region: found[0] for region, found in image.ids().items()}
