"""Signals as requests to stop."""

from __future__ import annotations

import os
import signal

import pytest

from tui.cli.signals import EXIT_CODES, StopRequest


@pytest.mark.parametrize(("number", "code"), EXIT_CODES.items())
def test_s4_a_signal_is_a_request_and_a_second_one_an_end(number: int, code: int) -> None:
    before = signal.getsignal(number)
    with StopRequest() as stop:
        assert not stop()
        os.kill(os.getpid(), number)
        assert stop()
        assert stop.exit_code == code
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
