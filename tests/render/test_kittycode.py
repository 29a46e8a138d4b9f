"""Commands of the kitty protocol, byte for byte."""

from __future__ import annotations

import base64
import re

from tui.render import kittycode
from tui.render.kittyplaces import ByAnchor, Put

ANCHORED = ByAnchor(image=7, row=2, col=3)


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


def test_a_patch_names_its_rectangle_and_every_chunk_is_one_of_a_frame() -> None:
    png = bytes(range(256)) * 40
    commands = kittycode.patch(9, (10, 20, 30, 40), png).split(b"\x1b\\")[:-1]
    heads, payloads = zip(*(command.split(b";") for command in commands), strict=True)
    assert heads[0] == b"\x1b_Ga=f,r=1,i=9,f=100,x=10,y=20,s=30,v=40,X=1,q=2,m=1"
    assert all(head.startswith(b"\x1b_Ga=f,r=1,q=2,m=") for head in heads[1:])
    assert base64.b64decode(b"".join(payloads)) == png


def test_inside_tmux_every_command_is_wrapped_on_its_own() -> None:
    data = kittycode.transmit(9, bytes(8000), None, ANCHORED) + kittycode.free(9, ANCHORED)
    wrapped = re.findall(rb"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", data)
    assert len(wrapped) == 4
    assert b"".join(wrapped).replace(b"\x1b\x1b", b"\x1b") == kittycode.transmit(
        9, bytes(8000)
    ) + kittycode.free(9)


def test_inside_tmux_a_placement_hangs_on_the_anchor() -> None:
    put = Put(12, 1, row=6, col=8, z=-9, offset=(1, 0))
    data = kittycode.place(put, ANCHORED)
    assert b"a=p,i=12,p=1,P=7,Q=1,H=5,V=4,X=1,z=-9" in data
    assert b"H\x1b_G" not in data


def test_the_anchor_is_a_virtual_placement_of_one_cell() -> None:
    assert b"a=T,f=100,U=1,i=7,p=1,c=1,r=1,q=2;" in kittycode.anchor(ANCHORED, b"png")
