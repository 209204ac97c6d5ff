"""Values of the ledger that several runs change: written back only if nobody changed them meanwhile.

pk                  sk                                           one item for
copies#<region>     slots                                        the room for copies to a region, and who has it
late                <family>                                     the newest version of a family that a region lacks
channels            <family>#<channel>#<region>#<architecture>   what a channel points to there
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from goldsmith.errors import TryAgain
from goldsmith.ledger.table import Ledger, epoch, pack


class Values:
    """Those of one pk."""

    def __init__(self, ledger: Ledger, pk: str) -> None:
        self.ledger, self.pk = ledger, pk

    def all(self) -> Iterator[tuple[str, str]]:
        return self.ledger.values(self.pk)

    def get(self, sk: str) -> str | None:
        return next((value for _, value in self.ledger.values(self.pk, sk)), None)

    def put(self, sk: str, value: str, *, instead_of: str | None, expires: datetime | None = None) -> None:
        """Write it in the place of what was read; TryAgain if somebody else was faster."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if instead_of is not None:
            condition = {
                "ConditionExpression": "#value = :old",
                "ExpressionAttributeNames": {"#value": "value"},
                "ExpressionAttributeValues": pack({":old": instead_of}),
            }
        item: dict[str, Any] = {"pk": self.pk, "sk": sk, "value": value}
        item |= {"expires": epoch(expires)} if expires else {}
        try:
            self.ledger.dynamodb.put_item(TableName=self.ledger.table, Item=pack(item), **condition)
        except self.ledger.dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise TryAgain(f"the ledger's {self.pk} {sk} was changed meanwhile") from error
