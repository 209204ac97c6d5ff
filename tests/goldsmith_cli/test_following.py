from goldsmith_cli.following import Told, since

ASKED: Told = ("2026-11-26T14:21:20+00:00", "Adoption Requested", {})
ADOPTED: Told = ("2026-11-26T14:21:20+00:00", "Image Adopted", {})


def test_a_new_event_of_the_same_second_may_stand_before_one_that_was_heard():
    assert since([ASKED], [ADOPTED, ASKED]) == [ADOPTED]


def test_nothing_new():
    assert since([ASKED, ADOPTED], [ADOPTED, ASKED]) == []
