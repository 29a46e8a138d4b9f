"""Foreign text on every screen of the real program: what reaches the terminal is the program's own."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from data.test_recovery import plant
from datasets import draw_dataset
from e2e.labeler import Labeler, labeler
from terminal.profiles import PLAIN
from tui.data.journal_state import Kept, digest_of, step
from tui.types.instance import Instance
from tui.types.shapes import Box

pytestmark = pytest.mark.e2e

PLANTED = "\x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b31m\x9d0;t\x9c\u202e\u2066\u200b\u2028"
"""Sets the clipboard, clears the screen, C1 forms of the same, turns text round, hides it, ends a line."""
TURNED = "\u202e\u2066\u200b"
"""Class names may hold these; control characters in them are refused (tests/data/test_classes.py)."""
MARKUP = "[@click=app.quit]x[/][/"
NAME = f"{PLANTED}[@click=app.quit]x[bold\r\n\t~-$(x)"
FOREIGN = re.compile(
    rb"\x1b\]52|cHduZWQ=\x07|\xc2[\x80-\x9f]|\x1b\]0;t"
    rb"|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xed[\xa0-\xbf]"
)
"""Of what is planted, what the program itself never writes."""

KEYS = {
    "class": "c", "commands": ":", "goto": "g", "help": "?", "files": "F", "instances": "I",
    "settings": "@", "statistics": "ctrl+t", "filter": "ctrl+f", "note": "!",
}  # fmt: skip


def hostile(root: Path) -> list[Path]:
    """A dataset in which every name is planted: images, classes, label lines, a list file's comment."""
    dataset = draw_dataset(root / "set", labelled=True)
    names = [os.fsencode(NAME) + b"\xff.png", b"-rf " + b"n" * 240 + b".png", "é🙂e\u0301.png".encode()]
    paths = []
    for image, name in zip(dataset.images, names, strict=True):
        path = image.path.with_name(os.fsdecode(name))
        image.path.rename(path)
        label = image.label_path.with_name(os.fsdecode(name)).with_suffix(".txt")
        image.label_path.rename(label)
        label.write_bytes(
            label.read_bytes() + b"9 0.5 0.5 0.1 \x1b]52;c;cHduZWQ=\x07\n# " + name[:40] + b"\n"
        )
        paths.append(path)
    names_yaml = "".join(f'  - "{escaped(f"{number}{TURNED}{MARKUP}")}"\n' for number in range(3))
    dataset.yaml.write_text(f"path: .\ntrain: images/train\nnames:\n{names_yaml}")
    return sorted(paths)


def escaped(text: str) -> str:
    """For a double-quoted YAML scalar."""
    return "".join(f"\\u{ord(c):04x}" for c in text)


def clean(program: Labeler) -> None:
    """Nothing foreign has reached the terminal so far."""
    found = FOREIGN.search(bytes(program.terminal.output))
    assert found is None, program.terminal.output[max(0, found.start() - 80) : found.end() + 20]
    assert program.terminal.errors == []


def test_e1_e2_e3_e4_no_planted_byte_reaches_the_terminal_on_any_screen(tmp_path: Path, home: Path) -> None:
    images = hostile(tmp_path)
    root = tmp_path / "set"
    unsaved = Kept((320, 240), digest_of(b"other"), (Instance(1, Box(9, 9, 99, 99)),), (), ((),), ())
    planted = next(path for path in images if "cHduZWQ" in path.name)
    plant(root, dict(step(planted, None, unsaved) or {}))
    with labeler(root, PLAIN, home) as program:
        program.says("Unsaved labels of 1 image")
        program.terminal.press("v")
        program.says("objects")
        program.terminal.press("l")
        program.says("1/3")
        clean(program)
        for number in range(len(images)):
            program.says(f"{number + 1}/3")
            for key in KEYS.values() if images[number] == planted else ():
                program.terminal.press(key)
                clean(program)
                program.terminal.press("escape")
            program.terminal.type("n n x u")
            program.terminal.press("d")
        clean(program)
        program.terminal.press("g")
        program.terminal.send(b"\x1b[200~" + os.fsencode(PLANTED) + b"\x1b[201~\r")
        program.terminal.settle()
        clean(program)
        program.leave()
    clean(program)
