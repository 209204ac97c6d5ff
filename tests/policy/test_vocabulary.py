from goldsmith.vocabulary import Reason
from tests.policy import (
    test_adopt,
    test_audit,
    test_build,
    test_claim,
    test_complete,
    test_distribute,
    test_promote,
    test_prune,
    verifying,
)

TABLES = (
    test_adopt.ONE_THING_WRONG, test_adopt.UNSEEN, test_audit.ONE_THING_WRONG, test_audit.UNSEEN,
    test_build.ONE_THING_WRONG, test_build.UNSEEN, test_claim.ONE_THING_WRONG, test_complete.ONE_THING_WRONG,
    test_distribute.ONE_THING_WRONG, test_promote.ONE_THING_WRONG, test_prune.ONE_THING_WRONG,
    verifying.ONE_THING_WRONG, verifying.UNSEEN,
)  # fmt: skip


def test_every_reason_is_shown_by_a_test():
    assert {reason for table in TABLES for reason in table} == set(Reason)
