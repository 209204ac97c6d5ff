from goldsmith.vocabulary import Reason
from tests.policy import test_adopt, test_audit


def test_every_reason_is_shown_by_a_test():
    shown = [each.ONE_THING_WRONG.keys() | each.UNSEEN.keys() for each in (test_adopt, test_audit)]
    assert shown[0] | shown[1] == set(Reason)
