"""The canvas: blank to Textual, keys and mouse to the session."""

from __future__ import annotations

from textual import on
from textual.app import App, ComposeResult
from textual.screen import ModalScreen

from tui.app.widgets.canvas import Canvas


class Host(App[None], inherit_bindings=False):
    """One canvas and what it reported."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.pointers: list[tuple[float, float, str]] = []
        self.wiped = 0

    def compose(self) -> ComposeResult:
        yield Canvas()

    def on_mount(self) -> None:
        self.query_one(Canvas).focus()

    @on(Canvas.KeyPressed)
    def _key(self, message: Canvas.KeyPressed) -> None:
        self.keys.append(message.event.key)

    @on(Canvas.Pointer)
    def _pointer(self, message: Canvas.Pointer) -> None:
        self.pointers.append((message.x, message.y, message.action))

    @on(Canvas.Wiped)
    def _wiped(self) -> None:
        self.wiped += 1


async def test_every_key_reaches_the_session() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.press("tab", "q", "ctrl+q", "escape", "space", "shift+tab")
        await pilot.pause()
        assert app.keys == ["tab", "q", "ctrl+q", "escape", "space", "shift+tab"]


async def test_cells_are_blank_and_have_no_style() -> None:
    app = Host()
    async with app.run_test(size=(20, 5)) as pilot:
        await pilot.pause()
        strips = app.query_one(Canvas).render_lines(app.query_one(Canvas).region)
        assert [strip.text for strip in strips] == [" " * 20] * 5
        assert all(segment.style is None for strip in strips for segment in strip)


async def test_a_text_is_shown_in_the_middle_wrapped() -> None:
    app = Host()
    async with app.run_test(size=(20, 5)) as pilot:
        canvas = app.query_one(Canvas)
        canvas.say("a.jpg is not an image at all")
        await pilot.pause()
        lines = [strip.text.strip() for strip in canvas.render_lines(canvas.region)]
        assert [line for line in lines if line] == ["a.jpg is not an", "image at all"]
        assert not lines[0]


async def test_textual_writing_over_the_cells_is_reported() -> None:
    app = Host()
    async with app.run_test() as pilot:
        for _ in range(4):
            await pilot.pause()
        before = app.wiped
        app.query_one(Canvas).refresh()
        for _ in range(4):
            await pilot.pause()
        assert app.wiped > before


async def test_nothing_is_reported_from_under_a_dialog() -> None:
    app = Host()
    async with app.run_test() as pilot:
        for _ in range(4):
            await pilot.pause()
        canvas = app.query_one(Canvas)
        await app.push_screen(ModalScreen[None]())
        await pilot.pause()
        before = app.wiped
        canvas.render_lines(canvas.region)
        for _ in range(4):
            await pilot.pause()
        assert app.wiped == before


async def test_click_is_a_point_and_drag_is_a_box() -> None:
    app = Host()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.click(Canvas, offset=(5, 6))
        await pilot.click(Canvas, offset=(7, 8), button=3)
        await pilot.mouse_down(Canvas, offset=(2, 3))
        await pilot.mouse_up(Canvas, offset=(12, 9))
        await pilot.pause()
        assert [action for _, _, action in app.pointers] == ["positive", "negative", "press", "release"]
        assert [(int(x), int(y)) for x, y, _ in app.pointers] == [(5, 6), (7, 8), (2, 3), (12, 9)]
