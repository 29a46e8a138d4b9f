"""The questions at the start: unsaved labels of a session that is gone, and a session that is not."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.app.keeper import Pending
from tui.app.screens.ask import ChoiceScreen
from tui.app.screens.dialog import Dialog
from tui.data.claims import Holder
from tui.types.text import printable

_CHOICES = (
    ("r", "recover: bring them back"),
    ("v", "view what there is"),
    ("d", "discard: put them aside for 30 days"),
    ("l", "later: ask again at the next start"),
)


class RecoverScreen(Dialog[str | None]):
    """Ends with "r", "d" or "l"; `v` lists the images."""

    DEFAULT_CSS = """
    RecoverScreen { align: center top; background: transparent; }
    RecoverScreen > Vertical {
        width: 76; max-width: 100%; height: auto; max-height: 90%; margin-top: 1;
        background: $panel; border: round $primary; padding: 0 1;
    }
    RecoverScreen VerticalScroll { height: auto; max-height: 12; display: none; }
    """

    def __init__(self, pending: Sequence[Pending]) -> None:
        super().__init__()
        self._pending = pending

    def compose(self) -> ComposeResult:
        with Vertical():
            for sentence in dict.fromkeys(_session_line(found, self._pending) for found in self._pending):
                yield Static(Content(sentence))
            with VerticalScroll(can_focus=False):
                for found in self._pending:
                    yield Static(Content(_image_line(found)))
            for key, label in _CHOICES:
                yield Static(Content.styled(f"{key:>4}", "bold") + Content(f"  {label}"))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        images = self.query_one(VerticalScroll)
        if event.key == "v":
            images.display = not images.display
        elif event.key in ("down", "j"):
            images.scroll_down(animate=False)
        elif event.key in ("up", "k"):
            images.scroll_up(animate=False)
        elif event.key in ("r", "d", "l"):
            self.answer(event.key)
        elif event.key == "escape":
            self.answer("l")


def _session_line(found: Pending, pending: Sequence[Pending]) -> str:
    left = found.left
    count = sum(other.left.file == left.file for other in pending)
    images = "1 image" if count == 1 else f"{count} images"
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(left.since))
    return f"Unsaved labels of {images} from {began} on {printable(left.host, 40)} (that process is gone)."


def _image_line(found: Pending) -> str:
    kept = found.kept
    steps = f"{len(kept.past)} step{'s' if len(kept.past) != 1 else ''} to undo"
    changed = "; the label file was changed since: both versions will be shown" if found.changed else ""
    return f"  {printable(found.image.name, 60)}: {len(kept.instances)} objects, {steps}{changed}"


def held_screen(holder: Holder | None) -> ChoiceScreen:
    """Somebody else labels this dataset."""
    who = holder.sentence if holder is not None else "Another session"
    choices = [
        ("t", "take over: the other session can then only view"),
        ("b", "label beside it: what both change is shown as a conflict"),
        ("q", "quit"),
    ]
    if holder is not None and holder.mine:
        choices.insert(0, ("e", "end it (it saves first) and go on in its place"))
    return ChoiceScreen(f"This dataset is being labelled: {who}.", tuple(choices), stay="view only")
