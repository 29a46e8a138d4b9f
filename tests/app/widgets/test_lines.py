"""Status and hint line: literal text, whole parts only."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tui.app.parts import Part
from tui.app.widgets.lines import HintLine, Readout, StatusLine, show_lines
from tui.session.help import Hint

HINTS = (
    Hint("q", "point", True, ""),
    Hint("f", "keep", False, "There is no mask"),
    Hint("d", "next", True, ""),
)


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield HintLine()


async def test_parts_that_do_not_fit_are_left_out_whole() -> None:
    app = Host()
    async with app.run_test(size=(20, 4)) as pilot:
        line = app.query_one(StatusLine)
        line.show((Part("1/12", "strong"), Part("a.jpg"), Part("encoding 1234567")), (1, 2, 3))
        await pilot.pause()
        assert line.render().plain == " 1/12 · a.jpg"


async def test_the_end_of_a_name_is_shown_where_all_of_it_does_not_fit() -> None:
    app = Host()
    async with app.run_test(size=(22, 4)) as pilot:
        line = app.query_one(StatusLine)
        for name, shown in (("coco_000000064523.jpg", "…000064523.jpg"), ("猫" * 12, "…" + "猫" * 6)):
            line.show((Part("1/12", "strong"), Part(name, "name"), Part("7")), 0)
            await pilot.pause()
            assert line.render().plain == f" 1/12 · {shown}"
        line.show((Part("1/12 navigate"), Part("a.jpg", "name"), Part("7")), 0)
        await pilot.pause()
        assert line.render().plain == " 1/12 navigate · a.jpg"


async def test_names_are_not_markup() -> None:
    app = Host()
    async with app.run_test(size=(60, 4)) as pilot:
        line = app.query_one(StatusLine)
        line.show((Part("[@click=app.quit]x[/]"),), (1, 2, 3))
        await pilot.pause()
        assert "[@click=app.quit]x[/]" in line.render().plain


async def test_unavailable_hints_are_dim_not_hidden() -> None:
    app = Host()
    async with app.run_test(size=(60, 4)) as pilot:
        line = app.query_one(HintLine)
        line.show(HINTS)
        await pilot.pause()
        content = line.render()
        assert content.plain == f"{' q point  f keep':53}d next"
        dim = [content.plain[span.start : span.end] for span in content.spans if span.style == "dim"]
        assert dim == ["f", " keep"]


async def test_what_stays_stands_at_the_right_end_with_the_last() -> None:
    app = Host()
    async with app.run_test(size=(25, 4)) as pilot:
        line = app.query_one(HintLine)
        line.show((*HINTS[:2], Hint("Q", "quit", True, "", True), Hint("?", "keys", True, "")))
        await pilot.pause()
        assert line.render().plain == " q point  Q quit  ? keys"


async def test_a_notice_takes_the_place_of_the_hints_until_taken_back() -> None:
    app = Host()
    async with app.run_test(size=(60, 4)) as pilot:
        line = app.query_one(HintLine)
        line.show(HINTS)
        line.say("Not saved: no space left\x1b[2J", "error")
        await pilot.pause()
        assert line.notice == "Not saved: no space left\\x1b[2J"
        assert "Not saved" in line.render().plain
        line.say("", "")
        assert "point" in line.render().plain


async def test_readout_keeps_its_width() -> None:
    app = App[None]()
    async with app.run_test(size=(60, 4)) as pilot:
        line = Readout(13)
        await app.mount(line)
        for text in ("", "1,2", "1200,3400"):
            line.show(text)
            await pilot.pause()
            assert line.render().plain == f"{text} ".rjust(13)


async def test_the_bare_picture_takes_the_rows_or_leaves_them_blank() -> None:
    app = Host()
    async with app.run_test(size=(60, 4)) as pilot:
        line = app.query_one(HintLine)
        line.show(HINTS)
        show_lines((line,), bare=True)
        await pilot.pause()
        assert not line.display
        show_lines((line,), bare=True, rows=True)
        await pilot.pause()
        assert line.display
        assert not line.visible
        line.say("Not saved", "error")
        show_lines((line,), bare=True, rows=True)
        assert line.visible
        line.say("", "")
        show_lines((line,), bare=False)
        assert line.display
        assert line.visible
