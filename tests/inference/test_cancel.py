"""A token stops what runs under it and what would begin under it, and nothing else."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from inference.onnxmini import doubler, endless
from tui.inference.cancel import Cancel, Interrupted, cancellable, check, current
from tui.inference.runtime import open_session

TWO = np.array([1.5, -2.0], np.float32)
WAIT = 20.0


def test_a_running_model_stops() -> None:
    session, token, begun = open_session(endless()), Cancel(), threading.Event()
    outcome: list[BaseException] = []

    def work() -> None:
        try:
            with cancellable(token):
                begun.set()
                session.run(["y"], {"x": TWO})
        except Interrupted as error:
            outcome.append(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    assert begun.wait(WAIT)
    token.set()  # once, whether the model runs by now or not
    worker.join(WAIT)
    assert len(outcome) == 1


def test_a_model_does_not_begin_under_a_set_token_and_lives_on() -> None:
    session, token = open_session(doubler()), Cancel()
    token.set()
    with cancellable(token):
        with pytest.raises(Interrupted):
            session.run(["y"], {"x": TWO})
        with pytest.raises(Interrupted):
            check()
    assert session.run(["y"], {"x": TWO})
    check()


def test_work_of_another_thread_is_not_stopped() -> None:
    token, seen = Cancel(), []
    with cancellable(token):
        other = threading.Thread(target=lambda: seen.append(current() is token))
        other.start()
        other.join(WAIT)
        assert current() is token
    assert seen == [False]
    assert current() is not token


def test_what_ended_is_not_told_any_more() -> None:
    token, told = Cancel(), []
    with token.stopping(lambda: told.append("early")):
        pass
    with token.stopping(lambda: told.append("late")):
        token.set()
    assert told == ["late"]
    assert token.is_set


def test_tokens_nest_and_the_inner_one_counts() -> None:
    outer, inner = Cancel(), Cancel()
    outer.set()
    with cancellable(outer), cancellable(inner):
        check()
