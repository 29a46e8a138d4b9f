"""The small questions."""

from __future__ import annotations

from textual.app import App

from tui.app.screens.ask import ChoiceScreen, TextScreen

CHOICES = (("s", "save, then quit"), ("q", "quit and lose the changes"))


async def answer(screen: TextScreen | ChoiceScreen, keys: str) -> list[str | None]:
    answers: list[str | None] = []
    app = App[None]()
    async with app.run_test() as pilot:
        app.push_screen(screen, answers.append)
        await pilot.pause()
        await pilot.press(*keys.split())
        await pilot.pause()
    return answers


async def test_text_is_answered_without_its_blanks() -> None:
    assert await answer(TextScreen("Go to", "number"), "space 4 2 enter") == ["42"]


async def test_no_text_and_escape_answer_none() -> None:
    assert await answer(TextScreen("Go to", "number"), "enter") == [None]
    assert await answer(TextScreen("Go to", "number"), "4 escape") == [None]


async def test_choice_takes_only_its_keys() -> None:
    assert await answer(ChoiceScreen("1 image is not saved.", CHOICES), "x y s") == ["s"]
    assert await answer(ChoiceScreen("1 image is not saved.", CHOICES), "enter escape") == [None]
