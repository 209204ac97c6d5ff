import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from botocore.client import ClientCreator
from botocore.loaders import JSONFileLoader
from hypothesis import HealthCheck, settings

from tests.embedded import ENDPOINT, Account, Embedded, awaited, started
from tests.rights.grants import journal_file

os.environ |= {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # a thousand images for each backend, of which no test needs one
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "goldsmith",
}

# moto gives each test a session of its own, which would read the models of all its services again, and make the methods
# of each client.
MODELS = JSONFileLoader()
JSONFileLoader.load_file = staticmethod(cache(MODELS.load_file))  # type: ignore[method-assign]
CREATE_METHODS = ClientCreator._create_methods  # type: ignore[attr-defined]
METHODS: dict[tuple[str, str], dict[str, Any]] = {}


def methods_of(creator: ClientCreator, model: Any) -> dict[str, Any]:
    """A client's methods by name; a copy, for extensions of a session add their own."""
    key = (model.service_name, model.api_version)
    if key not in METHODS:
        METHODS[key] = CREATE_METHODS(creator, model)
    return METHODS[key].copy()


ClientCreator._create_methods = methods_of  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins before what is over at once, so that two processes end at about the same time."""
    items.sort(key=lambda item: item.path.parent.name != "workflows")


# Properties are about values: how fast a busy machine tries them is no property.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    if endpoint := os.environ.get(ENDPOINT):
        with awaited(Embedded(endpoint)) as running:
            yield running
        return
    journal = str(journal_file("allowed"))
    with started(tmp_path_factory.mktemp("embedded"), GOLDSMITH_LOCAL_JOURNAL=journal) as running:
        yield running


@pytest.fixture
def account(embedded: Embedded) -> Account:
    return embedded.new_account()
