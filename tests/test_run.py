import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.run import LONGEST_NAME, execution_arn, name_run, verb_of
from goldsmith.vocabulary import Verb

ATTEMPTS = st.integers(1, 10**6)


def test_a_short_name_reads_as_it_is():
    assert name_run(Verb.ADOPT, "ami-0abc", 3) == "adopt-ami-0abc-3"


@given(st.text(min_size=1), ATTEMPTS)
def test_every_name_is_one_that_step_functions_takes(subject, attempt):
    name = name_run(Verb.ADOPT, subject, attempt)

    assert re.fullmatch(rf"[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}", name)
    assert name.endswith(f"-{attempt}")
    assert verb_of(name) is Verb.ADOPT


@given(st.text(min_size=1), st.text(min_size=1), ATTEMPTS)
def test_different_subjects_have_different_names(one, other, attempt):
    assert (name_run(Verb.ADOPT, one, attempt) == name_run(Verb.ADOPT, other, attempt)) == (one == other)


@pytest.mark.parametrize(("length", "kept"), [(72, True), (73, False)])
def test_exactly_eighty_characters_are_kept_whole(length, kept):
    subject = "x" * length
    name = name_run(Verb.ADOPT, subject, 1)

    assert (subject in name) is kept
    assert len(name) == LONGEST_NAME


def test_a_runs_execution_is_found_by_its_name():
    machines = "arn:aws:states:us-east-1:123456789012:stateMachine:goldsmith-"

    assert execution_arn(machines, "adopt-ami-1-1") == (
        "arn:aws:states:us-east-1:123456789012:execution:goldsmith-adopt:adopt-ami-1-1"
    )


def test_a_name_of_somebody_else_has_no_verb():
    with pytest.raises(ValueError, match="nightly"):
        verb_of("nightly-build-7")
