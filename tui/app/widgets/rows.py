"""A list of a million lines: only those in sight are ever made."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

Line = Callable[[int], Content]


class Rows(ScrollView, can_focus=False):
    """`count` lines, each made by `line` when it comes into sight; one is the cursor.

    The owner moves the cursor (`move`, `go_to`); `Moved` says where it is, `Seen` which lines came into
    sight, so that dear facts about them can be fetched and `refresh` called.
    """

    DEFAULT_CSS = """
    Rows {
        height: 1fr; background: $panel; scrollbar-size-vertical: 1; overflow-x: hidden;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, index: int) -> None:
            self.index = index
            super().__init__()

    class Seen(Message):
        """Lines `first` up to `last` (not included) are in sight."""

        def __init__(self, first: int, last: int) -> None:
            self.first, self.last = first, last
            super().__init__()

    def __init__(self, line: Line, count: int = 0, cursor: int = 0) -> None:
        super().__init__()
        self._line, self._count, self._cursor = line, count, cursor
        self._seen = (0, 0)

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self._count

    @property
    def cursor(self) -> int | None:
        """The line with the cursor; None when there is none."""
        return self._cursor if self._count else None

    @property
    def in_sight(self) -> tuple[int, int]:
        """The first line in sight and the one after the last."""
        return self._seen

    def fill(self, count: int, cursor: int = 0) -> None:
        """Other lines, or another number of them."""
        self._count, self._cursor = count, min(max(cursor, 0), max(count - 1, 0))
        self._measure()
        self._follow()
        self.refresh()

    def move(self, by: int) -> None:
        """The cursor `by` lines further, stopping at the ends."""
        self.go_to(self._cursor + by)

    def go_to(self, index: int) -> None:
        """The cursor to a line, scrolled into sight."""
        index = min(max(index, 0), max(self._count - 1, 0))
        if index != self._cursor:
            self._cursor = index
            self._follow()
            self.refresh()
            if self._count:
                self.post_message(self.Moved(index))

    @property
    def page(self) -> int:
        """How far a page key moves."""
        return max(1, self.scrollable_content_region.height - 1)

    def render_line(self, y: int) -> Strip:
        """The line at row `y` of what is in sight."""
        index = y + round(self.scroll_offset.y)
        width = self.scrollable_content_region.width
        self._note(round(self.scroll_offset.y))
        if index >= self._count:
            return Strip.blank(width, self.rich_style)
        line, style = self._line(index), self.visual_style
        if index == self._cursor:
            line, style = line + Content(" " * max(width - line.cell_length, 0)), style + Style(reverse=True)
        return Visual.to_strips(self, line, width, 1, style, pad=True)[0]

    def on_mount(self) -> None:
        self._measure()
        self.call_after_refresh(self._follow)

    def on_resize(self) -> None:
        self._measure()
        self._follow()

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self._count)

    def _follow(self) -> None:
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, immediate=True)

    def _note(self, first: int) -> None:
        seen = (first, min(first + self.scrollable_content_region.height, self._count))
        if seen != self._seen:
            self._seen = seen
            # Not while rendering: a message stops at its sender, and the screen is the sender then.
            self.call_later(self.post_message, self.Seen(*seen))
