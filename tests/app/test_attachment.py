"""Another terminal behind tmux is noticed, and the one there is left alone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tui.app import attachment
from tui.app.attachment import Attachment, tmux_client


class World:
    """An attachment whose clock, client and threads are set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, tmux: bool = True) -> None:
        self.now, self.client, self.asked, self.changes = 100.0, "17 /dev/pts/3 xterm-kitty", 0, 0
        self.paints: list[bool] = []
        self.holds: list[bool] = []
        self.work: list[Callable[[], None]] = []
        monkeypatch.setattr(attachment.time, "monotonic", lambda: self.now)
        self.attachment = Attachment(
            tmux=tmux,
            paint=self.paints.append,
            changed=self._change,
            hold=self.holds.append,
            apart=self.work.append,
            post=lambda action: action(),
            client=self._ask,
        )
        self.turn()

    def _change(self) -> None:
        self.changes += 1

    def _ask(self) -> str:
        self.asked += 1
        return self.client

    def turn(self) -> None:
        """Let the threads work."""
        while self.work:
            self.work.pop(0)()

    def away(self, seconds: float) -> None:
        self.now += 60.0
        self.attachment.blur()
        self.now += seconds
        self.attachment.focus()
        self.turn()


def test_another_client_is_asked_anew_and_the_same_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.away(60.0)
    assert world.changes == 0
    world.client = "18 /dev/pts/4 xterm-256color"
    world.away(0.1)
    world.away(0.1)
    assert world.changes == 1


def test_nobody_attached_is_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    seen, world.client = world.client, ""
    world.away(60.0)
    world.client = seen
    world.away(60.0)
    assert world.changes == 0


def test_a_key_after_a_rest_looks_and_keys_in_a_row_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    asked = world.asked
    for pause in (1.0, 1.0, 10.0, 1.0):
        world.now += pause
        world.attachment.key()
        world.turn()
    assert world.asked == asked + 1


def test_pictures_are_sent_again_only_where_tmux_may_have_lost_them(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.away(1.0)
    world.away(30.0)
    plain = World(monkeypatch, tmux=False)
    plain.away(30.0)
    assert world.paints == [False, True]
    assert plain.paints == [False]
    assert plain.asked == 0


def test_nothing_is_drawn_while_it_is_not_known_for_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.holds.clear()
    world.attachment.look()
    world.attachment.look()
    assert world.holds == [True]
    world.turn()
    assert world.holds == [True, False]


def test_tmux_that_cannot_be_asked_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert tmux_client() == ""


def test_what_tmux_says_is_taken_when_it_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    for code, said in ((0, "17 /dev/pts/3 xterm-kitty"), (1, "")):
        done = subprocess.CompletedProcess([], code, stdout="17 /dev/pts/3 xterm-kitty\n")
        monkeypatch.setattr(subprocess, "run", lambda *_, done=done, **__: done)
        assert tmux_client() == said
