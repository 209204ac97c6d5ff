"""What a demo shows: a line per event, where each workflow stands, a picture of what stayed."""

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.live import Live

from demo.show import Screen, event_line, progress
from goldsmith.vocabulary import EventType
from goldsmith_cli.runs import Standing

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


def drawn(what) -> str:
    console = Console(file=io.StringIO(), width=110)
    console.print(what)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_the_end_of_a_run_says_how_long_it_took():
    event = {
        "detail_type": "Image Built",
        "detail": {"version": "2026.11.26", "decision": {"verdict": {"reasons": []}}},
    }

    assert event_line(event, 14.72).plain == "✓ Image Built 2026.11.26 in 14.7 s"


def test_a_refusal_says_why():
    event = {"detail_type": "Build Refused", "detail": {"decision": {"verdict": {"reasons": ["nothing_changed"]}}}}

    assert event_line(event, None).plain == "✓ Build Refused: nothing changed"


def test_an_announcement_says_for_when():
    event = {"detail_type": "Retirement Announced", "detail": {"version": "2026.10.22", "on": "2027-01-18"}}

    assert (
        event_line(event, 12.0).plain == "✓ Retirement Announced 2026.10.22: to be deprecated on 2027-01-18 in 12.0 s"
    )


def test_what_is_kept_is_not_to_be_deprecated():
    decision = {"verdict": {"reasons": ["unseen"]}}
    event = {"detail_type": "Image Kept", "detail": {"version": "1", "on": "2027-01-18", "decision": decision}}

    assert event_line(event, None).plain == "✓ Image Kept 1: unseen"


def test_each_workflow_is_done_or_somewhere_or_still_to_come():
    twin = Standing("Await test", NOW - timedelta(seconds=7), "x86_64", "", "a")
    held = Standing("Test hosts", NOW - timedelta(seconds=20), "x86_64")
    copying = Standing("Copy image", NOW, "x86_64", "hygiene")
    live = {"verify-web-1": [held, twin], "distribute-web-1": [copying]}
    lines = drawn(progress(live, {EventType.IMAGE_BUILT: 12.34}, NOW)).splitlines()
    by_verb = {line.split()[1]: line for line in lines if line.startswith("│")}

    assert all(word in by_verb["build"] for word in ("✓", "Image Built", "12.3"))
    assert "Await test (x86_64 host a)" in by_verb["verify"]
    assert "Test hosts" not in by_verb["verify"]
    assert "Copy image (x86_64)" in by_verb["distribute"]
    assert by_verb["promote"].replace("│", "").split() == ["promote"]


def test_the_picture_holds_what_stayed_and_nothing_that_was_live(tmp_path):
    screen = Screen(Console(file=io.StringIO(), force_terminal=True))
    with Live("passing", console=screen.console, transient=True):
        screen.say("[green]lasting[/]")
    screen.draw(tmp_path / "demo.svg")

    assert "lasting" in (tmp_path / "demo.svg").read_text()
    assert "passing" not in (tmp_path / "demo.svg").read_text()


def test_a_log_has_no_control_characters():
    screen = Screen(Console(file=io.StringIO()))
    with Live("passing", console=screen.console, transient=True):
        screen.say("[green]✓[/] lasting")

    assert screen.console.file.getvalue() == "✓ lasting\n"  # type: ignore[attr-defined]
