"""The help screen."""

from __future__ import annotations

from textual.app import App
from textual.containers import VerticalScroll

from tui.app.screens.help import HelpScreen


async def test_scrolls_and_closes_on_any_other_key() -> None:
    app = App[None]()
    async with app.run_test(size=(80, 20)) as pilot:
        app.push_screen(HelpScreen([f"line {i} [bold" for i in range(100)]))
        await pilot.pause()
        await pilot.press("j", "j")
        await pilot.pause()
        assert app.screen.query_one(VerticalScroll).scroll_y >= 1
        await pilot.press("x")
        await pilot.pause()
        assert not isinstance(app.screen, HelpScreen)
