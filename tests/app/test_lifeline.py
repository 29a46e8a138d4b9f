"""Signals, sleep, a cut line. The whole of it, in real terminals, is in tests/e2e."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
from typing import Any

import pytest

from tui.app import lifeline
from tui.app.lifeline import HANGUP, Lifeline, hung_up, in_front


class Driver:
    """Textual's driver as far as sleeping goes."""

    can_suspend = True

    def __init__(self, calls: list[str]) -> None:
        self._calls = calls

    def suspend_application_mode(self) -> None:
        self._calls.append("suspend")

    def resume_application_mode(self) -> None:
        self._calls.append("resume")


class Stage:
    def __init__(self, calls: list[str]) -> None:
        self._calls = calls

    def ask_terminal(self) -> None:
        self._calls.append("ask")

    def terminal_back(self) -> None:
        self._calls.append("paint")


class World:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, can_suspend: bool = True) -> None:
        self.calls: list[str] = []
        self.codes: list[int] = []
        driver: Any = Driver(self.calls)
        driver.can_suspend = can_suspend
        self.lifeline = Lifeline(Stage(self.calls), driver, self.codes.append)
        self._loop = asyncio.get_running_loop()
        self.lifeline.listen(self._loop)
        self.front = True
        monkeypatch.setattr(lifeline, "in_front", lambda fd: self.front)
        monkeypatch.setattr(os, "kill", lambda pid, number: self.calls.append(signal.Signals(number).name))

    async def signal(self, number: signal.Signals) -> None:
        signal.raise_signal(number)
        for _ in range(10):
            await asyncio.sleep(0.005)

    def close(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGTSTP, signal.SIGCONT):
            self._loop.remove_signal_handler(number)


async def test_signals_that_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    await world.signal(signal.SIGTERM)
    await world.signal(signal.SIGHUP)
    await world.signal(signal.SIGINT)
    assert world.codes == [143, 129, 130]
    world.close()


async def test_sleep_gives_the_terminal_back_and_takes_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    await world.signal(signal.SIGTSTP)
    assert world.calls == ["suspend", "SIGSTOP", "ask", "resume", "paint"]
    await world.signal(signal.SIGCONT)
    assert world.calls == ["suspend", "SIGSTOP", "ask", "resume", "paint"]
    world.close()


async def test_after_a_stop_from_outside_the_terminal_is_set_up_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(monkeypatch)
    await world.signal(signal.SIGCONT)
    assert world.calls == ["suspend", "ask", "resume", "paint"]
    world.close()


async def test_in_the_background_the_terminal_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.front = False
    await world.signal(signal.SIGCONT)
    assert world.calls == ["suspend", "resume", "paint"]
    world.close()


async def test_another_terminal_is_let_go_asked_and_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.lifeline.ask_again()
    assert world.calls == ["suspend", "ask", "resume", "paint"]
    world.close()


async def test_without_a_terminal_nothing_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, can_suspend=False)
    world.lifeline.check_line()
    assert world.calls == []
    assert world.codes == []
    world.close()


def test_a_closed_other_end_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    assert not hung_up(slave)
    os.close(master)
    assert hung_up(slave)
    os.close(slave)
    assert HANGUP == 129


def test_a_terminal_that_is_not_ours_is_not_in_front() -> None:
    master, slave = pty.openpty()
    assert not in_front(slave)
    os.close(master)
    os.close(slave)
