"""What tests and people can tell the embedded AWS that no AWS API says: `POST /_goldsmith/<command>` with JSON."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

Command = Callable[[dict[str, Any]], Any]
COMMANDS: Final[dict[str, Command]] = {}
PREFIX: Final = "/_goldsmith/"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class Body(dict[str, Any]):
    """What was posted; a field that is not there is the caller's error, unlike a KeyError of ours."""

    def __missing__(self, field: str) -> Any:
        raise ValueError(f"say `{field}`")


def command(name: str) -> Callable[[Command], Command]:
    """Answer `POST /_goldsmith/<name>`: JSON object in, JSON value out; ValueError becomes a 400 that says why.

    So does a field that the command takes from the object by name (`body["account"]`) and that is not there.
    """

    def register(answer: Command) -> Command:
        COMMANDS[name] = answer
        return answer

    return register


def with_commands(app: Asgi) -> Asgi:
    """`app`, with our commands before it."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await app(scope, receive, send)
            return
        status, answer = await _answer(scope["path"].removeprefix(PREFIX), await _body(receive))
        body = json.dumps(answer, default=str).encode()
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": body})

    return serve


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _answer(name: str, body: bytes) -> tuple[int, Any]:
    if name not in COMMANDS:
        return 404, {"error": f"no command {name!r}; there are: {', '.join(sorted(COMMANDS))}"}
    try:
        return 200, await asyncio.to_thread(COMMANDS[name], _asked(body))
    except ValueError as error:
        return 400, {"error": str(error)}


def _asked(body: bytes) -> Body:
    asked = json.loads(body or b"{}", object_hook=Body)
    if isinstance(asked, Body):
        return asked
    raise ValueError("a command takes a JSON object")
