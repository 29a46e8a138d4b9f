"""Which driver draws for which protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.render.drivers.base import Driver
from tui.render.drivers.halfblock import HalfblockDriver
from tui.render.drivers.kitty import KittyDriver
from tui.render.drivers.library import LibraryDriver
from tui.render.drivers.sixel import SixelDriver
from tui.render.terminal import Protocol, Terminal

DRIVERS: Mapping[Protocol, Callable[[Terminal], Driver]] = {
    "kitty": KittyDriver,
    "sixel": SixelDriver,
    "halfblock": HalfblockDriver,
    "textual-image": LibraryDriver,
}


def make_driver(terminal: Terminal, *, low_bandwidth: bool = False) -> Driver:
    """The driver for the protocol that was chosen for this terminal.

    `low_bandwidth` asks for fewer bytes at the cost of the picture; drivers with nothing to save ignore it.
    """
    if terminal.protocol == "kitty":
        return KittyDriver(terminal, low_bandwidth=low_bandwidth)
    if terminal.protocol == "sixel":
        return SixelDriver(terminal, low_bandwidth=low_bandwidth)
    return DRIVERS[terminal.protocol](terminal)
