from __future__ import annotations

import base64
import io
import zlib

import numpy as np
import pytest
from PIL import Image

from terminal.kitty import BELOW_BACKGROUNDS, Features
from terminal.kitty_commands import apc, raw, solid
from terminal.placeholders import PLACEHOLDER, marks
from terminal.screen import Screen

RED, GREEN, BLUE, BLACK = [255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0]


def screen(cols: int = 10, rows: int = 6) -> Screen:
    return Screen(cols, rows, cell=(10, 20), kitty=True)


def test_a_picture_is_shown_at_the_cursor_in_its_own_size() -> None:
    term = screen()
    term.feed(b"\x1b[2;3H" + raw(solid(15, 8, RED), "a=T,i=1,p=1"))
    image = term.image()
    assert image[20:28, 20:35].reshape(-1, 3).tolist() == [RED] * 120
    assert image.sum() == 120 * 255
    assert term.cursor == (1, 4)
    assert term.errors == []


def test_formats() -> None:
    picture = Image.fromarray(solid(2, 1, RED)).quantize(2)
    png = io.BytesIO()
    picture.save(png, "PNG", transparency=0)
    rgba = np.array([[[0, 0, 255, 255], [0, 0, 255, 0]]], np.uint8)
    term = screen()
    term.feed(b"\x1b[H" + apc("a=T,f=32,o=z,s=2,v=1,i=1,q=2,C=1", zlib.compress(rgba.tobytes())))
    term.feed(b"\x1b[2;1H" + apc("a=T,f=100,i=2,q=2,C=1", png.getvalue()))
    image = term.image()
    assert image[0, :2].tolist() == [BLUE, BLACK]
    assert image[20, :2].tolist() == [BLACK, BLACK]
    assert term.cursor == (1, 0)
    assert term.errors == []


def test_chunks_are_put_together() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (40, 30, 3), np.uint8)
    data = base64.b64encode(rgb.tobytes())
    parts = [data[i : i + 1024] for i in range(0, len(data), 1024)]
    term = screen()
    term.feed(b"\x1b[H\x1b_Ga=T,f=24,s=30,v=40,i=9,q=2,m=1;" + parts[0] + b"\x1b\\")
    for part in parts[1:-1]:
        term.feed(b"\x1b_Gm=1;" + part + b"\x1b\\")
    assert term.stored_bytes() == 0
    term.feed(b"\x1b_Gm=0;" + parts[-1] + b"\x1b\\")
    assert (term.image()[:40, :30] == rgb).all()
    assert term.stored_bytes() == 30 * 40 * 4
    assert term.errors == []


def test_a_placement_put_again_moves() -> None:
    term = screen()
    term.feed(raw(solid(4, 4, GREEN), "a=t,i=5"))
    for column in (1, 4):
        term.feed(b"\x1b[1;%dH" % column + apc("a=p,i=5,p=1,C=1,X=3,Y=2,q=2"))
    image = term.image()
    assert image[2:6, 33:37].reshape(-1, 3).tolist() == [GREEN] * 16
    assert image.sum() == 16 * 255
    assert term.counts["kitty_place"] == 2 * len(apc("a=p,i=5,p=1,C=1,X=3,Y=2,q=2"))


def test_source_rectangles_and_scaling() -> None:
    rgb = solid(20, 10, RED)
    rgb[:, 10:] = BLUE
    term = screen()
    term.feed(raw(rgb, "a=t,i=5") + b"\x1b[H" + apc("a=p,i=5,p=1,x=10,y=0,w=10,h=10,c=3,r=2,C=1,q=2"))
    image = term.image()
    assert image[0:40, 0:30].reshape(-1, 3).tolist() == [BLUE] * 1200
    assert image.sum() == 1200 * 255


