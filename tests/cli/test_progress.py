"""Progress on a terminal and elsewhere, with a clock that is told the time."""

from __future__ import annotations

import io

import pytest

from tui.cli.progress import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def started(stream: io.StringIO, total: int = 100, **more: object) -> tuple[Progress, Clock]:
    clock = Clock()
    progress = Progress(stream=stream, now=clock, **more)
    progress.start(total)
    return progress, clock


def test_s7_elsewhere_there_is_a_line_every_ten_seconds_without_control_codes() -> None:
    stream = io.StringIO()
    progress, clock = started(stream)
    for done in range(1, 50):
        clock.now += 0.5
        progress.update(done, 2)
    lines = stream.getvalue().splitlines()
    assert lines == ["20/100  2 images/s  0:40 left  2 failed", "40/100  2 images/s  0:30 left  2 failed"]
    assert stream.getvalue().replace("\n", "").isprintable()


def test_a_terminal_gets_one_line_that_is_taken_away_at_the_end() -> None:
    stream = Screen()
    progress, clock = started(stream)
    clock.now += 1
    progress.update(50, 0)
    drawn = stream.getvalue()
    assert drawn.startswith("\r[")
    assert "50/100" in drawn
    assert "\n" not in drawn
    progress.finish()
    assert stream.getvalue().endswith(" \r")


@pytest.mark.parametrize("columns", [20, 40, 80, 300])
def test_s7_the_bar_fits_the_width(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Screen()
    progress, clock = started(stream, 1_000_000)
    clock.now += 1
    progress.update(999_999, 12345)
    assert 0 < len(stream.getvalue().lstrip("\r")) < columns


def test_talk_goes_above_the_bar_and_cannot_drive_the_terminal() -> None:
    stream = Screen()
    progress, clock = started(stream)
    clock.now += 1
    progress.update(5, 0)
    progress.say("bad\x1b[2Jname")
    *_, talk, bar = stream.getvalue().split("\r")
    assert talk == "bad\\x1b[2Jname\n"
    assert "5/100" in bar
    assert "\x1b" not in stream.getvalue()


def test_quiet_says_nothing() -> None:
    stream = Screen()
    progress, clock = started(stream, quiet=True)
    clock.now += 100
    progress.update(5, 0)
    progress.say("x")
    progress.finish()
    assert stream.getvalue() == ""


def test_the_rate_is_that_of_late_and_falls_back_to_all() -> None:
    stream = io.StringIO()
    progress, clock = started(stream)
    for done in (10, 10, 10, 10, 10):
        clock.now += 10.5
        progress.update(done, 0)
    last = stream.getvalue().splitlines()[-1]
    assert last.startswith("10/100  0.19 images/s")
