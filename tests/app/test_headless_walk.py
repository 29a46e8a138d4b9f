"""Any order of edits, undo, redo, saves, reloads and restarts, against plain lists and what is on disk."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from datasets import draw_dataset
from fakes import FakeSegmenter
from session.invariants import check
from tui.app.headless import Headless
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.session import events as ev
from tui.session.state import Options
from tui.types.shapes import Box, Shape

Labels = tuple[tuple[int, Shape], ...]

FOREIGN = b"# kept as it is\r\n1 0.5 0.5 nan 0.1\n"
"""Lines that are nobody's instances: they stay where they are, whatever is edited."""


@dataclass
class Model:
    """What an image should hold: every state it had, which of them counts and which was saved, and the bytes
    of the label file.
    """

    states: list[Labels]
    disk: bytes
    saved: Labels
    at: int = 0
    saved_at: int | None = 0

    def edit(self, labels: Labels) -> None:
        self.states = [*self.states[: self.at + 1], labels]
        if self.saved_at is not None and self.saved_at > self.at:
            self.saved_at = None
        self.at += 1

    def save(self, disk: bytes) -> None:
        self.disk, self.saved, self.saved_at = disk, self.now, self.at

    @property
    def now(self) -> Labels:
        return self.states[self.at]


def alike(these: Labels, those: Labels) -> bool:
    """Whether they are the same but for the decimals of a label file."""
    return [one for one, _ in these] == [one for one, _ in those] and all(
        shape.xyxy == pytest.approx(other.xyxy, abs=1e-3)
        for (_, shape), (_, other) in zip(these, those, strict=True)
        if isinstance(shape, Box) and isinstance(other, Box)
    )


class Walk(RuleBasedStateMachine):
    """A person who labels two images without autosave."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="ttylabel-"))
        self.dataset = draw_dataset(self.root / "set", count=2, labelled=True, wh=(64, 48))
        first = self.dataset.images[0].label_path
        first.write_bytes(FOREIGN + first.read_bytes())

    @initialize()
    def start(self) -> None:
        self.open()
        self.models = {}
        for index in range(2):
            self.go_to(index)
            labels = self.labels()
            self.models[index] = Model([labels], self.on_disk(index), labels)

    def open(self) -> None:
        opened = open_dataset(self.dataset.root)
        self.world = Headless(
            Library(opened, Config()),
            FakeSegmenter(),
            Options(autosave=False, look_ahead=False),
            opened.classes.names,
            "anylabeling",
        )
        self.world.give(ev.Resized(1000, 560))
        self.world.settle()
        self.world.list_images()
        self.world.settle()

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.root)

    # What is there

    @property
    def index(self) -> int:
        return self.world.session.image.index

    @property
    def model(self) -> Model:
        return self.models[self.index]

    def labels(self) -> Labels:
        return tuple((one.class_id, one.shape) for one in self.world.session.image.instances)

    def on_disk(self, index: int) -> bytes:
        return self.dataset.images[index].label_path.read_bytes()

    def go_to(self, index: int) -> None:
        if index != self.index:
            self.world.press("d" if index > self.index else "a")
        assert self.index == index

    # What a person does

    @rule(x=st.integers(4, 50), y=st.integers(4, 36), width=st.integers(2, 9), class_id=st.integers(0, 1))
    def add(self, x: int, y: int, width: int, class_id: int) -> None:
        self.world.press("escape", "escape", str(class_id + 1))
        before = self.labels()
        for at in ((x, y), (x + width, y + width)):
            self.world.give(ev.Pointed(at[0] + 0.5, at[1] + 0.5, "move"))
            self.world.press("R")
        if self.labels() == before:  # it repeats an instance: the second time it is kept
            self.world.press("R")
        after = self.labels()
        assert after == (*before, (class_id, Box(x, y, x + width + 1, y + width + 1)))
        self.model.edit(after)

    @precondition(lambda self: self.world.session.image.instances)
    @rule(steps=st.integers(1, 3))
    def delete(self, steps: int) -> None:
        self.world.press("escape", *["n"] * steps)
        chosen, before = self.world.session.selection, self.labels()
        assert chosen is not None
        self.world.press("x")
        assert self.labels() == before[:chosen] + before[chosen + 1 :]
        self.model.edit(self.labels())

    @precondition(lambda self: self.world.session.image.instances)
    @rule(class_id=st.integers(0, 1))
    def rename(self, class_id: int) -> None:
        self.world.press("escape", "n")
        chosen, before = self.world.session.selection, self.labels()
        assert chosen is not None
        self.world.press(str(class_id + 1))
        expected = (*before[:chosen], (class_id, before[chosen][1]), *before[chosen + 1 :])
        assert self.labels() == expected
        if expected != before:
            self.model.edit(expected)

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        self.world.press("escape", *["u"] * times)
        self.model.at = max(0, self.model.at - times)

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        self.world.press("escape", *["U"] * times)
        self.model.at = min(len(self.model.states) - 1, self.model.at + times)

    @rule()
    def save(self) -> None:
        self.world.press("escape", "s")
        model, data = self.model, self.on_disk(self.index)
        assert not self.world.session.dirty
        if model.at == model.saved_at:
            assert data == model.disk
        assert len(data.splitlines()) == len(model.now) + (2 if self.index == 0 else 0)
        assert self.index == 1 or all(line in data for line in FOREIGN.splitlines(keepends=True))
        model.save(data)

    @rule()
    def reload(self) -> None:
        self.world.press("escape")
        self.world.give(ev.Invoke("files.reload"))
        self.world.settle()

    @rule()
    def other_image(self) -> None:
        self.world.press("escape", "escape")
        self.go_to(1 - self.index)

    @rule()
    def restart(self) -> None:
        self.world.close()
        self.open()
        for index, model in self.models.items():
            self.go_to(index)
            found = self.labels()
            assert alike(found, model.saved)
            self.models[index] = Model([found], model.disk, found)

    # What always holds

    @invariant()
    def the_session_is_the_model(self) -> None:
        if hasattr(self, "models"):
            check(self.world.session)
            assert alike(self.labels(), self.model.now)
            # A class that was changed and changed back is an edit too: the line is written anew.
            if self.model.at == self.model.saved_at:
                assert not self.world.session.dirty
            elif not alike(self.model.now, self.model.saved):
                assert self.world.session.dirty

    @invariant()
    def only_what_was_acknowledged_is_on_disk(self) -> None:
        if hasattr(self, "models"):
            assert {index: self.on_disk(index) for index in (0, 1)} == {
                index: model.disk for index, model in self.models.items()
            }


Walk.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestWalk = Walk.TestCase
