"""textual-image behind the driver interface."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import numpy as np
import pytest

from render.drawn import CANVAS, PLAIN
from terminal.screen import Screen, SixelLimits
from tui.render import compose
from tui.render.drivers.library import LibraryDriver
from tui.render.scene import Canvas, View
from tui.render.terminal import Terminal

KINDS = ["library-kitty", "library-sixel", "halfcell"]


def make(kind: str) -> tuple[LibraryDriver, Screen]:
    driver = LibraryDriver(Terminal("textual-image", cell=(10, 20), quirks=frozenset({kind})))
    sixel = SixelLimits() if kind == "library-sixel" else None
    return driver, Screen(60, 24, cell=(10, 20), kitty=kind == "library-kitty", sixel=sixel)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_the_picture_is_where_the_canvas_is(kind: str) -> None:
    driver, screen = make(kind)
    wh = driver.device_wh(CANVAS)
    scene = replace(PLAIN, view=View(0, 0, wh[0] / 400), cursor=None)
    screen.feed(driver.update(None, scene))
    shown = screen.image()[40:340, 30:430].astype(int)
    wanted = compose.photo_frame(scene.photo, View(0, 0, 1), (400, 300)).astype(int)
    assert np.abs(shown - wanted).mean() < 12


@pytest.mark.parametrize("kind", KINDS)
def test_updates_replace_and_erasing_leaves_nothing(kind: str) -> None:
    driver, screen = make(kind)
    screen.feed(driver.update(None, PLAIN))
    screen.feed(driver.update(PLAIN, replace(PLAIN, cursor=(10, 10))))
    once = screen.stored_bytes()
    screen.feed(driver.update(PLAIN, replace(PLAIN, cursor=(20, 10))))
    assert screen.stored_bytes() == once
    screen.feed(driver.erase())
    assert not screen.image().any()
    assert screen.stored_bytes() == 0


def test_kitty_pictures_are_sent_once_and_shown_by_placeholders() -> None:
    driver, _ = make("library-kitty")
    data = driver.update(None, PLAIN)
    assert data.count(b"U=1") == 1
    assert data.decode().count("\U0010eeee") == CANVAS.cols * CANVAS.rows
    assert all(
        f"\x1b[{CANVAS.row + row + 1};{CANVAS.col + 1}H".encode() in data for row in range(CANVAS.rows)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_printed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    monkeypatch.setattr(sys, "__stdout__", heard)
    driver, _ = make(kind)
    driver.update(None, PLAIN)
    assert heard.getvalue() == ""
    assert sys.__stdout__ is heard


def test_an_empty_canvas_sends_nothing() -> None:
    driver, _ = make("halfcell")
    assert driver.update(None, replace(PLAIN, canvas=Canvas(0, 0, 0, 0, (10, 20)))) == b""


def test_hiding_blanks_the_canvas() -> None:
    driver, screen = make("halfcell")
    screen.feed(driver.update(None, PLAIN))
    screen.feed(driver.hide(PLAIN))
    assert not screen.image().any()
