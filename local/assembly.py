"""All patches, in the order in which they build on each other, and the server."""

import asyncio

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as gateway

from local import ageing, ami, bridge, cloudformation, commands, engine, functions, iam_ec2, weather, worlds  # noqa: F401 - importing registers patches
from local.control import with_commands
from local.patching import apply_all
from local.worlds import with_world


def serve(port: int) -> None:
    apply_all()
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    asyncio.run(hypercorn_serve(with_world(with_commands(gateway.app)), config))
