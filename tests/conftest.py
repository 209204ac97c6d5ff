import os
from collections.abc import Iterator

import pytest

from tests.embedded import Account, Embedded, started

os.environ |= {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "goldsmith",
}


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with started(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture
def account(embedded: Embedded) -> Account:
    return embedded.new_account()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--contract", help="run only the contract tests of this patch")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if patch := config.getoption("--contract"):
        items[:] = [item for item in items if any(patch in mark.args for mark in item.iter_markers("contract"))]
