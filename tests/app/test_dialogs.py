"""Dialogs end with one answer, given after they are gone."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Input, OptionList

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.dialogs import Dialogs
from tui.app.library import Library
from tui.app.screens.ask import ChoiceScreen
from tui.app.widgets.canvas import Canvas
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.errors import ConfigError
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.commands.registry import COMMANDS
from tui.session.proposals import Proposals
from tui.session.start import start
from tui.session.state import Options, Session
from tui.types.instance import Instance
from tui.types.shapes import Box


def session(**changes: Any) -> Session:
    first, _ = start(Options(), ("cat", "dog"), "anylabeling")
    return replace(first, **changes)


async def ask(dataset: DrawnDataset, effect: fx.Ask, keys: str, state: Session) -> list[Any]:
    """What a dialog does: "closed" and its answers, in order."""
    library = Library(open_dataset(dataset.root), Config())
    library.list_all()
    happened: list[Any] = []
    app = App[int]()
    async with app.run_test(size=(100, 30)) as pilot:
        dialogs = Dialogs(app, library, answer=happened.append)
        dialogs.open(effect, state, closed=lambda: happened.append("closed"))
        await pilot.pause()
        await pilot.press(*keys.split())
        await pilot.pause()
    return happened


async def test_class_by_letters(dataset: DrawnDataset) -> None:
    answers = await ask(dataset, fx.Ask("class", "class.set"), "d o enter", session())
    assert answers == ["closed", ev.Invoke("class.set", "1")]


async def test_new_class(dataset: DrawnDataset) -> None:
    answers = await ask(dataset, fx.Ask("class", "class.set"), "o w l enter", session())
    assert answers == ["closed", ev.Invoke("class.add", "owl")]


async def test_no_new_class_when_viewing_only(dataset: DrawnDataset) -> None:
    state = session(options=Options(read_only="no permission"))
    assert await ask(dataset, fx.Ask("class", "class.set"), "o w l enter escape", state) == ["closed"]


async def test_command_by_name(dataset: DrawnDataset) -> None:
    answers = await ask(dataset, fx.Ask("command"), "k e y s enter", session())
    assert answers[0] == "closed"
    assert answers[1].command in COMMANDS


async def listed(dataset: DrawnDataset, effect: fx.Ask, state: Session, typed: str = "") -> Any:
    """The dialog's rows as (text, whether they can be chosen), and what stands in its empty line."""
    library = Library(open_dataset(dataset.root), Config())
    library.list_all()
    app = App[int]()
    async with app.run_test(size=(100, 30)) as pilot:
        Dialogs(app, library, answer=lambda _: None).open(effect, state, closed=lambda: None)
        await pilot.pause()
        await pilot.press(*typed)
        await pilot.pause()
        options = app.screen.query_one(OptionList).options
        return [(str(option.prompt), not option.disabled) for option in options], app.screen.query_one(
            Input
        ).placeholder


async def test_commands_that_can_be_run_are_listed_first(dataset: DrawnDataset) -> None:
    rows, _ = await listed(dataset, fx.Ask("command"), session())
    usable = [can for _, can in rows]
    assert usable == sorted(usable, reverse=True)
    assert 0 < sum(usable) < len(usable)


async def test_class_finds_the_commands_of_classes_first(dataset: DrawnDataset) -> None:
    rows, _ = await listed(dataset, fx.Ask("command"), session(), "class")
    first = " ".join(text for text, _ in rows[:4])
    assert "Choose a class from the list" in first
    assert "Add a class" in first


async def test_an_empty_class_list_says_how_to_begin(dataset: DrawnDataset) -> None:
    assert (await listed(dataset, fx.Ask("class", "class.set"), session(classes=())))[1].startswith(
        "type a new class"
    )
    assert (await listed(dataset, fx.Ask("class", "class.set"), session()))[1] == "type to search"


async def test_goto_number_name_and_nothing(dataset: DrawnDataset) -> None:
    effect = fx.Ask("goto", "files.show")
    assert (await ask(dataset, effect, "2 enter", session()))[1] == ev.Invoke("files.show", "1")
    assert (await ask(dataset, effect, "0 0 2 enter", session()))[1] == ev.Invoke("files.show", "2")
    missing = (await ask(dataset, effect, "9 9 enter", session()))[1]
    assert isinstance(missing, fx.Notify)
    assert "99" in missing.text


async def test_help_closes(dataset: DrawnDataset) -> None:
    assert await ask(dataset, fx.Ask("help"), "q", session()) == ["closed"]


