"""A million lines cost what a screenful costs."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content

from tui.app.widgets.rows import Rows

MILLION = 1_000_000


class Host(App[None]):
    """Keeps which lines were made and what the rows say."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.made: list[int] = []
        self.moved: list[int] = []
        self.rows = Rows(self._line, count)

    def _line(self, index: int) -> Content:
        self.made.append(index)
        return Content(f"line {index} [red]" + "x" * 300)

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self.moved.append(event.index)

    def text(self) -> list[str]:
        return ["".join(s.text for s in self.rows.render_line(y)).rstrip() for y in range(5)]


async def test_only_lines_in_sight_are_made() -> None:
    app = Host(MILLION)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        await pilot.pause()
        app.rows.go_to(MILLION - 1)
        await pilot.pause()
        await pilot.pause()
        assert set(app.made) <= {*range(20), *range(MILLION - 20, MILLION)}
        assert app.moved == [MILLION - 1]
        assert app.rows.in_sight == (MILLION - 20, MILLION)
        assert app.text()[0].startswith(f"line {MILLION - 20} [red]x")


async def test_the_cursor_stops_at_the_ends() -> None:
    app = Host(3)
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.move(-1)
        assert app.rows.cursor == 0
        app.rows.move(99)
        assert app.rows.cursor == 2
        await pilot.pause()
        assert app.moved == [2]
        assert app.text()[3] == ""


async def test_other_lines_and_none() -> None:
    app = Host(100)
    async with app.run_test(size=(40, 20)) as pilot:
        app.rows.fill(5, 9)
        assert app.rows.cursor == 4
        app.rows.fill(0)
        await pilot.pause()
        assert app.rows.cursor is None
        assert app.text() == [""] * 5
        assert app.rows.page == 19