@pytest.mark.parametrize(("size", "block"), [("c=2", (20, 10)), ("r=1", (40, 20)), ("", (20, 10))])
def test_one_side_given_keeps_the_aspect(size: str, block: tuple[int, int]) -> None:
    term = screen()
    term.feed(b"\x1b[H" + raw(solid(20, 10, RED), f"a=T,i=1,{size}"))
    rows, columns = np.nonzero(term.image()[..., 0])
    assert (columns.max() + 1, rows.max() + 1) == block


def test_layers_by_z() -> None:
    term = screen()
    term.feed(b"\x1b[H\x1b[42m  \x1b[0m\x1b[H")
    term.feed(raw(solid(30, 20, RED), f"a=T,i=1,C=1,z={BELOW_BACKGROUNDS - 1}"))
    assert term.image()[5, 5].tolist() == [0, 205, 0]
    assert term.image()[5, 25].tolist() == RED
    term.feed(raw(solid(10, 20, BLUE), "a=T,i=2,C=1,z=-1"))
    assert term.image()[5, 5].tolist() == BLUE
    term.feed("\x1b[H\x1b[32m█".encode())
    assert term.image()[5, 5].tolist() == [0, 205, 0]
    term.feed(b"\x1b[H" + raw(solid(10, 20, RED), "a=T,i=3,C=1,z=1"))
    assert term.image()[5, 5].tolist() == RED


def test_translucent_pictures_are_blended() -> None:
    term = screen()
    half = np.zeros((1, 1, 4), np.uint8)
    half[...] = (255, 0, 0, 128)
    term.feed(b"\x1b[H" + apc("a=T,f=32,s=1,v=1,i=1,c=1,r=1,q=2", half.tobytes()))
    assert term.image()[0, 0].tolist() == [128, 0, 0]


def placed() -> Screen:
    """Pictures 1, 2, 3 at rows 0, 2, 4 with z 0, 1, 2; picture 1 shown twice; picture 4 stored only."""
    term = screen()
    for image in (1, 2, 3):
        term.feed(raw(solid(10, 20, RED), f"a=t,i={image},I={image + 10}"))
        term.feed(b"\x1b[%d;1H" % (2 * image - 1) + apc(f"a=p,i={image},p=1,C=1,z={image - 1},q=2"))
    term.feed(b"\x1b[1;5H" + apc("a=p,i=1,p=2,C=1,q=2") + raw(solid(1, 1, RED), "a=t,i=4"))
    return term


ALL = {(1, 1), (1, 2), (2, 1), (3, 1)}


@pytest.mark.parametrize(
    ("keys", "placements", "pictures"),
    [
        ("a=d", set(), {1, 2, 3, 4}),
        ("a=d,d=A", set(), {4}),
        ("a=d,d=i,i=1", ALL - {(1, 1), (1, 2)}, {1, 2, 3, 4}),
        ("a=d,d=i,i=1,p=2", ALL - {(1, 2)}, {1, 2, 3, 4}),
        ("a=d,d=I,i=1", ALL - {(1, 1), (1, 2)}, {2, 3, 4}),
        ("a=d,d=I,i=1,p=2", ALL - {(1, 2)}, {1, 2, 3, 4}),
        ("a=d,d=I,i=4", ALL, {1, 2, 3}),
        ("a=d,d=N,I=12", ALL - {(2, 1)}, {1, 3, 4}),
        ("a=d,d=r,x=2,y=3", {(1, 1), (1, 2)}, {1, 2, 3, 4}),
        ("a=d,d=R,x=2,y=4", {(1, 1), (1, 2)}, {1}),
        ("a=d,d=z,z=1", ALL - {(2, 1)}, {1, 2, 3, 4}),
        ("a=d,d=p,x=1,y=3", ALL - {(2, 1)}, {1, 2, 3, 4}),
        ("a=d,d=q,x=1,y=5,z=1", ALL, {1, 2, 3, 4}),
        ("a=d,d=Q,x=1,y=5,z=2", ALL - {(3, 1)}, {1, 2, 4}),
        ("a=d,d=x,x=5", ALL - {(1, 2)}, {1, 2, 3, 4}),
        ("a=d,d=y,y=1", ALL - {(1, 1), (1, 2)}, {1, 2, 3, 4}),
        ("a=d,d=c", ALL - {(1, 2)}, {1, 2, 3, 4}),
    ],
)
def test_deletion(keys: str, placements: set[tuple[int, int]], pictures: set[int]) -> None:
    term = placed()
    term.feed(apc(keys + ",q=2"))
    assert set(term.kitty.placements) == placements
    assert set(term.kitty.pictures) == pictures
    assert term.errors == []