@pytest.mark.parametrize(("key", "argument"), [("s", "save"), ("q", "discard")])
async def test_a18_quit_with_unsaved_work_asks(dataset: DrawnDataset, key: str, argument: str) -> None:
    state = session(unsaved={3: (Instance(0, Box(0, 0, 5, 5)),)}, save_errors={3: "disk full"})
    answers = await ask(dataset, fx.Ask("quit", "app.quit"), key, state)
    assert answers == ["closed", ev.Invoke("app.quit", argument)]


async def test_quit_question_says_how_many_and_why(dataset: DrawnDataset) -> None:
    state = session(unsaved={3: (), 4: ()}, save_errors={3: "no space left on /data"})
    library = Library(open_dataset(dataset.root), Config())
    app = App[int]()
    async with app.run_test(size=(100, 30)) as pilot:
        Dialogs(app, library, answer=lambda _: None).open(fx.Ask("quit", "app.quit"), state, lambda: None)
        await pilot.pause()
        assert isinstance(app.screen, ChoiceScreen)
        text = " ".join(str(w.render()) for w in app.screen.query("Static"))
        assert "2 images are not saved" in text
        assert "no space left on /data" in text


@pytest.mark.parametrize(
    ("key", "choice"), [("1", "yours"), ("2", "theirs"), ("3", "both"), ("escape", None)]
)
async def test_a_conflict_is_answered_by_a_choice_or_later(
    dataset: DrawnDataset, key: str, choice: str | None
) -> None:
    state = session(theirs={0: (Instance(0, Box(0, 0, 1, 1)),)})
    answers = await ask(dataset, fx.Ask("conflict", "conflict.take"), key, state)
    assert answers == ["closed", *([ev.Invoke("conflict.take", choice)] if choice else [])]


async def test_c9_a_changed_class_list_shows_what_moved(dataset: DrawnDataset) -> None:
    lines = ("0: cat -> dog",)
    assert await ask(dataset, fx.Ask("classes", "class.reload", lines), "x n", session()) == [
        "closed",
        ev.Invoke("class.reload"),
    ]
    assert await ask(dataset, fx.Ask("classes", "class.reload", lines), "escape", session()) == ["closed"]


async def test_a_text_prompt_begins_as_the_last_one(dataset: DrawnDataset) -> None:
    state = session(proposals=Proposals(text="cat"))
    ask_text = fx.Ask("text", "propose.text")
    assert await ask(dataset, ask_text, "enter", state) == ["closed", ev.Invoke("propose.text", "cat")]
    assert await ask(dataset, ask_text, "right s enter", state) == [
        "closed",
        ev.Invoke("propose.text", "cats"),
    ]
    assert await ask(dataset, ask_text, "escape", state) == ["closed"]


async def test_settings_that_cannot_be_opened_leave_no_dialog_behind(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise ConfigError("config.toml is damaged")

    monkeypatch.setattr("tui.app.panels.load_config", damaged)
    async with labeling(dataset) as world:
        await world.settled()
        await world.pilot.press("@")
        await world.pilot.resize_terminal(90, 28)
        await world.until(lambda: world.app.query_one(Canvas).size.height == 26)
        assert not world.app.query_one(Canvas).covered().any(), "no dialog lies over the picture"


async def test_a_name_among_many_is_found_by_a_thread(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.app.dialogs._FEW", 0)
    by: list[bool] = []
    find = Library.find

    def watched(library: Library, text: str) -> int | None:
        by.append(threading.current_thread() is threading.main_thread())
        return find(library, text)

    monkeypatch.setattr(Library, "find", watched)
    async with labeling(dataset) as world:
        for keys, index in (("002", 2), ("1", 0)):
            await world.pilot.press("g", *keys, "enter")
            await world.until(lambda index=index: world.session.image.index == index)
        await world.pilot.press("g", *"9" * 30, "enter")
        await world.until(lambda: "No image" in world.text())
    assert by == [False, True, True]


async def test_a_note_is_there_to_be_changed_and_enter_alone_keeps_it(dataset: DrawnDataset) -> None:
    noted = session()
    noted = replace(noted, image=replace(noted.image, note="blurred"))
    effect = fx.Ask("note", "image.note")
    assert await ask(dataset, effect, "enter", noted) == ["closed"]
    assert await ask(dataset, effect, "end ! enter", noted) == ["closed", ev.Invoke("image.note", "blurred!")]
    assert await ask(dataset, effect, "backspace enter", noted) == ["closed", ev.Invoke("image.note", "")]
