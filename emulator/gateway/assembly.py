"""The server: ministack's gateway with all patches, the commands and the world to start with."""

import asyncio
import signal
import socket

import uvloop
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as gateway

from emulator import patches
from emulator.events import service_events
from emulator.gateway.control import with_commands
from emulator.gateway.remembering import remember
from emulator.gateway.settling import requests_counted
from emulator.worlds.load import StartWorld

patches.load()


def serve(port: int) -> int:
    """Serve until SIGINT or SIGTERM; the exit status is 1 if the world to start with cannot be."""
    remember()
    patches.apply_all()
    service_events.start()
    loop = uvloop.new_event_loop()  # a sixth less CPU time than asyncio's own
    asyncio.set_event_loop(loop)
    return int(loop.run_until_complete(_serve(port)))  # asyncio.run would wait for every thread


async def _serve(port: int) -> int:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    config = Config()
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    with socket.create_server(("127.0.0.1", port), backlog=config.backlog) as listening:
        config.bind = [
            f"fd://{listening.detach()}"
        ]  # so that nobody is refused from here on, the world's maker included
        world = StartWorld(stop)
        await hypercorn_serve(
            world.before(requests_counted(with_commands(gateway.app))), config, shutdown_trigger=stop.wait
        )
    return 1 if world.failed else 0
