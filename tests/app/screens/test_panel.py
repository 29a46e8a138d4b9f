"""A list in a panel, by keys; the panels themselves are in `tests/app/test_panels.py`."""

from __future__ import annotations

from textual.app import App
from textual.content import Content

from tui.app.screens.panel import ListPanel


class Host(App[None]):
    """Shows one list and keeps its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[int | None] = []
        self.panel = Taking("Things", lambda i: Content(f"thing {i}"), count=50, cursor=3)

    def on_mount(self) -> None:
        self.push_screen(self.panel, self.answers.append)


class Taking(ListPanel):
    def take(self, index: int) -> None:
        self.answer(index)


async def test_keys_move_and_enter_takes() -> None:
    app = Host()
    async with app.run_test(size=(80, 20)) as pilot:
        for key, place in (("j", 4), ("up", 3), ("k", 2), ("G", 49), ("g", 0), ("pagedown", 13), ("z", 13)):
            await pilot.press(key)
            assert app.panel.rows.cursor == place, key
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert app.answers == [13]


async def test_escape_takes_nothing() -> None:
    app = Host()
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]