def test_a_picture_sent_again_loses_its_placements() -> None:
    term = placed()
    term.feed(raw(solid(1, 1, RED), "a=t,i=1"))
    assert set(term.kitty.placements) == ALL - {(1, 1), (1, 2)}


def test_each_screen_keeps_its_own_pictures() -> None:
    term = screen()
    term.feed(raw(solid(1, 1, RED), "a=T,i=1") + b"\x1b[?1049h" + apc("a=p,i=1,p=1,q=2"))
    assert any("ENOENT" in error for error in term.errors)
    term.feed(raw(solid(2, 2, RED), "a=T,i=2") + b"\x1b[?1049l" + apc("a=d,d=I,i=2,q=2"))
    assert term.stored_bytes() == 4 + 16


def test_clearing_the_screen_takes_placements_and_keeps_pictures() -> None:
    term = placed()
    kept = term.stored_bytes()
    term.feed(b"\x1b[2J")
    assert not term.kitty.placements
    assert term.stored_bytes() == kept > 0


def test_pictures_move_with_the_text() -> None:
    term = screen(rows=3)
    term.feed(b"\x1b[2;1H" + raw(solid(10, 20, RED), "a=T,i=1,C=1") + b"\x1b[3;1H\n")
    assert term.image()[0, 0].tolist() == RED


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x1b_Ga=T,i=1,f=24,s=1,v=1,q=2;!!!!\x1b\\", "EBADDATA"),
        (apc("a=T,i=1,f=24,s=2,v=2,q=2", b"123"), "EBADDATA"),
        (apc("a=T,i=1,f=100,q=2", b"no png"), "EBADDATA"),
        (apc("a=p,i=77,q=2"), "ENOENT"),
        (apc("a=t,t=f,i=1,q=2", b"/etc/passwd"), "shares no files"),
        (apc("a=t,f=24,s=1,v=1,i=4294967296,q=2", b"123"), "32 bits"),
        (apc("a=p,i=1,U=1,q=2"), "ENOENT"),
        (b"\x1b_Ga=t,i=1,q=2;" + b"A" * 4100 + b"\x1b\\", "limit 4096"),
        (apc("a=T,f=24,s=1,v=1,i=1,X=10,q=2", b"123"), "outside the 10x20 cell"),
        (apc("a=d,d=*"), "not modelled"),
        (b"\x1b_Ga=t,i=1,m=1,q=2;AAAA\x1b\\" + apc("a=p,i=2,q=2"), "inside a chunked upload"),
        (b"\x1b_Ga=t,i=1,m=1,q=2;AAAA\x1b\\" + apc("a=d,q=2"), "aborts the upload"),
    ],
)
def test_what_real_terminals_refuse(data: bytes, error: str) -> None:
    term = screen()
    term.feed(data)
    assert any(error in found for found in term.errors)


def test_what_a_terminal_lacks_is_refused_in_words() -> None:
    term = Screen(10, 4, kitty=Features(placeholders=False, relative=False, frames=False))
    term.feed(raw(solid(1, 1, RED), "a=T,i=1,p=1,U=1"))
    term.feed(raw(solid(1, 1, RED), "a=T,i=2,p=1") + apc("a=p,i=2,p=2,P=2,Q=1,q=2"))
    term.feed(raw(solid(1, 1, RED), "a=f,i=2,r=1"))
    for missing in ("no placeholders", "no relative placements", "no frames"):
        assert any(missing in error for error in term.errors)


