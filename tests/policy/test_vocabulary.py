from goldsmith.vocabulary import Reason
from tests.policy import test_adopt


def test_every_reason_is_shown_by_a_test():
    assert test_adopt.ONE_THING_WRONG.keys() | test_adopt.UNSEEN.keys() == set(Reason)
