"""The screen writer: newest scene wins, one write per frame, never a difference against a wiped screen."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tui.app.fence import ASK, WINDOW
from tui.app.screenwriter import ScreenWriter
from tui.app.textpage import LEAST_SYNCHRONIZED
from tui.render.scene import Canvas, Photo, Scene, View

WAIT = 5.0
BASE = Scene(Canvas(0, 0, 10, 5, (10, 20)), None, View(0, 0, 1))


class SlowDriver:
    """Draws `old>new` as text; each update waits for a permit."""

    def __init__(self, *, under_text: bool, name: str) -> None:
        self.under_text, self.name, self.rest_s = under_text, name, 0.0
        self.permits = threading.Semaphore(0)
        self.calls: list[tuple[object, object]] = []
        self.pieces: list[bytes] = []

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        return canvas.cols, canvas.rows

    def placed(self, canvas: Canvas) -> Canvas:
        return canvas

    def update(self, old: Scene | None, new: Scene) -> bytes:
        assert self.permits.acquire(timeout=WAIT)
        self.calls.append((old and old.cursor, new.cursor))
        return f"{old.cursor if old else None}>{new.cursor};".encode()

    def refine(self, scene: Scene) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    def restore(self, scene: Scene, cells: NDArray[np.bool_]) -> bytes:
        assert self.permits.acquire(timeout=WAIT)
        return f"{np.count_nonzero(cells)} of {scene.cursor};".encode()

    def hide(self, old: Scene) -> bytes:
        return b""

    def erase(self) -> bytes:
        return b"erased"


class World:
    """A hand-cranked event loop around a writer."""

    def __init__(self, *, under_text: bool = False, sync: bool = False, name: str = "slow") -> None:
        self.driver = SlowDriver(under_text=under_text, name=name)
        self.timers: list[Callable[[], None]] = []
        self.written: list[bytes] = []
        self.errors: list[BaseException] = []
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.writer = ScreenWriter(
            self.driver,
            sync=sync,
            write=self.written.append,
            post=self._posted.put,
            later=lambda _, action: self.timers.append(action),
            on_error=self.errors.append,
        )

    def turn(self) -> None:
        """Let one drawing finish and handle its answer."""
        self.driver.permits.release()
        self.step()

    def step(self) -> None:
        """Handle the next answer of the lane."""
        self._posted.get(timeout=WAIT)()

    def improved(self) -> None:
        """The driver is asked whether it can improve what is shown, and cannot."""
        self.step()


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.driver.permits.release(9)
    made.writer.close()


def at(x: float) -> Scene:
    return replace(BASE, cursor=(x, 0))


def test_scenes_that_wait_are_replaced_by_the_newest(world: World) -> None:
    for x in range(5):
        world.writer.show(at(x))
    world.turn()
    world.turn()
    assert world.written == [b"None>(0, 0);", b"(0, 0)>(4, 0);"]
    assert world.writer.idle is False
    world.improved()
    assert world.writer.idle


def test_it_is_behind_until_the_photo_is_on_the_screen(world: World) -> None:
    assert not world.writer.behind
    photo = Photo("a", np.zeros((2, 2, 3), np.uint8))
    world.writer.show(replace(at(0), photo=photo))
    assert world.writer.behind
    world.turn()
    assert not world.writer.behind
    world.writer.show(replace(at(1), photo=photo))
    assert not world.writer.behind
    world.writer.show(replace(at(1), photo=replace(photo, token="b")))
    assert world.writer.behind
    world.writer.cover(True)
    assert not world.writer.behind


def test_a_wipe_while_drawing_discards_the_difference(world: World) -> None:
    world.writer.show(at(0))
    world.turn()
    world.improved()
    world.writer.show(at(1))
    world.writer.repaint()
    world.turn()
    world.turn()
    assert world.written == [b"None>(0, 0);", b"None>(1, 0);"]


def test_a_canvas_that_has_gone_is_not_drawn_again(world: World) -> None:
    world.writer.show(at(0))
    world.turn()
    world.improved()
    world.writer.forget(draw=False)
    world.writer.show(at(1))
    world.turn()
    assert world.written == [b"None>(0, 0);", b"None>(1, 0);"]


def test_what_a_terminal_stores_is_written_also_when_text_erased_it() -> None:
    world = World(name="kitty")
    world.writer.show(at(0))
    world.writer.repaint()
    world.turn()
    world.turn()
    assert world.written == [b"None>(0, 0);", b"None>(0, 0);"]
    world.writer.close()


def test_covered_canvas_is_not_drawn(world: World) -> None:
    world.writer.show(at(0))
    world.turn()
    world.improved()
    world.writer.cover(True)
    world.writer.show(at(1))
    assert world.written == [b"None>(0, 0);"]
    world.writer.repaint()
    world.writer.cover(False)
    world.turn()
    assert world.written[-1] == b"None>(1, 0);"


def cells(*rows: int) -> NDArray[np.bool_]:
    """All cells of these rows."""
    found = np.zeros((BASE.canvas.rows, BASE.canvas.cols), np.bool_)
    found[list(rows)] = True
    return found


def test_what_a_shrinking_dialog_leaves_is_painted_of_what_is_shown(world: World) -> None:
    world.writer.show(at(1))
    world.turn()
    world.improved()
    world.writer.cover(True)
    world.writer.show(at(2))
    world.writer.wiped(cells(3), lambda: cells(0, 1, 2))
    world.turn()
    # Two that come while nothing is drawn are one picture.
    world.writer.hold(True)
    world.writer.wiped(cells(2), lambda: cells(0, 1))
    world.writer.wiped(cells(1), lambda: cells(0))
    world.writer.hold(False)
    world.turn()
    assert world.written == [b"None>(1, 0);", b"10 of (1, 0);", b"20 of (1, 0);"]
    # The dialog closes: all is painted, the newest scene.
    world.writer.wiped(cells(0), None)
    world.turn()
    assert world.written[3:] == [b"None>(2, 0);"]


def test_a_dialog_that_grows_again_is_not_painted_over(world: World) -> None:
    world.writer.show(at(1))
    world.turn()
    world.improved()
    over = [cells(0)]
    world.writer.wiped(cells(1, 2), lambda: over[-1])
    over.append(cells(0, 1))
    world.turn()
    world.turn()
    assert world.written[1:] == [b"10 of (1, 0);"]


def test_a_canvas_of_another_size_waits_for_its_own_scene(world: World) -> None:
    world.writer.show(at(1))
    world.turn()
    world.improved()
    other = np.ones((7, 7), np.bool_)
    world.writer.wiped(other, lambda: np.zeros((7, 7), np.bool_))
    world.writer.wiped(cells(1), lambda: cells(0))
    world.turn()
    assert world.written[1:] == [b"10 of (1, 0);"]


def test_nothing_is_drawn_while_held_and_another_driver_paints_from_nothing(world: World) -> None:
    world.writer.show(at(0))
    world.turn()
    world.improved()
    world.writer.hold(True)
    world.writer.show(at(1))
    assert world.writer.release() == b"erased"
    other = SlowDriver(under_text=True, name="other")
    world.writer.use(other, sync=False)
    assert other.calls == []
    world.driver = other
    world.writer.hold(False)
    world.turn()
    assert world.written[-1] == b"None>(1, 0);"


def test_pictures_under_text_survive_a_wipe() -> None:
    world = World(under_text=True)
    world.writer.show(at(0))
    world.turn()
    world.improved()
    world.writer.repaint()
    world.writer.cover(True)
    world.writer.show(at(1))
    world.turn()
    assert world.written == [b"None>(0, 0);", b"(0, 0)>(1, 0);"]
    world.writer.close()


def test_what_may_be_read_in_parts_is_synchronized_where_the_terminal_can() -> None:
    world, large = World(sync=True), b"x" * LEAST_SYNCHRONIZED
    world.driver.pieces = [large]
    world.writer.show(at(0))
    world.turn()
    world.step()
    assert world.written == [b"None>(0, 0);", b"\x1b[?2026h" + large + b"\x1b[?2026l"]
    world.writer.close()


def test_close_frees_and_stops(world: World) -> None:
    assert world.writer.close() == b"erased"
    world.writer.show(at(3))
    assert world.written == []


def test_pieces_follow_the_picture_until_there_are_none(world: World) -> None:
    world.driver.pieces = [b"one;", b"two;"]
    world.writer.show(at(0))
    world.turn()
    for _ in range(3):
        world.step()
    assert world.written == [b"None>(0, 0);", b"one;", b"two;"]
    assert world.writer.idle


def test_a_newer_scene_goes_before_the_next_piece(world: World) -> None:
    world.driver.pieces = [b"one;", b"two;"]
    world.writer.show(at(0))
    world.turn()
    world.writer.show(at(1))
    world.step()
    world.turn()
    world.step()
    assert world.written == [b"None>(0, 0);", b"one;", b"(0, 0)>(1, 0);", b"two;"]


def test_after_much_output_nothing_is_drawn_before_the_terminal_answers(world: World) -> None:
    world.driver.pieces = [b"x" * WINDOW, b"last;"]
    world.writer.show(at(0))
    world.turn()
    world.step()
    assert world.written[-1].endswith(b"x" + ASK)
    for x in range(1, 9):
        world.writer.show(at(x))
    assert len(world.written) == 2
    world.writer.answered()
    world.turn()
    world.step()
    assert world.written[2:] == [b"(0, 0)>(8, 0);", b"last;"]


def test_a_terminal_that_does_not_answer_only_delays(world: World) -> None:
    world.driver.pieces = [b"x" * WINDOW]
    world.writer.show(at(0))
    world.turn()
    world.step()
    world.writer.show(at(1))
    world.timers.pop()()
    world.turn()
    assert world.written[-1] == b"(0, 0)>(1, 0);"


def test_a_release_drops_what_is_being_drawn_and_starts_from_nothing() -> None:
    world = World(under_text=True)
    world.writer.show(at(0))
    world.turn()
    world.improved()
    world.writer.show(at(1))
    world.driver.permits.release()
    while not world.driver.calls[1:]:
        threading.Event().wait(0.001)
    assert world.writer.release() == b"erased"
    world.writer.resume()
    world.step()
    world.turn()
    assert world.written == [b"None>(0, 0);", b"None>(1, 0);"]
    world.writer.close()


def test_a_driver_that_asks_for_rest_refines_what_has_stood_for_so_long(world: World) -> None:
    world.driver.rest_s, world.driver.pieces = 0.1, [b"better"]
    for x in (0, 1):
        world.writer.show(at(x))
        world.turn()
    first, second = world.timers
    first()
    second()
    world.step()
    assert world.written == [b"None>(0, 0);", b"(0, 0)>(1, 0);", b"better"]
    world.improved()
    assert len(world.timers) == 2
