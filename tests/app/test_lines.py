"""When the lines of text are shown: changes of long duration at once, others when the keys rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tui.app import lines
from tui.app.lines import Lines
from tui.app.parts import Part
from tui.session.help import Hint
from tui.session.state import Draft, ImageState, Options, Session
from tui.types.prompt import Point


class Line:
    """A widget that keeps what it was given."""

    def __init__(self) -> None:
        self.shown: list[object] = []
        self.notice = ""

    def show(self, *what: object) -> None:
        self.shown.append(what[0])

    def say(self, text: str, severity: str) -> None:
        self.notice = text


class World:
    """The lines, a clock set by hand, and what is to happen later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, metered: bool = False) -> None:
        self.status, self.readout, self.hint = Line(), Line(), Line()
        self.now = 100.0
        self.drawing = self.dialog = False
        self.timers: list[tuple[float, Callable[[], object]]] = []
        image = ImageState(0, "a.jpg", (100, 80), "ready", encoded=True)
        self.session = replace(Session(Options(), ("cat",), image_count=1, image=image), cursor=(7.0, 5.0))
        monkeypatch.setattr(lines.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(lines.time, "perf_counter", lambda: self.now)
        self.lines = Lines(
            (self.status, self.readout, self.hint),
            session=lambda: self.session,
            model=lambda: "model CPU",
            metered=metered,
            later=lambda seconds, action: self.timers.append((self.now + seconds, action)),
            drawing=lambda: self.drawing,
            dialog=lambda: self.dialog,
        )

    def wait(self, seconds: float) -> None:
        self.now += seconds
        due = [action for at, action in self.timers if at <= self.now + 1e-9]
        self.timers = [(at, action) for at, action in self.timers if at > self.now + 1e-9]
        for action in due:
            action()

    def ask(self, ticket: int) -> None:
        self.session = replace(self.session, draft=Draft(points=(Point(1, 1),), ticket=ticket))
        self.lines.show()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_change_is_shown_at_once(world: World) -> None:
    world.lines.show()
    assert Part("a.jpg", "name") in world.status.shown[-1]
    assert all(isinstance(hint, Hint) for hint in world.hint.shown[-1])


def test_a_photo_on_its_way_is_told_when_it_lasts_and_until_it_is_there(world: World) -> None:
    told = Part("drawing…", "warn")
    world.drawing = True
    world.lines.show()
    world.lines.show()
    assert len(world.timers) == 1
    assert told not in world.status.shown[-1]
    world.wait(0.5)
    assert told in world.status.shown[-1]
    world.drawing = False
    world.wait(0.5)
    assert told not in world.status.shown[-1]
    assert not world.timers


def test_under_a_dialog_the_hints_are_not_those_of_the_picture(world: World) -> None:
    world.dialog = True
    world.lines.show()
    assert [hint.key for hint in world.hint.shown[-1]] == ["Esc"]
    world.dialog = False
    world.lines.show()
    assert "q" in [hint.key for hint in world.hint.shown[-1]]


def test_the_wait_for_an_answer_is_shown_when_it_lasts(world: World) -> None:
    world.ask(1)
    world.wait(0.1)
    world.lines.show()
    assert world.status.shown == []
    world.wait(0.1)
    assert Part("segmenting…", "warn") in world.status.shown[-1]
    world.lines.show()
    assert len(world.status.shown) == 2


def test_an_answer_that_comes_soon_spares_the_wait(world: World) -> None:
    world.ask(1)
    world.session = replace(world.session, draft=replace(world.session.draft, answered=1))
    world.lines.show()
    world.wait(1.0)
    assert world.status.shown
    assert not any(Part("segmenting…", "warn") in parts for parts in world.status.shown)


def test_place_and_zoom_are_shown_when_the_keys_rest(world: World) -> None:
    for _ in range(5):
        world.lines.stir()
        world.wait(0.2)
    assert world.readout.shown == []
    world.wait(0.1)
    assert world.readout.shown == ["100% 7,5"]


def test_the_meter_begins_with_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, metered=True)
    world.lines.count(1000)
    world.lines.key()
    world.wait(0.004)
    world.lines.count(70)
    world.lines.stir()
    world.wait(0.3)
    assert world.readout.shown == ["70 B 4.0 ms  100% 7,5"]


def test_a_notice_goes_after_a_while_or_with_a_key_and_an_error_stays(world: World) -> None:
    world.lines.say("saved", "information")
    world.lines.say("saved twice", "information")
    world.wait(8.0)
    assert world.hint.notice == ""
    world.lines.say("disk full", "error")
    world.wait(60.0)
    assert world.hint.notice == "disk full"
    world.lines.key()
    assert world.hint.notice == ""
