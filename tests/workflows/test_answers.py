"""The answers that tests script are such as hosts give."""

import pytest

from goldsmith.recipe.bundle import TESTS
from goldsmith.values.host_answers import ComponentAnswer, HostPackages, Identity, Inspection, Numbers
from tests.workflows.answers import FAIR, answer, outcome, remark

MODELS: dict[str, type[ComponentAnswer]] = {"numbers": Numbers, "identity": Identity, "inventory": HostPackages}


@pytest.mark.parametrize("test", TESTS)
def test_an_answer_is_of_its_shape(test: str):
    read = MODELS.get(test, Inspection).read(answer(test))
    assert not isinstance(read, Inspection) or (read.sound and read.passed)
    assert FAIR[test] == {"status": "Success", "exit": 0, "stdout": answer(test)}


@pytest.mark.parametrize("part", ["failed", "unseen"])
def test_an_item_that_is_wrong_has_not_passed(part: str):
    ended = outcome("boot", **{part: [remark("units", "nginx.service")]})

    assert (ended["status"], ended["exit"]) == ("Failed", 1)
    read = Inspection.read(ended["stdout"])
    assert not read.sound
    assert "units" not in read.passed
