"""Every protocol has a driver, and every driver keeps the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from render.drawn import FULL, PLAIN
from tui.render.drivers.registry import DRIVERS, make_driver
from tui.render.terminal import Protocol, Terminal


def test_every_protocol_has_a_driver() -> None:
    assert set(DRIVERS) == set(get_args(Protocol))


@pytest.mark.parametrize("protocol", get_args(Protocol))
def test_drivers_know_their_name(protocol: Protocol) -> None:
    assert make_driver(Terminal(protocol)).name == protocol


@pytest.mark.parametrize("protocol", get_args(Protocol))
def test_drivers_leave_the_cursor_and_carry_no_synchronization_marks(protocol: Protocol) -> None:
    driver = make_driver(Terminal(protocol))
    for data in (driver.update(None, FULL), driver.update(FULL, PLAIN), driver.hide(PLAIN), driver.erase()):
        assert b"2026" not in data
        assert data.count(b"\x1b7") == data.count(b"\x1b8") <= 1


@pytest.mark.parametrize("protocol", get_args(Protocol))
def test_drivers_are_deterministic(protocol: Protocol) -> None:
    first, second = make_driver(Terminal(protocol)), make_driver(Terminal(protocol))
    sizes = [[len(d.update(None, PLAIN)), len(d.update(PLAIN, FULL))] for d in (first, second)]
    assert sizes[0] == pytest.approx(sizes[1], abs=40)


@pytest.mark.parametrize("protocol", ["kitty", "sixel", "halfblock"])
def test_going_and_coming_back_sends_the_same_bytes(protocol: Protocol) -> None:
    driver = make_driver(Terminal(protocol))
    other = replace(PLAIN, cursor=(60.0, 60.0))
    driver.update(None, PLAIN)
    rounds = [(driver.update(PLAIN, other), driver.update(other, PLAIN)) for _ in range(2)]
    assert rounds[0] == rounds[1]
