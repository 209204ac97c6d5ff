from goldsmith.vocabulary import Reason
from tests.policy import (
    retiring,
    test_adopt,
    test_announce,
    test_audit,
    test_build,
    test_claim,
    test_complete,
    test_deprecate,
    test_deregister,
    test_disable,
    test_distribute,
    test_orphan,
    test_promote,
    test_prune,
    test_supersede,
    verifying,
)

TABLES = (
    test_adopt.ONE_THING_WRONG, test_adopt.UNSEEN, test_audit.ONE_THING_WRONG, test_audit.UNSEEN,
    test_build.ONE_THING_WRONG, test_build.UNSEEN, test_claim.ONE_THING_WRONG, test_complete.ONE_THING_WRONG,
    test_distribute.ONE_THING_WRONG, test_promote.ONE_THING_WRONG, test_prune.ONE_THING_WRONG,
    verifying.ONE_THING_WRONG, verifying.UNSEEN,
    retiring.STAYS, test_announce.ONE_THING_WRONG, test_deprecate.ONE_THING_WRONG, test_deregister.ONE_THING_WRONG,
    test_disable.ONE_THING_WRONG, test_orphan.ONE_THING_WRONG, test_supersede.ONE_THING_WRONG,
)  # fmt: skip


def test_every_reason_is_shown_by_a_test():
    assert {reason for table in TABLES for reason in table} == set(Reason)
