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


async def test_a_thread_tells_an_answered_dialog_nothing() -> None:
    app = App[None]()
    told: list[str] = []
    async with app.run_test() as pilot:
        dialog = Dialog[None]()
        app.push_screen(dialog)
        await pilot.pause()
        await app.run_worker(lambda: dialog.tell(told.append, "open"), thread=True).wait()
        dialog.answer(None)
        await app.run_worker(lambda: dialog.tell(told.append, "answered"), thread=True).wait()
    assert told == ["open"]
