import json

import boto3
import pytest

from goldsmith.act.put_event import say
from goldsmith.act.record import record
from goldsmith.errors import TryAgain
from goldsmith.evidence import birth_of
from goldsmith.values.reap import Reaped
from goldsmith.vocabulary import EventType
from tests.act.conftest import IMAGE, said

ADOPTED = said("Image Adopted", run="adopt-ami-1-1", image=IMAGE.model_dump(by_alias=True), decision={"verdict": "yes"})
KEY = f"decisions/adopt/123456789012/us-east-1/{IMAGE.image_id}/adopt-ami-1-1.json"


@pytest.fixture
def keep(ledger):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="evidence")
    return lambda event: record(event, ledger=ledger, s3=s3, bucket="evidence")


def history(ledger, subject: str) -> list[str]:
    pages = ledger.dynamodb.scan(TableName="ledger")["Items"]
    return [item["type"]["S"] for item in pages if item["pk"]["S"] == f"history#{subject}"]


def test_a_decision_becomes_evidence_and_history(keep, ledger):
    assert keep(ADOPTED).evidence == KEY

    body = json.load(boto3.client("s3").get_object(Bucket="evidence", Key=KEY)["Body"])
    assert (body["event"], body["decision"], body["run"]) == ("Image Adopted", {"verdict": "yes"}, "adopt-ami-1-1")
    assert history(ledger, IMAGE.place) == ["Image Adopted"]


def test_heard_twice_is_kept_once(keep, ledger):
    keep(ADOPTED)
    keep(ADOPTED)

    kept = boto3.client("s3").list_objects_v2(Bucket="evidence")["Contents"]
    assert [each["Key"] for each in kept] == [birth_of(IMAGE), KEY]
    assert history(ledger, IMAGE.place) == ["Image Adopted"]


def test_an_event_without_an_image_is_the_runs(keep, ledger):
    keep(said("Run Ended", run="adopt-ami-1-1", image=None, status="FAILED"))

    assert history(ledger, "adopt-ami-1-1") == ["Run Ended"]


def test_a_bus_that_took_nothing_in_is_not_taken_for_success():
    class FullBus:
        def put_events(self, **_):
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}

    with pytest.raises(TryAgain, match="InternalFailure"):
        say(EventType.RUN_ENDED, Reaped(run="r", status="FAILED"), bus="goldsmith", events=FullBus())


# ── families ──

PLACE = "family#webapp"
AMI = {
    "imageId": "ami-1",
    "account": "123456789012",
    "region": "us-east-1",
    "architecture": "x86_64",
    "name": "webapp-1",
}
BUILT = said("Image Built", run="build-webapp-1", family="webapp", images=[AMI], decision={"verdict": "yes"})


def test_an_event_about_a_family_is_kept_in_its_history(keep, ledger):
    assert keep(said("Recipe Accepted", family="webapp", recipeSha="sha-1")).model_dump() == {
        "subject": PLACE,
        "evidence": None,
    }

    assert history(ledger, PLACE) == ["Recipe Accepted"]


def test_a_decision_of_its_run_is_kept_under_the_run_and_with_each_image(keep, ledger):
    assert keep(BUILT).evidence == "decisions/build/family/webapp/build-webapp-1.json"

    assert history(ledger, PLACE) == history(ledger, "123456789012#us-east-1#ami-1") == ["Image Built"]


def test_a_decision_that_no_run_made_is_kept_under_its_event(keep):
    admitted = said("Build Admitted", "e7", family="webapp", decision={"facts": {"verb": "build"}})

    assert keep(admitted).evidence == "decisions/build/family/webapp/e7.json"


def test_a_run_that_ended_names_images_by_their_ids_alone(keep, ledger):
    keep(said("Run Ended", run="build-webapp-1", family="webapp", image=None, images=["ami-1"]))

    assert history(ledger, PLACE) == ["Run Ended"]
