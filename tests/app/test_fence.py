"""The fence: a question behind many bytes, silence until the answer, an end to the waiting."""

from __future__ import annotations

from collections.abc import Callable

from tui.app.fence import ASK, PATIENCE_S, WINDOW, Fence


class Line:
    """A fence with a clock turned by hand."""

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.opened = 0
        self.fence = Fence(lambda seconds, action: self.timers.append((seconds, action)), self._opened)

    def _opened(self) -> None:
        self.opened += 1

    def time_passes(self) -> None:
        timers, self.timers = self.timers, []
        for _, action in timers:
            action()


def test_small_frames_pass_until_they_are_many() -> None:
    line = Line()
    sent = 0
    while not (question := line.fence.passing(80)):
        sent += 80
        assert not line.fence.closed
    assert question == ASK
    assert WINDOW - 80 <= sent < WINDOW
    assert line.fence.closed


def test_the_answer_opens_it_and_its_timer_means_nothing_any_more() -> None:
    line = Line()
    line.fence.passing(WINDOW)
    line.fence.answered()
    assert not line.fence.closed
    line.fence.passing(WINDOW)
    line.timers.pop()
    line.time_passes()
    assert line.fence.closed
    assert line.opened == 1


def test_a_silent_terminal_is_waited_for_three_times_and_then_not_asked() -> None:
    line = Line()
    for number in range(3):
        assert line.fence.passing(WINDOW) == ASK
        assert line.timers[0][0] == PATIENCE_S
        line.time_passes()
        assert line.opened == number + 1
    assert line.fence.passing(100 * WINDOW) == b""
    assert not line.fence.closed


def test_a_line_that_has_answered_is_given_the_time_its_bytes_need() -> None:
    line = Line()
    line.fence.passing(WINDOW)
    line.fence.answered()
    line.fence.passing(600_000)
    assert line.timers[-1][0] > 10
    for _ in range(5):
        line.time_passes()
        assert line.fence.passing(WINDOW) == ASK


def test_an_answer_nobody_waits_for_is_nothing() -> None:
    line = Line()
    line.fence.answered()
    assert line.opened == 0


def test_reset_forgets_what_is_on_its_way() -> None:
    line = Line()
    line.fence.passing(WINDOW)
    line.fence.reset()
    assert not line.fence.closed
    assert line.fence.passing(WINDOW - 1) == b""
    line.time_passes()
    assert line.opened == 1
