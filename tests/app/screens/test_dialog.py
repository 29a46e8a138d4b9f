"""Dialogs are answered once."""

from __future__ import annotations

from textual.app import App

from tui.app.screens.dialog import Dialog


async def test_only_the_first_of_two_quick_answers_counts() -> None:
    answers: list[str | None] = []
    app = App[None]()
    async with app.run_test() as pilot:
        dialog = Dialog[str]()
        app.push_screen(dialog, answers.append)
        await pilot.pause()
        dialog.answer("first")
        dialog.answer("second")
        await pilot.pause()
        assert len(app.screen_stack) == 1
    assert answers == ["first"]
