"""A fuzzy list: type a few letters, enter takes the first match. Used for classes and commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.app.screens.dialog import Dialog
from tui.render.scene import Rgb
from tui.types.text import printable

_SHOWN = 200
_CREATE = "\0create"
_ROWS = 16
_PART = 80
"""How much of the screen's height the list takes at most, in percent."""
_FRAME = 4
"""Rows of the frame, the title and what is typed."""
_SCORED = 400
"""Items that are scored for one key: 10,000 would take 150 ms of the event loop."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line: `text` is matched, `detail` stands dim behind it, `value` is the answer.

    `colour`, where it is given, is that of a swatch before it; `also` is matched too and not shown.
    """

    text: str
    value: str
    detail: str = ""
    disabled: bool = False
    colour: Rgb | None = None
    also: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """The answer: an item's value, or with `created` a new name that was typed."""

    value: str
    created: bool = False


def rank(items: Sequence[Item], query: str) -> list[Item]:
    """Items that match `query`, best first; an exact number finds the item with that value first.

    What can be chosen stands before what cannot, and what has a word that begins with the query before what
    only has its letters.
    """
    if not query:
        return list(items[:_SHOWN])
    matcher = Matcher(query)
    near = _near(items, query)
    scored = [(max(matcher.match(item.text), matcher.match(item.also)), item) for item in near]
    found = [(score, item) for score, item in scored if score > 0]
    found.sort(key=lambda pair: (pair[1].disabled, not _begins(pair[1], query), -pair[0]))
    exact = [item for item in items if item.value == query or item.text.casefold() == query.casefold()]
    rest = [item for _, item in found if item not in exact]
    return (exact + rest)[:_SHOWN]


def _begins(item: Item, query: str) -> bool:
    return any(word.startswith(query.casefold()) for word in (item.also or item.text).casefold().split())


def _near(items: Sequence[Item], query: str) -> Sequence[Item]:
    """What is worth scoring: of a long list those that hold the query, from their start first, then those
    that hold its letters in order.
    """
    if len(items) <= _SCORED:
        return items
    needle = query.casefold()
    texts = [(f"{item.text}\n{item.also}".casefold(), item) for item in items]
    whole = [(not text.startswith(needle), item) for text, item in texts if needle in text]
    whole.sort(key=lambda pair: pair[0])
    near = [item for _, item in whole[:_SCORED]]
    if len(near) < _SCORED:
        letters = re.compile(".*?".join(map(re.escape, needle)), re.DOTALL)
        near += [item for text, item in texts if needle not in text and letters.search(text)]
    return near[:_SCORED]


class PickScreen(Dialog[Picked | None]):
    """Ends with a `Picked`, or None on escape."""

    DEFAULT_CSS = """
    PickScreen { align: center top; background: transparent; }
    PickScreen > Vertical {
        width: 60; max-width: 100%; height: auto; max-height: 80%; margin-top: 1;
        background: $panel; border: round $primary; padding: 0 1;
    }
    PickScreen OptionList { height: auto; background: $panel; border: none; padding: 0; }
    PickScreen OptionList > .option-list--option-highlighted { text-style: bold underline; }
    PickScreen Input { background: $panel; border: none; height: 1; padding: 0; }
    PickScreen Static { color: $text-muted; }
    """

    def __init__(
        self,
        title: str,
        items: Sequence[Item],
        *,
        create: str = "",
        start: str = "",
        prompt: str = "type to search",
    ) -> None:
        """`create`, if given, is the wording of the offer to add what was typed ("Add class"). `start` is the
        value that Enter takes before anything is typed, the first by default. `prompt` stands where it is
        typed.
        """
        super().__init__()
        self._title, self._items, self._create, self._start = title, items, create, start
        self._prompt, self._rows = prompt, _ROWS

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(self._title), id="title")
            yield Input(placeholder=self._prompt, compact=True)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        self._fill("")

    def on_resize(self, event: events.Resize) -> None:
        """The list ends inside its frame: what it cannot show at once it scrolls to."""
        room = event.size.height * _PART // 100 - _FRAME
        options = self.query_one(OptionList)
        options.styles.max_height = self._rows = max(1, min(_ROWS, room))
        options.call_after_refresh(options.scroll_to_highlight)
        self._name_count()

    def _name_count(self) -> None:
        """Say how many lines there are where not all of them are seen."""
        count, total = self.query_one(OptionList).option_count, len(self._items)
        which = f"{count} of {total:,}" if count < total else f"{count} in all"
        more = f" · {which}, ↓ ↑ show more" if count > self._rows else ""
        self.query_one("#title", Static).update(Content(self._title + more))

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self._fill(event.value.strip())

    def _fill(self, query: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        matches = rank(self._items, query)
        options.add_options([Option(_line(item), item.value, item.disabled) for item in matches])
        known = any(item.text == query for item in self._items)
        if self._create and query and not known:
            options.add_option(Option(Content(f"{self._create} '{printable(query, 40)}'"), _CREATE))
        usable = [(i, option.id) for i, option in enumerate(options.options) if not option.disabled]
        begin = next((i for i, value in usable if not query and value == self._start), None)
        options.highlighted = begin if begin is not None else next((i for i, _ in usable), None)
        self._name_count()

    @on(Input.Submitted)
    def _submit(self) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._finish(options.get_option_at_index(options.highlighted))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._finish(event.option)

    def _finish(self, option: Option) -> None:
        if option.disabled:
            return
        if option.id == _CREATE:
            self.answer(Picked(self.query_one(Input).value.strip(), created=True))
        else:
            self.answer(Picked(option.id or ""))

    def on_key(self, event: events.Key) -> None:
        options = self.query_one(OptionList)
        if event.key == "escape":
            event.stop()
            self.answer(None)
        elif event.key in ("down", "tab", "ctrl+n"):
            event.stop()
            event.prevent_default()
            options.action_cursor_down()
        elif event.key in ("up", "shift+tab", "ctrl+p"):
            event.stop()
            event.prevent_default()
            options.action_cursor_up()


def _line(item: Item) -> Content:
    text = Content.styled(printable(item.text, 60), "dim" if item.disabled else "")
    if item.colour is not None:
        r, g, b = item.colour
        text = Content.styled("■ ", f"rgb({r},{g},{b})") + text
    return text + Content.styled(f"  {item.detail}", "dim") if item.detail else text
