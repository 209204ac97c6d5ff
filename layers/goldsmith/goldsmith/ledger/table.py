"""The ledger: one DynamoDB table that holds what tags cannot.

pk                                         sk                one item for
lease#<verb>#<subject>                     lease             the right to work on it, and which events were heard
runs                                       <run>             each run that may have something to tidy up
wait#<account>#<region>#<kind>#<id>        <run>#<state>     a task token that waits for the thing
run#<run>                                  <pk of the wait>  the same wait, to be found by its run
history#<subject>                          <time>#<event>    something that happened to it
history#<run>                              <time>#<event>    the same, of a run that nobody asked for by an event
born#<run>                                 <architecture>    which builder an AMI of the run is made from

A subject is `<account>#<region>#<image>`, `family#<family>` or `version#<family>#<version>`.
`scans.py` adds what is known of scans, `items.py` what several runs change.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from goldsmith.errors import TryAgain
from goldsmith.model import Event, Subject, Thing, Wait
from goldsmith.run import NAME_TAKEN, Lease, OpenRun
from goldsmith.values.outcome import Born

WAIT_KEPT: Final = timedelta(days=2)  # a token left behind is of no use once its task has timed out
HISTORY_KEPT: Final = timedelta(days=400)

Item = dict[str, Any]


class Ledger:
    def __init__(self, table: str, dynamodb: Any) -> None:
        self.table, self.dynamodb = table, dynamodb

    # ── leases ──

    def lease(self, verb: str, subject: Subject) -> Lease | None:
        key = {"pk": f"lease#{verb}#{subject.place}", "sk": "lease"}
        found = self.dynamodb.get_item(TableName=self.table, Key=pack(key), ConsistentRead=True).get("Item")
        return Lease.model_validate_json(unpack(found)["lease"]) if found else None

    def take(self, lease: Lease, *, instead_of: Lease | None) -> bool:
        """Write the lease and open its run, both or neither; False if somebody else was faster."""
        item: Item = {"pk": f"lease#{lease.verb}#{lease.subject.place}", "sk": "lease", "attempt": lease.attempt}
        item |= {"lease": lease.model_dump_json(by_alias=True), "expires": epoch(lease.taken + NAME_TAKEN)}
        opened = {"pk": "runs", "sk": lease.run, "open": OpenRun.of(lease).model_dump_json(by_alias=True)}
        if instead_of:
            condition: Item = {
                "ConditionExpression": "attempt = :old",
                "ExpressionAttributeValues": pack({":old": instead_of.attempt}),
            }
        else:
            condition = {"ConditionExpression": "attribute_not_exists(pk)"}
        try:
            self.dynamodb.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": self.table, "Item": pack(item), **condition}},
                    {"Put": {"TableName": self.table, "Item": pack(opened)}},
                ]
            )
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            if any(reason["Code"] == "ConditionalCheckFailed" for reason in error.response["CancellationReasons"]):
                return False
            raise TryAgain(f"the lease is being written: {error}") from error
        return True

    # ── runs ──

    def open_runs(self) -> list[OpenRun]:
        """Every run that nobody has tidied up after yet."""
        return [OpenRun.model_validate_json(item["open"]) for item in self._all("runs")]

    def open_run(self, run: str) -> OpenRun | None:
        return next((OpenRun.model_validate_json(item["open"]) for item in self._all("runs", sk=run)), None)

    def close_run(self, run: str) -> None:
        self._delete({"pk": "runs", "sk": run})

    # ── births ──

    def note_birth(self, born: Born, now: datetime) -> None:
        """Written before CreateImage: what dies after it is found, and known for ours."""
        item = {"pk": f"born#{born.run}", "sk": born.architecture, "born": born.model_dump_json(by_alias=True)}
        self.dynamodb.put_item(TableName=self.table, Item=pack({**item, "expires": epoch(now + HISTORY_KEPT)}))

    def born(self, run: str, architecture: str) -> Born | None:
        found = self._all(f"born#{run}", sk=architecture)
        return next((Born.model_validate_json(item["born"]) for item in found), None)

    # ── waits ──

    def note(self, wait: Wait, now: datetime) -> None:
        """Note the token of this attempt in the place of the last attempt's."""
        for key in _keys(wait):
            item = {**key, "wait": wait.model_dump_json(by_alias=True), "token": wait.token}
            self.dynamodb.put_item(TableName=self.table, Item=pack({**item, "expires": epoch(now + WAIT_KEPT)}))

    def waits_for(self, thing: Thing) -> list[Wait]:
        return [Wait.model_validate_json(item["wait"]) for item in self._all(f"wait#{_thing(thing)}")]

    def waits_of(self, run: str) -> list[Wait]:
        return [Wait.model_validate_json(item["wait"]) for item in self._all(f"run#{run}")]

    def forget(self, wait: Wait) -> None:
        """Remove a wait, unless a later attempt has already noted its own token there."""
        for key in reversed(_keys(wait)):
            self._delete(key, token=wait.token)

    # ── history ──

    def write_history(self, subject: str, event: Event) -> None:
        """Keep one event of an image, or of a run that has none.  Hearing it twice changes nothing."""
        item: Item = {
            "pk": f"history#{subject}",
            "sk": f"{event.time.isoformat()}#{event.id}",
            "type": event.detail_type,
        }
        item |= {"detail": event.model_dump_json(include={"detail"}), "expires": epoch(event.time + HISTORY_KEPT)}
        self.dynamodb.put_item(TableName=self.table, Item=pack(item))

    def history(self, subject: str, *, newest_first: bool = False) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Time, type and detail of every event of an image, family or run, oldest first unless told otherwise."""
        for item in self._all(f"history#{subject}", newest_first=newest_first):
            yield item["sk"].partition("#")[0], item["type"], json.loads(item["detail"])["detail"]

    # ── values ──

    def put(self, pk: str, sk: str, value: str, expires: datetime) -> None:
        """Write one value in the place of what was there."""
        item = {"pk": pk, "sk": sk, "value": value, "expires": epoch(expires)}
        self.dynamodb.put_item(TableName=self.table, Item=pack(item))

    def values(
        self, pk: str, sk: str | None = None, *, younger_than: datetime | None = None
    ) -> Iterator[tuple[str, str]]:
        """Each sk and value of a pk, or of one sk alone, that has not expired by then."""
        for item in self._all(pk, sk):
            if younger_than is None or item["expires"] > epoch(younger_than):
                yield item["sk"], item["value"]

    # ── DynamoDB ──

    def _all(self, pk: str, sk: str | None = None, *, newest_first: bool = False) -> Iterator[Item]:
        condition, values = "pk = :pk", {":pk": pk}
        if sk is not None:
            condition, values = "pk = :pk AND sk = :sk", {":pk": pk, ":sk": sk}
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=pack(values),
            ConsistentRead=True,
            ScanIndexForward=not newest_first,
        )
        return (unpack(item) for page in pages for item in page["Items"])

    def _delete(self, key: Mapping[str, str], token: str | None = None) -> None:
        """Delete an item, unless it holds another token."""
        condition: Item = {}
        if token is not None:
            condition = {
                "ConditionExpression": "attribute_not_exists(pk) OR #token = :token",
                "ExpressionAttributeNames": {"#token": "token"},
                "ExpressionAttributeValues": pack({":token": token}),
            }
        with suppress(self.dynamodb.exceptions.ConditionalCheckFailedException):
            self.dynamodb.delete_item(TableName=self.table, Key=pack(key), **condition)


def _keys(wait: Wait) -> list[dict[str, str]]:
    """By run first: a wait that is found by its thing can always be found by its run too."""
    pk = f"wait#{_thing(wait.thing)}"
    return [{"pk": f"run#{wait.run}", "sk": f"{pk}#{wait.state}"}, {"pk": pk, "sk": f"{wait.run}#{wait.state}"}]


def _thing(thing: Thing) -> str:
    return f"{thing.account}#{thing.region}#{thing.kind}#{thing.id}"


def epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def pack(values: Mapping[str, Any]) -> Item:
    return {name: TypeSerializer().serialize(value) for name, value in values.items()}


def unpack(item: Mapping[str, Any]) -> Item:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
