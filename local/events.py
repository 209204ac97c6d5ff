"""Service events: what AWS would send, put on the default bus of the account and region where it happened."""

import contextvars
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import eventbridge


def emit(  # noqa: PLR0913 - the fields of an event
    account: str, region: str, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str]
) -> None:
    """Put one service event on a thread of its own, as AWS does: the call that caused it never waits for it."""

    def put() -> None:
        set_request_account_id(account)
        set_request_region(region)
        entry = {
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": list(resources),
        }
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    threading.Thread(target=contextvars.Context().run, args=(put,), daemon=True).start()
