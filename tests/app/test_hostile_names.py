"""Any names on any screen: no character that acts on a terminal reaches a cell.

`tests/e2e/test_hostile.py` looks at the bytes of the real program; here the names are drawn at random.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from datasets import write_image
from labelworld import World, labeling
from tui.app.keeper import Pending
from tui.app.screens.ask import ChoiceScreen
from tui.app.screens.dialog import Dialog
from tui.app.screens.pick import Item, PickScreen
from tui.app.screens.recover import RecoverScreen, held_screen
from tui.data.claims import Holder
from tui.data.journal_state import Kept
from tui.data.recovery import Left
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.instance import Instance
from tui.types.shapes import Box

DIALOGS = (
    "class",
    "command",
    "goto",
    "help",
    "filter",
    "note",
    "files",
    "instances",
    "settings",
    "quit",
    "text",
)
"""What an `Ask` opens; those that need a situation of their own are made by hand below."""

PLANTED = "\x1b]52;c;x\x07\x1b[2J\x9b31m\x9d0;t\x9c\x7f"
ACTING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")

file_names = st.binary(min_size=1, max_size=40).map(lambda raw: raw.replace(b"/", b"_").replace(b"\0", b"_"))
foreign = st.text(st.characters(codec=None), min_size=1, max_size=60)
class_names = foreign.map(
    lambda text: "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")).strip()
).filter(lambda text: text and not text.startswith("#"))


def acting(text: str) -> set[str]:
    """The characters of a screen that would do something in a terminal, or to the text around them."""
    return {c for c in text.replace("\n", "") if unicodedata.category(c) in ACTING}


def made_by_hand(text: str, image: Path) -> list[Dialog[object]]:
    """Dialogs with a foreign text wherever they take one."""
    box = (Instance(1, Box(1, 1, 9, 9)),)
    left = Left(Path(text), Path(text), text, text, 1, 0.0, images={image: Kept((9, 9), "", box)})
    holder = Holder(text, text, 1, 0.0, 3.0, True, False)
    return [
        RecoverScreen([Pending(left, image, left.images[image], changed=True)]),
        held_screen(holder),
        ChoiceScreen(text, (("n", "go on"),), lines=(text,), stay="view only"),
        PickScreen("Class", [Item(text, "1", "q"), Item(f"[/{text}", "2")], create="Add class"),
    ]


async def look_around(world: World, text: str, image: Path) -> None:
    """Open every dialog over a session in which every sentence is foreign."""
    app = world.app

    async def shown(what: str, *, dialog: bool = False) -> None:
        await world.pilot.pause()
        assert acting(world.text()) == set(), what
        if dialog:
            assert len(app.screen_stack) > 1, what
        while len(app.screen_stack) > 1:
            await world.pilot.press("escape")
            await world.pilot.pause()

    for severity in ("information", "warning", "error"):
        app.receive(fx.Notify(text, severity))
        await shown(severity)
    app.receive(ev.ViewOnly(text))
    await shown("view only")
    app.receive(ev.ViewOnly(""))
    app.receive(ev.SaveFailed(0, text, 0))
    await shown("save failed")
    app.receive(ev.Invoke(text, text))
    await shown("no command")
    app.receive(ev.ClassesReordered((text, *app.session.classes)))
    await shown("classes", dialog=True)
    for name in DIALOGS:
        app.open_dialog(fx.Ask(name, "app.help"))
        await shown(name, dialog=True)
    for dialog in made_by_hand(text, image):
        app.push_screen(dialog)
        await world.pilot.press("v")
        await shown(type(dialog).__name__, dialog=True)


@pytest.mark.slow
@settings(
    max_examples=1,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(file_names, min_size=3, max_size=6, unique=True),
    st.sets(class_names, min_size=3, max_size=6),
    foreign,
)
@example(
    names=[PLANTED.encode() + b"\xff", b"[bold]\r\n\t", "\u202e\u2066.\u200b".encode()],
    classes={"[@click=app.quit]x[/]", "[/", "\u202ea\u2066b\u200bc"},
    text=f"{PLANTED}\ud800\udcff\u2028[@click=app.quit]x[/][/",
)
async def test_e1_e3_e4_no_acting_character_reaches_a_cell_of_any_screen(
    names: list[bytes], classes: set[str], text: str
) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        write_image(root / "x.png", np.full((20, 30, 3), 90, np.uint8))
        for name in names:
            os.link(root / "x.png", root / os.fsdecode(b"i" + name + b".png"))
        (root / "classes.txt").write_text("".join(f"{name}\n" for name in sorted(classes)), "utf-8")
        (root / "x.txt").write_text("0 0.5 0.5 0.5 0.5\n1 0.5 0.5 0.2 0.2\n77 0.5 0.5 0.2 0.2\n")
        async with labeling(root, size=(120, 30)) as world:
            image = Path(root / os.fsdecode(b"i" + names[0] + b".png"))
            await look_around(world, text, image)
            for _ in names:
                await world.keys("d = f")
                assert acting(world.text()) == set()
                await world.keys("escape")
