"""Whatever happened (keys, dialogs, other sizes and fonts), the screen ends as a fresh paint leaves it.

The real writer, with the driver that each played terminal gets by its own answers. What Textual writes in
between is played: a dialog's text, and the blanks where the dialog was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from render.changes import CHANGES
from render.drawn import PHOTO
from terminal.answers import AnsweringScreen
from terminal.profiles import PROFILES, Profile
from terminal.pty import environment
from tui.app import screenwriter
from tui.app.screenwriter import ScreenWriter
from tui.render.answers import Window, choose, parse_answers
from tui.render.drivers.base import Driver
from tui.render.drivers.registry import make_driver
from tui.render.probe import batch
from tui.render.scene import Canvas, Scene, View
from tui.render.terminal import Terminal

TEXT_ROWS = 2
"""Rows of the screen that are not the canvas': one above it, one below."""

SIZES = st.tuples(
    st.integers(24, 36), st.integers(9, 13), st.sampled_from([(10, 20), (10, 20), (8, 17), (7, 14)])
)
DIALOGS = st.tuples(
    st.integers(0, 12),
    st.integers(0, 4),
    st.integers(1, 12),
    st.integers(1, 5),
    st.lists(CHANGES, max_size=2),
)
EVENTS = st.lists(
    st.one_of(
        CHANGES.map(lambda change: ("show", change)),
        CHANGES.map(lambda change: ("show", change)),
        DIALOGS.map(lambda dialog: ("dialog", dialog)),
        SIZES.map(lambda size: ("resize", size)),
        st.just(("focus", None)),
    ),
    min_size=1,
    max_size=8,
)


class InlineLane:
    """A lane that works at once."""

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, _slot: str, job: Callable[[], None]) -> None:
        job()

    def close(self, timeout: float = 1.0) -> None:
        pass


HOME = Path("/nowhere")


def terminal_of(profile: Profile, screen: AnsweringScreen) -> Terminal:
    """What the probe makes of a played terminal."""
    env = environment(profile, HOME)
    screen.feed(batch(tmux=bool(profile.tmux)))
    raw = b"".join(screen.replies)
    screen.replies.clear()
    return choose(parse_answers(raw), env, "auto", Window(screen.cols, screen.rows))


class World:
    """A played terminal, the writer that draws in it, and the scene that is wanted."""

    def __init__(self, profile: Profile) -> None:
        self.profile, self.resized = profile, False
        self.rests: list[Callable[[], None]] = []
        self.screen = self._screen(32, 12, (10, 20))
        self.terminal = terminal_of(profile, self.screen)
        self.driver = make_driver(self.terminal)
        self.writer = ScreenWriter(
            self.driver,
            sync=self.terminal.sync,
            write=self.screen.feed,
            post=lambda action: action(),
            later=self._later,
            on_error=_raise,
        )
        self.shrink = 1.0 if self.driver.name != "halfblock" else 0.1
        self.scene = Scene(
            canvas=self._canvas(), photo=PHOTO, view=View(0, 0, self.shrink), cursor=(150.0, 90.0)
        )
        self.show({})

    def _screen(self, cols: int, rows: int, cell: tuple[int, int]) -> AnsweringScreen:
        return AnsweringScreen(self.profile, cols, rows, cell)

    def _canvas(self) -> Canvas:
        return Canvas(0, 1, self.screen.cols, self.screen.rows - TEXT_ROWS, self.screen.cell)

    def show(self, change: dict[str, object]) -> None:
        after = replace(self.scene, **change)
        if "view" in change:
            after = replace(after, view=replace(after.view, scale=after.view.scale * self.shrink))
        self.scene = after
        self.writer.show(after)
        self.settle()

    def dialog(self, dialog: tuple[int, int, int, int, list[dict[str, object]]]) -> None:
        left, top, cols, rows, changes = dialog
        self.writer.cover(True)
        self._write(left, top, cols, rows, "\x1b[37;44m", "x")
        for change in changes:
            self.show(change)
        self._write(left, top, cols, rows, "\x1b[m", " ")
        self.writer.repaint()
        self.writer.cover(False)
        self.settle()

    def resize(self, size: tuple[int, int, tuple[int, int]]) -> None:
        self.resized = True
        self.screen.resize(*size)
        self.writer.forget(draw=False)
        self.show({"canvas": self._canvas()})
        self._blank()

    def focus(self, _: None) -> None:
        self.writer.forget()
        self.settle()

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        """Keep the rests; what waits for answers has no need to end, they come."""
        if seconds == self.driver.rest_s:
            self.rests.append(action)

    def settle(self) -> None:
        """The terminal answers, and no key comes, until nothing more is drawn."""
        for _ in range(40):
            while self.rests:
                self.rests.pop()()
            self.writer.answered()
        self.screen.replies.clear()

    def _blank(self) -> None:
        canvas = self.scene.canvas
        self._write(0, 0, canvas.cols, canvas.rows, "\x1b[m", " ")
        self.writer.repaint()
        self.settle()

    def _write(self, left: int, top: int, cols: int, rows: int, style: str, char: str) -> None:
        """Text of Textual's in a block of the canvas."""
        canvas = self.scene.canvas
        cols, rows = min(cols, canvas.cols - left), min(rows, canvas.rows - top)
        for row in range(rows):
            text = f"\x1b[{canvas.row + top + row + 1};{canvas.col + left + 1}H{style}{char * cols}\x1b[m"
            self.screen.feed(text.encode())

    def picture(self, screen: AnsweringScreen | None = None) -> np.ndarray:
        """The canvas' pixels."""
        shown, canvas = screen or self.screen, self.scene.canvas
        top = canvas.row * canvas.cell[1]
        return shown.image()[top : top + canvas.rows * canvas.cell[1]]

    def fresh(self) -> np.ndarray:
        """The canvas' pixels as a new driver paints the scene in a new terminal."""
        screen = self._screen(self.screen.cols, self.screen.rows, self.screen.cell)
        driver: Driver = make_driver(self.terminal)
        screen.feed(driver.update(None, self.scene))
        while piece := driver.refine(self.scene):
            screen.feed(piece)
        return self.picture(screen)

    def as_painted_afresh(self) -> bool:
        """Pixel for pixel, but kitty keeps the photo at the size that suited the canvas it had first."""
        differs = np.abs(self.picture().astype(int) - self.fresh()).max(axis=2)
        if self.driver.name == "kitty" and self.resized:
            return bool((differs > 24).mean() < 0.02)
        return not differs.any()


def _raise(error: BaseException) -> None:
    raise error


def really_wrong(screen: AnsweringScreen) -> list[str]:
    """What a terminal complains about.

    xterm's lost patches lie under later ones, and a picture that meets a screen that has become lower is on
    its way in real life too.
    """
    fine = ("too many sixel pictures", "scrolled the screen")
    return [error for error in screen.errors if not any(part in error for part in fine)]


@pytest.mark.parametrize("name", PROFILES)
def test_any_walk_ends_in_the_picture_of_a_fresh_paint(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenwriter, "Lane", InlineLane)

    @settings(
        max_examples=3,
        phases=[Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(events=EVENTS)
    def walk(events: list[tuple[str, object]]) -> None:
        world = World(PROFILES[name])
        for kind, value in events:
            getattr(world, kind)(value)
        assert world.as_painted_afresh()
        assert really_wrong(world.screen) == []
        world.screen.feed(world.writer.close())
        assert world.screen.stored_bytes() == 0

    walk()
