"""The questions at the start, as a person sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from tui.app.keeper import Pending
from tui.app.screens.recover import RecoverScreen, held_screen
from tui.data.claims import Holder
from tui.data.journal_state import Kept
from tui.data.recovery import Left, user_name
from tui.types.instance import Instance
from tui.types.shapes import Box

ONE = Instance(0, Box(0, 0, 1, 1))


def pending(name: str = "a.jpg", *, changed: bool = False) -> Pending:
    left = Left(Path("/j"), Path("/set"), "ana", "gpu7", 1, 0.0)
    return Pending(left, Path("/set") / name, Kept(instances=(ONE, ONE), past=((), (ONE,))), changed)


async def shown(screen: RecoverScreen, *keys: str) -> tuple[str, list[str | None]]:
    """The dialog's visible text after some keys, and its answers."""
    app, answers = App[None](), []
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(screen, answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        lines = [str(static.render()) for static in app.screen.query("Static") if static.is_on_screen]
    return "\n".join(lines), answers


async def test_it_says_what_there_is() -> None:
    text, answers = await shown(RecoverScreen([pending(), pending("b.jpg")]))
    assert "Unsaved labels of 2 images" in text
    assert "gpu7" in text
    assert "a.jpg" not in text
    assert answers == []


async def test_v_shows_the_images_and_what_changed_and_hides_them_again() -> None:
    screen = RecoverScreen([pending("esc\x1b[31m.jpg"), pending("b.jpg", changed=True)])
    text, _ = await shown(screen, "v")
    assert "esc\\x1b[31m.jpg: 2 objects, 2 steps to undo" in text
    assert "b.jpg: 2 objects, 2 steps to undo; the label file was changed since" in text
    text, _ = await shown(RecoverScreen([pending()]), "v", "j", "k", "v")
    assert "a.jpg" not in text


@pytest.mark.parametrize(("key", "answer"), [("r", "r"), ("d", "d"), ("l", "l"), ("escape", "l")])
async def test_each_key_is_one_answer(key: str, answer: str) -> None:
    _, answers = await shown(RecoverScreen([pending()]), "x", "enter", key, key)
    assert answers == [answer]


def test_only_ones_own_session_on_this_host_can_be_ended() -> None:
    mine = Holder(user_name(), "here", 1, None, 0.0, True, False)
    eve = Holder("eve", "x", 1, None, 0.0, False, False)
    for holder, offered in ((mine, True), (eve, False), (None, False)):
        screen = held_screen(holder)
        assert ("e" in dict(screen._choices)) is offered
        assert {"t", "b", "q"} <= set(dict(screen._choices))
