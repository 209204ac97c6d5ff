"""What rules of all weather share: whom they concern, how often they strike, and the count of it."""

import threading
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

LOCK: Final = threading.Lock()


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ids: ClassVar[Any] = iter(range(1, 1_000_000_000))

    account: str | None = Field(default=None, pattern=r"^\d{12}$")
    region: str | None = None
    times: int | None = Field(default=None, ge=1, description="how often it strikes; null: always")
    after: int = Field(default=0, ge=0, description="how many matches pass before the first strike")
    _id: int = PrivateAttr(default_factory=lambda: next(Rule.ids))
    _seen: int = PrivateAttr(default=0)
    _struck: int = PrivateAttr(default=0)

    def is_at(self, account: str, region: str) -> bool:
        return self.account in (None, account) and self.region in (None, region)

    def strikes(self) -> bool:
        """Count one match and say whether this is one to strike."""
        with LOCK:
            self._seen += 1
            if self._seen <= self.after or (self.times is not None and self._struck >= self.times):
                return False
            self._struck += 1
            return True

    def shown(self) -> dict[str, Any]:
        """The rule as it was given, with what became of it: `seen` matches, of which it `struck` some."""
        return self.model_dump(exclude_none=True) | {"id": self._id, "seen": self._seen, "struck": self._struck}


def for_account(rules: list[Any], account: str | None) -> list[Any]:
    """The rules that name `account`; all of them for None."""
    return [rule for rule in rules if account in (None, rule.account)]
