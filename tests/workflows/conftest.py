from collections.abc import Iterator
from typing import Final

import pytest

from sandbox.deploy import deploy_everywhere
from tests.embedded import Account, Embedded
from tests.rights.grants import note_grants
from tests.workflows.arranging import hears, knows
from tests.workflows.building import Family
from tests.workflows.deployed import Deployed
from tests.workflows.estates import small_estate
from tests.workflows.going import Going
from tests.workflows.retiring import Estate
from tests.workflows.verifying import Version

SETS_OFF: Final = ("ImageAvailable", "TagsWritten", "ImageAdopted", "ImageBuilt", "ImageVerified")  # a workflow


@pytest.fixture(scope="session")
def stack(embedded: Embedded) -> Deployed:
    """Goldsmith in an account of its own, deployed once per session.

    It takes in what a test asks it to, of the family `webapp`, and verifies nothing of it.
    """
    made = deployed(embedded, embedded.new_account(), speed="held")
    knows(made, "webapp")
    for rule in ("ImageAvailable", "TagsWritten", "ImageAdopted"):
        hears(made, rule, wanted=False)
    return made


@pytest.fixture
def goldsmith(stack: Deployed) -> Iterator[Deployed]:
    """The same, with fair weather before and after, and no event lost in silence."""
    stack.tell("weather/clear")
    stack.undelivered()
    yield stack
    stack.tell("weather/clear")


@pytest.fixture(scope="session")
def builds(embedded: Embedded) -> Deployed:
    """Another, in a world with base images, whose retry intervals pass at once; time-outs are held there too.

    What is built there is verified, and what is verified goes out, only when a test asks for it.
    """
    made = deployed_in_a_world(embedded)
    for rule in ("ImageBuilt", "ImageVerified"):
        hears(made, rule, wanted=False)
    return made


@pytest.fixture(scope="session")
def outgoing(embedded: Embedded) -> Deployed:
    """One more, for what is verified already; what is distributed there is promoted only when a test asks for it."""
    made = deployed_in_a_world(embedded)
    hears(made, "ImageDistributed", wanted=False)
    return made


@pytest.fixture(scope="module")
def breakable(embedded: Embedded) -> Deployed:
    """One for each module, that a test may break, if it mends it.  Only a distribution sets another workflow off."""
    made = deployed_in_a_world(embedded)
    knows(made, "webapp")
    for rule in SETS_OFF:
        hears(made, rule, wanted=False)
    return made


@pytest.fixture(scope="session")
def estate(embedded: Embedded) -> Estate:
    """One account with old versions, whose stack and roles a test may break, if it mends them again."""
    return small_estate(embedded)


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


@pytest.fixture
def version(builds: Deployed) -> Iterator[Version]:
    """A version of such a family that is built: one AMI, not verified yet."""
    builds.tell("weather/clear")
    builds.undelivered()
    yield Version(builds).recipe().candidate()
    weather = builds.tell("weather/clear")
    assert all(rule["struck"] for rule in weather["calls"] + weather["events"]), weather


@pytest.fixture
def going(outgoing: Deployed) -> Iterator[Going]:
    """A version that was verified; bad weather that never struck makes its test fail."""
    outgoing.tell("weather/clear")
    outgoing.undelivered()
    yield Going(outgoing).verified()
    weather = outgoing.tell("weather/clear")
    assert all(rule["struck"] for rule in weather["calls"] + weather["events"]), weather
