"""One decoder, shared: prompts first, the rest in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fakes import FakeSegmenter
from tui.app.turns import InTurn, Turns
from tui.inference.cancel import Cancel, Interrupted, current
from tui.types.prompt import Point, Prompt

WAIT = 5.0


class Model:
    """Work that lasts until it is let go; it hears its token."""

    def __init__(self) -> None:
        self.started, self.go = threading.Semaphore(0), threading.Event()
        self.runs = 0

    def __call__(self) -> str:
        self.runs += 1
        stop = threading.Event()
        with current().stopping(stop.set):
            self.started.release()
            while not self.go.is_set():
                if stop.wait(0.005):
                    raise Interrupted("stopped")
        return "done"


def in_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except Interrupted as error:
            found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, found


def test_patient_work_is_done_when_nobody_waits() -> None:
    assert Turns().patiently(lambda: "done", Cancel()) == "done"


def test_a_prompt_stops_patient_work_which_is_begun_again() -> None:
    turns, model = Turns(), Model()
    thread, found = in_thread(lambda: turns.patiently(model, Cancel()))
    assert model.started.acquire(timeout=WAIT)
    with turns.prompt():
        assert not model.started.acquire(blocking=False)
    assert model.started.acquire(timeout=WAIT)
    model.go.set()
    thread.join(WAIT)
    assert found == ["done"]
    assert model.runs == 2


def test_a_prompt_comes_before_patient_work_that_waits() -> None:
    turns, order = Turns(), list[str]()
    begun, end = threading.Event(), threading.Event()

    def prompt(name: str) -> None:
        with turns.prompt():
            order.append(name)
            begun.set()
            assert end.wait(WAIT)

    first, _ = in_thread(lambda: prompt("first"))
    assert begun.wait(WAIT)
    patient, _ = in_thread(lambda: turns.patiently(lambda: order.append("patient"), Cancel()))
    second, _ = in_thread(lambda: prompt("second"))
    while turns._prompts == 0:  # the second prompt waits for its turn
        assert second.is_alive()
    end.set()
    for thread in (first, second, patient):
        thread.join(WAIT)
    assert order == ["first", "second", "patient"]


def test_work_that_nobody_awaits_leaves_a_pause_after_a_prompt() -> None:
    now = [100.0]
    turns = Turns(lambda: now[0])
    with turns.prompt():
        pass
    job = Cancel()
    thread, found = in_thread(lambda: turns.patiently(lambda: "done", job, quiet=60.0))
    thread.join(0.05)
    assert found == []
    now[0] += 61
    turns._wake()
    thread.join(WAIT)
    assert found == ["done"]


def test_stopping_is_heard_while_it_works_and_while_it_waits() -> None:
    turns, model, job = Turns(), Model(), Cancel()
    thread, found = in_thread(lambda: turns.patiently(model, job))
    assert model.started.acquire(timeout=WAIT)
    waiting, heard = in_thread(lambda: turns.patiently(model, job))
    job.set()
    thread.join(WAIT)
    waiting.join(WAIT)
    assert [type(one) for one in (*found, *heard)] == [Interrupted, Interrupted]
    with pytest.raises(Interrupted):
        turns.patiently(lambda: "never", job)
    assert turns.patiently(lambda: "others go on", Cancel()) == "others go on"


def test_a_segmenter_in_turn_answers_as_itself() -> None:
    plain = FakeSegmenter()
    shared = InTurn(plain, Turns(), Cancel())
    embedding = plain.encode(np.zeros((40, 60, 3), np.uint8))
    prompt = Prompt((Point(20, 20),))
    mine, theirs = shared.decode(embedding, prompt), plain.decode(embedding, prompt)
    assert [c.score for c in mine] == [c.score for c in theirs]
    assert len(shared.decode_many(embedding, (prompt, prompt))) == 2
    assert (shared.name, shared.provider, shared.fingerprint) == (plain.name, "CPU", plain.fingerprint)
    assert (shared.limits, shared.batched) == (plain.limits, False)
    shared.close()
    assert not plain.closed
    with pytest.raises(RuntimeError):
        shared.encode(np.zeros((4, 4, 3), np.uint8))


def test_a_job_that_is_stopped_decodes_nothing() -> None:
    plain, job = FakeSegmenter(), Cancel()
    embedding = plain.encode(np.zeros((40, 60, 3), np.uint8))
    job.set()
    with pytest.raises(Interrupted):
        InTurn(plain, Turns(), job).decode(embedding, Prompt((Point(20, 20),)))
    assert plain.decoded == []
