"""The stages of a photo: which are held, which piece is next."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from render.drawn import PHOTO, PLAIN, draw_photo
from tui.render.photofeed import PIECE_PNG, PhotoFeed
from tui.render.scene import Photo, Scene, View

BARE = replace(PLAIN, cursor=None)
CLOSE = replace(BARE, view=View(150, 100, 6.0))


def roles(feed: PhotoFeed, scene: Scene, photo: Photo = PHOTO) -> dict[str, bool]:
    """The stages held, from below, and whether each is shown."""
    return {held.role: held.shown for held in feed.held(scene, photo)}


def drained(feed: PhotoFeed, scene: Scene, photo: Photo = PHOTO) -> list[tuple[int, int, int, int]]:
    rects = []
    while piece := feed.piece(scene, photo):
        assert piece.rect is not None
        assert len(piece.png) <= PIECE_PNG
        assert piece.opens == (not rects)
        rects.append(piece.rect)
    return rects


def test_the_stages_follow_each_other() -> None:
    feed = PhotoFeed(patches=True, frugal=False)
    assert roles(feed, BARE) == {"preview": True}
    feed.piece(BARE, PHOTO)
    assert roles(feed, BARE) == {"preview": True, "whole": True}
    while feed.piece(BARE, PHOTO):
        pass
    assert roles(feed, BARE) == {"whole": True}
    assert roles(feed, CLOSE) == {"whole": True}
    feed.piece(CLOSE, PHOTO)
    assert roles(feed, CLOSE) == {"whole": True, "detail": True}
    while feed.piece(CLOSE, PHOTO):
        pass
    assert roles(feed, CLOSE) == {"whole": False, "detail": True}
    assert roles(feed, BARE) == {"whole": True, "detail": False}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_pieces_cover_every_pixel_once(seed: int) -> None:
    photo = draw_photo(641, 479, seed)
    feed = PhotoFeed(patches=True, frugal=False)
    feed.held(BARE, photo)
    hits = np.zeros((479, 641), int)
    for x, y, width, height in drained(feed, BARE, photo):
        hits[y : y + height, x : x + width] += 1
    assert (hits == 1).all()


def test_flat_parts_come_in_large_pieces_and_noise_in_small_ones() -> None:
    flat = Photo("flat", np.full((600, 800, 3), 90, np.uint8))
    noisy = Photo("noisy", np.random.default_rng(1).integers(0, 256, (600, 800, 3)).astype(np.uint8))
    counts = []
    for photo in (flat, noisy):
        feed = PhotoFeed(patches=True, frugal=False)
        feed.held(BARE, photo)
        counts.append(len(drained(feed, BARE, photo)))
    assert counts[0] < 30 < counts[1]


def test_without_patches_a_stage_is_one_piece() -> None:
    feed = PhotoFeed(patches=False, frugal=False)
    feed.held(BARE, PHOTO)
    piece = feed.piece(BARE, PHOTO)
    assert piece is not None
    assert (piece.role, piece.rect) == ("whole", None)
    assert feed.piece(BARE, PHOTO) is None
    assert roles(feed, BARE) == {"whole": True}


def test_a_view_too_wide_for_the_photo_sent_begins_anew() -> None:
    feed = PhotoFeed(patches=True, frugal=False)
    feed.held(BARE, PHOTO)
    while feed.piece(BARE, PHOTO):
        pass
    assert roles(feed, replace(BARE, view=View(0, 0, 0.1))) == {"preview": True}


def test_a_photo_out_of_sight_still_comes_to_an_end() -> None:
    feed = PhotoFeed(patches=True, frugal=False)
    away = replace(CLOSE, view=View(5000, 5000, 6.0))
    feed.held(away, PHOTO)
    assert len(drained_all(feed, away)) < 100


def drained_all(feed: PhotoFeed, scene: Scene) -> list[object]:
    found: list[object] = []
    while (piece := feed.piece(scene, PHOTO)) and len(found) < 1000:
        found.append(piece)
    return found


def test_a_piece_of_another_photo_is_none() -> None:
    feed = PhotoFeed(patches=True, frugal=False)
    assert feed.piece(BARE, PHOTO) is None
    feed.held(BARE, PHOTO)
    assert feed.piece(BARE, draw_photo(seed=2)) is None


def test_forgetting_begins_with_a_preview() -> None:
    feed = PhotoFeed(patches=True, frugal=False)
    feed.held(BARE, PHOTO)
    while feed.piece(BARE, PHOTO):
        pass
    feed.forget()
    assert roles(feed, BARE) == {"preview": True}


@pytest.mark.parametrize("frugal", [False, True])
@pytest.mark.parametrize(
    "photo", [PHOTO, Photo("flat", np.full((300, 400, 3), 77, np.uint8))], ids=["drawn", "flat"]
)
def test_a_preview_looks_like_the_photo_and_its_margin_is_clear(photo: Photo, frugal: bool) -> None:
    feed = PhotoFeed(patches=True, frugal=frugal)
    (held,) = feed.held(BARE, photo)
    shown = np.array(Image.open(io.BytesIO(feed.picture(photo, held))).convert("RGBA")).astype(int)
    width, height = held.sent.wh
    small = cv2.resize(photo.rgb, held.sent.wh, interpolation=cv2.INTER_AREA).astype(int)
    assert shown.shape == (height + held.sent.margin[1], width + held.sent.margin[0], 4)
    assert np.abs(shown[:height, :width, :3] - small).mean() < 6
    assert not shown[height:, :, 3].any()
    assert not shown[:, width:, 3].any()
