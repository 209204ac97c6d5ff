"""Load a world: by the command `world`, or at the start with `GOLDSMITH_LOCAL_WORLD=name`."""

import asyncio
import logging
import os
import threading
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import Field, model_validator

from emulator.gateway.control import Asgi, Receive, Scope, Send, command
from emulator.images import base_images
from emulator.worlds.api import AGENT
from emulator.worlds.build import Build, Ids
from emulator.worlds.model import Strict, World, parse, read

LOCK: Final = threading.Lock()
LOG: Final = logging.getLogger(__name__)
LOADED: Final[dict[str, str]] = {}  # name of the world by account


class Load(Strict):
    account: str = Field(pattern=r"^\d{12}$", description="becomes the world's first account")
    accounts: dict[str, str] = Field(default_factory=dict, description="ids of the world's other accounts, by name")
    name: str | None = None
    yaml: str | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "Load":
        if (self.name is None) == (self.yaml is None):
            raise ValueError("give a world's `name` or its `yaml`")
        return self


@command("world")
def load(body: dict[str, Any]) -> Any:
    """Make a world in fresh accounts; answers the ids of what it made by the names of the world file."""
    asked = Load.model_validate(body)
    world = parse(asked.yaml if asked.yaml is not None else read(asked.name or ""))
    accounts = _accounts(world, asked)
    _claim(accounts, asked.name or "of your own")
    try:
        ids: Ids = base_images.make(world.base_images, world.regions)
        known = dict(ids)
        made = {name: Build(world, name, accounts, known).run() for name in world.accounts}
    except (BotoCoreError, ClientError) as error:
        raise ValueError(f"AWS refuses this world: {error}") from error
    return {"world": asked.name, "base_images": ids, "accounts": made}


def _accounts(world: World, asked: Load) -> dict[str, str]:
    """The id of each account of the world."""
    first = next(iter(world.accounts))
    chosen = {name: account.id for name, account in world.accounts.items()} | asked.accounts | {first: asked.account}
    if strange := chosen.keys() - world.accounts.keys():
        raise ValueError(f"the world has no account {', '.join(sorted(strange))}")
    if nameless := [name for name, account in chosen.items() if account is None]:
        raise ValueError(f"no id for account {', '.join(nameless)}: say it in `accounts`")
    return {name: str(account) for name, account in chosen.items()}


def _claim(accounts: dict[str, str], name: str) -> None:
    with LOCK:
        for account in accounts.values():
            if account in LOADED:
                raise ValueError(f"account {account} already holds the world {LOADED[account]}: take a fresh one")
        LOADED.update(dict.fromkeys(accounts.values(), name))


class StartWorld:
    """The world of `GOLDSMITH_LOCAL_WORLD`, if any: requests wait until it is there.  If it cannot be, all ends."""

    def __init__(self, stop: asyncio.Event) -> None:
        self.failed, self._stop = False, stop
        name = os.environ.get("GOLDSMITH_LOCAL_WORLD")
        self._loading = asyncio.create_task(self._load(name)) if name else None

    async def _load(self, name: str) -> None:
        try:
            await asyncio.to_thread(load, {"name": name, "account": os.environ["MINISTACK_ACCOUNT_ID"]})
        except Exception as error:
            self.failed = True
            LOG.critical("the embedded AWS ends, for it cannot load the world %r: %s", name, error)
            self._stop.set()
            if not isinstance(error, ValueError):
                raise

    def before(self, app: Asgi) -> Asgi:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if self._loading and scope["type"] == "http" and not _is_ours(scope):
                await asyncio.shield(self._loading)
            await app(scope, receive, send)

        return serve


def _is_ours(scope: Scope) -> bool:
    """Whether the loader itself makes this request."""
    return any(name == b"user-agent" and AGENT.encode() in value for name, value in scope["headers"])