def cell_text(image: int, row: int, col: int) -> bytes:
    return f"\x1b[38;5;{image}m{PLACEHOLDER}{marks()[row]}{marks()[col]}\x1b[39m".encode()


def test_placeholder_cells_show_parts_of_a_picture() -> None:
    rgb = solid(20, 20, RED)
    rgb[:, 10:] = BLUE
    term = screen()
    term.feed(raw(rgb, "a=t,i=7") + apc("a=p,i=7,p=1,U=1,c=2,r=1,q=2"))
    assert not term.image().any()
    term.feed(b"\x1b[3;4H" + cell_text(7, 0, 1) + b"\x1b[1;1H" + cell_text(7, 0, 0))
    image = term.image()
    assert image[40:60, 30:40].reshape(-1, 3).tolist() == [BLUE] * 200
    assert image[:20, :10].reshape(-1, 3).tolist() == [RED] * 200
    assert image.sum() == 400 * 255
    assert term.errors == []
    term.feed(b"\x1b[1;1H \x1b[3;4Hx")
    assert not term.image()[:20].any()


def test_marks_left_out_follow_from_the_cell_to_the_left() -> None:
    rgb = np.concatenate([solid(10, 20, colour) for colour in (RED, GREEN, BLUE)], axis=1)
    term = screen()
    term.feed(raw(rgb, "a=t,i=7") + apc("a=p,i=7,p=1,U=1,c=3,r=1,q=2") + b"\x1b[1;1H\x1b[38;5;7m")
    term.feed((PLACEHOLDER + marks()[0] + PLACEHOLDER * 2).encode())
    assert (term.image()[:20, :30] == rgb).all()


def test_a_wide_id_is_in_a_true_colour_and_the_third_mark() -> None:
    term = screen()
    image = 3 << 24 | 0x010203
    term.feed(raw(solid(10, 20, RED), f"a=t,i={image}") + apc(f"a=p,i={image},p=1,U=1,c=1,r=1,q=2"))
    text = PLACEHOLDER + marks()[0] + marks()[0] + marks()[3]
    term.feed(f"\x1b[1;1H\x1b[38;2;1;2;3m{text}".encode())
    assert term.image()[0, 0].tolist() == RED


def test_relative_placements_live_move_and_go_with_their_parent() -> None:
    term = screen()
    term.feed(raw(solid(1, 1, GREEN), "a=t,i=1") + b"\x1b[2;2H" + apc("a=p,i=1,p=1,C=1,q=2"))
    term.feed(raw(solid(4, 4, RED), "a=t,i=2") + apc("a=p,i=2,p=1,P=1,Q=1,H=2,V=-1,X=3,Y=5,q=2"))
    assert term.cursor == (1, 1)
    assert term.image()[5:9, 33:37].reshape(-1, 3).tolist() == [RED] * 16
    term.feed(b"\x1b[4;1H" + apc("a=p,i=1,p=1,C=1,q=2"))
    assert term.image()[45:49, 23:27].reshape(-1, 3).tolist() == [RED] * 16
    term.feed(apc("a=d,d=i,i=1,q=2"))
    assert not term.kitty.placements
    assert set(term.kitty.pictures) == {1, 2}
    assert term.errors == []


def test_an_anchor_in_a_cell_carries_everything() -> None:
    term = screen()
    term.feed(apc("a=t,f=32,s=1,v=1,i=9,q=2", bytes(4)) + apc("a=p,i=9,p=1,U=1,c=1,r=1,q=2"))
    term.feed(raw(solid(4, 4, RED), "a=t,i=2") + apc("a=p,i=2,p=1,P=9,Q=1,H=1,V=1,q=2"))
    assert not term.image().any()
    term.feed(b"\x1b[2;2H" + cell_text(9, 0, 0))
    assert term.image()[40:44, 20:24].reshape(-1, 3).tolist() == [RED] * 16
    term.feed(b"\x1b[2;2H\x1b[41m \x1b[m")
    assert term.image()[40:44, 20:24].sum() == 0


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("a=p,i=1,p=2,P=5,Q=1", "ENOPARENT"),
        ("a=p,i=1,p=1,P=1,Q=1", "ECYCLE"),
        ("a=p,i=1,p=2,P=1,Q=1,U=1", "cannot be relative"),
    ],
)
def test_parents_that_cannot_be(command: str, answer: str) -> None:
    term = screen()
    term.feed(raw(solid(1, 1, GREEN), "a=T,p=1,i=1") + apc(command + ",q=2"))
    assert any(answer in error for error in term.errors)


