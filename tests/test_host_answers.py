import json
from typing import TypeVar

import pytest
from pydantic import ValidationError

from goldsmith.errors import CannotTell
from goldsmith.recipe.component import assembled
from goldsmith.values.host_answers import Change, ComponentAnswer, HostPackages, Inspection, Update, difference

A = TypeVar("A", bound=ComponentAnswer)
CHECK: dict[str, object] = {
    "component": "check/boot",
    "failed": [],
    "unseen": [],
    "skipped": [],
    "passed": ["started"],
    "omitted": 0,
}
REMARK = {"id": "units", "where": "ssh.service", "what": "has failed"}
UPDATE: dict[str, object] = {
    "component": "update",
    "release": "12",
    "rebootDue": False,
    "failed": [],
    "changes": [],
    "omitted": 0,
}


def inventory(*packages: str, omitted: int = 0) -> HostPackages:
    about: dict[str, str] = dict.fromkeys(("os", "osVersion", "osName", "kernel", "architecture"), "x")
    empty: dict[str, list[str]] = {"unseen": [], "ports": [], "setuid": [], "enabled": []}
    answer = {"component": "inventory", **about, **empty, "packages": packages, "omitted": omitted}
    return HostPackages.read(json.dumps(answer, separators=(",", ":")))


def read(model: type[A], answer: dict[str, object], **changed: object) -> A:
    return model.read(json.dumps(answer | changed, separators=(",", ":")))


def test_a_check_is_sound_if_nothing_failed_and_all_was_seen():
    assert read(Inspection, CHECK).sound


@pytest.mark.parametrize("wrong", [{"failed": [REMARK]}, {"unseen": [REMARK]}, {"omitted": 1}])
def test_a_check_is_not_sound_on_doubt(wrong):
    assert not read(Inspection, CHECK, **wrong).sound


@pytest.mark.parametrize("output", ["", "Killed\n", '{"other":1}\n'])
def test_no_answer_is_no_fact(output):
    with pytest.raises(CannotTell):
        Inspection.read(output)


@pytest.mark.parametrize("wrong", [{"component": "check/other"}, {"surprise": 1}])
def test_an_answer_of_another_shape_is_refused(wrong):
    with pytest.raises(ValidationError):
        read(Inspection, CHECK, **wrong)


@pytest.mark.parametrize("missing", CHECK)
def test_every_part_of_an_answer_is_needed(missing):
    with pytest.raises((ValidationError, CannotTell)):
        Inspection.read(json.dumps({k: v for k, v in CHECK.items() if k != missing}, separators=(",", ":")))


def test_of_two_answers_the_last_counts():
    lines = [json.dumps(UPDATE | {"rebootDue": due}, separators=(",", ":")) for due in (True, False)]
    assert not Update.read("\n".join(lines)).reboot_due


def test_a_package_that_came_or_went_has_one_version():
    changes = read(Update, UPDATE, changes=["new - 1", "gone 1 -", "newer 1 2"]).changes
    assert changes == (Change("new", None, "1"), Change("gone", "1", None), Change("newer", "1", "2"))


def test_packages_are_compared_by_name_and_architecture():
    before = inventory("libc 1 amd64", "libc 1 i386", "kernel 5 amd64", "kernel 6 amd64")
    after = inventory("libc 1 amd64", "libc 2 i386", "kernel 6 amd64")
    assert difference(before, after) == (Change("kernel", "5,6", "6"), Change("libc", "1", "2"))


def test_an_inventory_that_was_cut_short_is_not_compared():
    with pytest.raises(CannotTell):
        difference(inventory("libc 1 amd64"), inventory("libc 1 amd64", omitted=1))


def test_a_component_is_shipped_as_one_script_with_its_arguments(tmp_path):
    (tmp_path / "check").mkdir()
    (tmp_path / "component.sh").write_text('parse() { echo "$@"; }\n')
    script = '#!/bin/sh\n# why\n# shellcheck source=../component.sh\n. "${0%/*}/../component.sh"\nparse "$@"\n'
    (tmp_path / "check/boot").write_text(script)
    assert assembled(tmp_path, "check/boot", ["--wait", "a b"]) == (
        "#!/bin/sh\n# why\nparse() { echo \"$@\"; }\nparse --wait 'a b'\n"
    )


@pytest.mark.parametrize(
    ("script", "shipped"),
    [
        ('#!/bin/bash\nset -e\nrun "$@"\n', "#!/bin/bash\nset -- --wait 'a \\1 b'\nset -e\nrun \"$@\"\n"),
        ('#!/bin/sh\n  parse "$@"\n', "#!/bin/sh\nset -- --wait 'a \\1 b'\n  parse \"$@\"\n"),
        ("echo\n", "set -- --wait 'a \\1 b'\necho\n"),
    ],
)
def test_a_script_that_is_not_like_ours_finds_its_arguments_too(tmp_path, script, shipped):
    (tmp_path / "mine").write_text(script)
    assert assembled(tmp_path, "mine") == script
    assert assembled(tmp_path, "mine", ["--wait", "a \\1 b"]) == shipped


def test_a_component_reads_nothing_from_outside_its_folder(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "key").write_text("secret\n")
    (tmp_path / "inside/mine").write_text('#!/bin/sh\n# shellcheck source=../key\n. "${0%/*}/../key"\n')
    with pytest.raises(ValueError, match=r"mine reads \.\./key"):
        assembled(tmp_path / "inside", "mine")
