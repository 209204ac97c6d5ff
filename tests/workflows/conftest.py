from collections.abc import Iterator

import pytest

from local.deploy import deploy_everywhere
from tests.embedded import Account, Embedded
from tests.rights.grants import note_grants
from tests.workflows.building import Family
from tests.workflows.deployed import Deployed


@pytest.fixture(scope="session")
def stack(embedded: Embedded) -> Deployed:
    """Goldsmith in an account of its own, deployed once per session."""
    return deployed(embedded, embedded.new_account(), speed="held")


@pytest.fixture
def goldsmith(stack: Deployed) -> Iterator[Deployed]:
    """The same, with fair weather before and after, and no event lost in silence."""
    stack.tell("weather/clear")
    stack.undelivered()
    yield stack
    stack.tell("weather/clear")


@pytest.fixture(scope="session")
def builds(embedded: Embedded) -> Deployed:
    """Another, in a world with base images, whose retry intervals pass at once; time-outs are held there too."""
    return deployed_in_a_world(embedded)


def deployed_in_a_world(embedded: Embedded) -> Deployed:
    account = embedded.new_account()
    embedded.tell("world", account=account.id, name="empty")
    return deployed(embedded, account, speed="instant")


def deployed(embedded: Embedded, account: Account, *, speed: str) -> Deployed:
    embedded.tell("clock", account=account.id, speed=speed)
    embedded.tell("images/hold", account=account.id)
    outputs = deploy_everywhere(embedded.endpoint, account.id)
    note_grants(account, {"goldsmith": "us-east-1", "goldsmith-region": "eu-west-1"})
    return Deployed(embedded, account, outputs)


@pytest.fixture
def family(builds: Deployed) -> Iterator[Family]:
    """A family of one architecture whose recipe is accepted; bad weather that never struck makes its test fail."""
    builds.tell("weather/clear")
    builds.undelivered()
    yield Family(builds).accepted()
    weather = builds.tell("weather/clear")
    assert all(rule["struck"] for rule in weather["calls"] + weather["events"]), weather
