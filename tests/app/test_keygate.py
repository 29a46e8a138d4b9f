"""Keys typed faster than dialogs open and close reach what they are meant for."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.keygate import KeyGate


class World:
    """A gate with a hand-cranked clock; `open` is whether a dialog is open."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.timers: list[Callable[[], None]] = []
        self.dialog = False
        self.gate = KeyGate(self._give, lambda _, action: self.timers.append(action), lambda: self.dialog)

    def _give(self, event: events.Key) -> None:
        self.given.append(event.key)

    def type(self, *keys: str) -> None:
        """What the app does with keys from the terminal."""
        for number, key in enumerate(keys):
            event = events.Key(key, key if len(key) == 1 else None)
            event.time = 100.0 + number
            if self.gate.admit(event):
                self._give(event)


def test_keys_wait_for_a_dialog_and_keep_their_order() -> None:
    world = World()
    world.dialog = True
    world.gate.shut()
    world.type("a", "b")
    assert world.given == []
    early = events.Key("z", "z")
    early.time = 99.0
    assert world.gate.returned(early)
    world.gate.open()
    assert world.given == ["z", "a", "b"]
    world.type("c")
    assert world.given[-1] == "c"


def test_a_key_that_comes_back_from_the_picture_is_given_to_the_open_dialog() -> None:
    world = World()
    assert not world.gate.returned(events.Key("a", "a"))
    world.dialog = True
    assert world.gate.returned(events.Key("a", "a"))
    assert world.given == ["a"]


def test_what_follows_enter_waits_until_the_dialog_has_gone_or_stayed() -> None:
    world = World()
    world.dialog = True
    world.type("a", "enter", "j", "escape", "k")
    assert world.given == ["a", "enter"]
    (over,) = world.timers
    over()
    assert world.given == ["a", "enter", "j", "escape"]
    world.dialog = False
    world.gate.open()
    assert world.given == ["a", "enter", "j", "escape", "k"]


def test_an_old_timer_does_not_open_a_gate_that_was_shut_anew() -> None:
    world = World()
    world.gate.shut()
    world.gate.open()
    world.gate.shut()
    world.type("a")
    world.timers[0]()
    assert world.given == []
    world.timers[1]()
    assert world.given == ["a"]


def test_enter_without_a_dialog_holds_nothing_up() -> None:
    world = World()
    world.type("enter", "a")
    assert world.given == ["enter", "a"]


async def test_a_class_typed_in_one_go_is_that_class(dataset: DrawnDataset) -> None:
    async with labeling(dataset) as world:
        x, y = world.session.cursor
        for key in ("c", "k", "i", "t", "e", "enter", "l"):
            world.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await world.until(lambda: world.session.cursor[0] > x, "the last key did not come to the picture")
        assert world.session.cursor[1] == y
        assert world.session.classes[-1] == "kite"
        assert world.session.classes[world.session.current_class] == "kite"