def test_edits_of_the_first_frame_change_the_picture_in_place() -> None:
    term = screen()
    term.feed(b"\x1b[H" + raw(solid(20, 20, RED), "a=T,i=1,p=1,C=1"))
    term.feed(raw(solid(4, 3, BLUE), "a=f,i=1,r=1,x=5,y=6,X=1"))
    image = term.image()
    assert image[6:9, 5:9].reshape(-1, 3).tolist() == [BLUE] * 12
    assert image[..., 0].sum() == 388 * 255
    half = np.full((1, 1, 4), (0, 255, 0, 128), np.uint8)
    term.feed(apc("a=f,i=1,r=1,f=32,s=1,v=1,q=2", half.tobytes()))
    assert term.image()[0, 0].tolist() == [127, 128, 0]
    assert term.stored_bytes() == 20 * 20 * 4
    assert term.errors == []
    term.feed(raw(solid(4, 3, BLUE), "a=f,i=1,r=1,x=18"))
    assert any("outside the picture" in error for error in term.errors)


def test_chunks_of_a_frame_say_so_each() -> None:
    data = base64.b64encode(solid(4, 4, BLUE).tobytes())
    start = b"\x1b_Ga=f,i=1,r=1,f=24,s=4,v=4,X=1,q=2,m=1;" + data[:32] + b"\x1b\\"
    term = screen()
    term.feed(b"\x1b[H" + raw(solid(4, 4, RED), "a=T,i=1,C=1"))
    term.feed(start + b"\x1b_Ga=f,m=0;" + data[32:] + b"\x1b\\")
    assert term.image()[0, 0].tolist() == BLUE
    assert term.errors == []
    term.feed(start + b"\x1b_Gm=0;" + data[32:] + b"\x1b\\")
    assert any("without a=f" in error for error in term.errors)


def test_text_takes_pictures_off_its_cells_in_some_terminals() -> None:
    term = Screen(10, 4, cell=(10, 20), kitty=True, text_erases=True)
    term.feed(b"\x1b[H" + raw(solid(30, 20, RED), "a=T,i=1,p=1,C=1") + b"\x1b[1;2H ")
    assert term.image()[5, [5, 15, 25]].tolist() == [RED, BLACK, RED]
    term.feed(b"\x1b[H" + apc("a=p,i=1,p=1,C=1,q=2"))
    assert term.image()[5, 15].tolist() == RED


def test_answers_follow_q() -> None:
    term = screen()
    term.feed(apc("a=q,i=31,s=1,v=1,f=24", b"123") + apc("a=q,i=32,s=1,v=1,f=24,q=2", b"123"))
    assert term.replies == [b"\x1b_Gi=31;OK\x1b\\"]
    assert term.stored_bytes() == 0
    term.feed(apc("a=p,i=5,p=2,q=1"))
    assert term.replies[1:] == [b"\x1b_Gi=5,p=2;ENOENT:no such picture\x1b\\"]


def test_graphics_where_there_are_none_are_an_error_unless_they_ask() -> None:
    term = Screen(10, 4)
    term.feed(apc("a=q,i=31,s=1,v=1,f=24", b"123"))
    assert term.errors == term.replies == []
    term.feed(raw(solid(1, 1, RED), "a=T,i=1"))
    assert term.errors == ["kitty graphics sent to a terminal without them"]
