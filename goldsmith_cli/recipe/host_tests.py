"""What hosts launched from an image go through: the checks in components/linux, with what a recipe says to each."""

import shlex
from collections.abc import Iterator
from typing import Final

from goldsmith.recipe.bundle import TESTS
from goldsmith.recipe.release import Service, Tests, Workload

SECONDS: Final = dict.fromkeys(TESTS, 15 * 60) | {"workload": 30 * 60}
ALWAYS: Final = {"hygiene": ("--launched", "yes"), "inventory": ("--limit", "0")}
# One command line for `sh`; "$u" is the address.  An image may have no curl, but then it has Python.  Neither follows
# where an answer points to.
_ASK: Final = """\
if command -v curl >/dev/null; then s=$(curl -q -gso /dev/null -w '%{http_code}' "$u"); \
else s=$(python3 -c 'import sys, http.client as h, urllib.parse as p; u = p.urlsplit(sys.argv[1]); \
c = getattr(h, u.scheme.upper() + "Connection")(u.netloc); \
c.request("GET", (u.path or "/") + (u.query and "?" + u.query)); print(c.getresponse().status)' "$u"); fi"""


def host_tests(tests: Tests) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The file below components/linux and the arguments of each test, in their order."""
    said = ALWAYS | {"service": tuple(_promises(tests.service)), "workload": tuple(_runs(tests.workload))}
    return {name: (_file(name), (*said.get(name, ()), *_left_out(name, tests))) for name in tests.names}


def _file(name: str) -> str:
    return name if name == "inventory" else f"check/{name}"


def _left_out(name: str, tests: Tests) -> Iterator[str]:
    for check, _, item in (each.partition(":") for each in tests.leave_out):
        if check == name:
            yield from ("--except", item)


def _promises(service: Service) -> Iterator[str]:
    for option, values in (
        ("--unit", service.units),
        ("--port", service.ports),
        ("--local-port", service.local_ports),
        ("--package", service.packages),
    ):
        for value in values:
            yield from (option, value)


def _runs(workloads: tuple[Workload, ...]) -> Iterator[str]:
    for each in workloads:
        yield from ("--run", f"{each.name}={each.run or answers(each.url or '', each.status or 200)}")


def answers(url: str, status: int) -> str:
    """A command line that ends with 0 if the address answers with this status."""
    return f'u={shlex.quote(url)}; {_ASK}; [ "$s" = {status} ]'
