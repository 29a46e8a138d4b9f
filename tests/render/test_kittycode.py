"""Commands of the kitty protocol, byte for byte."""

from __future__ import annotations

import base64

from tui.render import kittycode
from tui.render.kittycode import Put
from tui.render.scene import Canvas

CANVAS = Canvas(col=5, row=3, cols=10, rows=6, cell=(10, 20))


def test_a_placement_leaves_out_what_is_at_its_default() -> None:
    put = Put(image=12345, placement=1, row=2, col=3, z=-2_000_000_000)
    assert kittycode.place(put) == b"\x1b[3;4H\x1b_Ga=p,i=12345,p=1,z=-2000000000,C=1,q=2\x1b\\"


def test_a_placement_names_offset_source_and_cells() -> None:
    put = Put(7, 2, 0, 0, -5, offset=(3, 4), source=(1, 2, 30, 40), cells=(8, 9))
    assert b"p=2,X=3,Y=4,x=1,y=2,w=30,h=40,c=8,r=9,z=-5,C=1,q=2" in kittycode.place(put)


def test_a_small_picture_is_one_command_that_shows_it() -> None:
    data = kittycode.transmit(7, b"png", Put(7, 1, 0, 0, -5))
    assert data == b"\x1b[1;1H\x1b_Ga=T,f=100,i=7,p=1,z=-5,C=1,q=2;" + base64.b64encode(b"png") + b"\x1b\\"


def test_a_large_picture_goes_in_chunks_that_join_again() -> None:
    png = bytes(range(256)) * 40
    commands = kittycode.transmit(7, png).split(b"\x1b\\")[:-1]
    heads, payloads = zip(*(command.split(b";") for command in commands), strict=True)
    assert base64.b64decode(b"".join(payloads)) == png
    assert all(len(payload) <= kittycode.CHUNK for payload in payloads)
    assert [b"m=1" in head for head in heads] == [True] * (len(heads) - 1) + [False]
    assert all(b"q=2" in head for head in heads)


def test_removing_keeps_and_freeing_drops_the_data() -> None:
    assert b"d=i,i=9,p=2" in kittycode.remove(9, 2)
    assert b"d=I,i=9" in kittycode.free(9)


def test_a_sprite_lies_at_its_pixel() -> None:
    put = kittycode.sprite(CANVAS, (23, 45, 6, 8), image=1, placement=1, z=-1)
    assert put is not None
    assert (put.col, put.row, put.offset, put.source) == (7, 5, (3, 5), (0, 0, 6, 8))


def test_a_sprite_is_cut_at_every_edge_of_the_canvas() -> None:
    put = kittycode.sprite(CANVAS, (-4, 115, 120, 20), image=1, placement=1, z=-1)
    assert put is not None
    assert (put.col, put.row, put.offset, put.source) == (5, 8, (0, 15), (4, 0, 100, 5))


def test_a_sprite_out_of_sight_is_none() -> None:
    assert kittycode.sprite(CANVAS, (100, 0, 5, 5), image=1, placement=1, z=-1) is None
    assert kittycode.sprite(CANVAS, (-5, 0, 5, 5), image=1, placement=1, z=-1) is None
