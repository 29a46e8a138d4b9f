"""Lanes: one job at a time, the latest wins, nothing is lost that must run."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tui.app.lanes import Lane

WAIT = 5.0


class Gate:
    """A job that says when it started and ends when told."""

    def __init__(self, log: list[str], name: str) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self._log, self._name = log, name

    def __call__(self) -> None:
        self.started.set()
        assert self.go.wait(WAIT)
        self._log.append(self._name)


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def lane(errors: list[BaseException]) -> Iterator[Lane]:
    lane = Lane("test", ("first", "second"), errors.append)
    yield lane
    lane.close()


def test_m8_latest_of_many_requests_wins(lane: Lane) -> None:
    log: list[str] = []
    done = threading.Event()
    first = Gate(log, "first")
    lane.submit("first", first)
    assert first.started.wait(WAIT)
    for number in range(11):
        lane.submit("first", lambda number=number: (log.append(str(number)), done.set()))
    assert lane.waiting("first")
    first.go.set()
    assert done.wait(WAIT)
    assert log == ["first", "10"]


def test_slots_are_served_in_order_and_do_not_replace_each_other(lane: Lane) -> None:
    log: list[str] = []
    done = threading.Event()
    gate = Gate(log, "gate")
    lane.submit("first", gate)
    assert gate.started.wait(WAIT)
    lane.submit("second", lambda: (log.append("trace"), done.set()))
    lane.submit("first", lambda: log.append("prompt"))
    gate.go.set()
    assert done.wait(WAIT)
    assert log == ["gate", "prompt", "trace"]


def test_idle_work_runs_last_and_is_replaced(lane: Lane) -> None:
    log: list[str] = []
    done = threading.Event()
    gate = Gate(log, "gate")
    lane.submit("first", gate)
    assert gate.started.wait(WAIT)
    lane.when_idle((lambda: log.append("old wish"),))
    lane.when_idle((lambda: log.append("a"), lambda: (log.append("b"), done.set())))
    lane.submit("second", lambda: log.append("urgent"))
    gate.go.set()
    assert done.wait(WAIT)
    assert log == ["gate", "urgent", "a", "b"]


def test_a_failing_job_is_reported_and_the_lane_lives_on(lane: Lane, errors: list[BaseException]) -> None:
    done = threading.Event()

    def fail() -> None:
        raise RuntimeError("boom")

    lane.submit("first", fail)
    lane.submit("second", done.set)
    assert done.wait(WAIT)
    assert [str(e) for e in errors] == ["boom"]


def test_close_drops_what_waits(errors: list[BaseException]) -> None:
    lane = Lane("closing", ("only",), errors.append)
    log: list[str] = []
    gate = Gate(log, "running")
    lane.submit("only", gate)
    assert gate.started.wait(WAIT)
    lane.submit("only", lambda: log.append("never"))
    threading.Timer(0.05, gate.go.set).start()
    lane.close(WAIT)
    assert log == ["running"]
