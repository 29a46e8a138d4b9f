"""Commands of the kitty graphics protocol: transmit, patch, place, delete.

Every command is quiet (`q=2`, an answer would reach the app as key presses) and leaves the cursor (`C=1`).
Source: kitty's documentation, "Terminal graphics protocol".
"""

from __future__ import annotations

import base64

from tui.render.kittyplaces import ANCHOR_PLACEMENT, BY_CURSOR, ByAnchor, Put, Route
from tui.render.strokes import Rect

CHUNK = 4096
"""Base64 bytes in one command, as the protocol limits it."""


def place(put: Put, route: Route = BY_CURSOR) -> bytes:
    """Put a stored picture on the screen, or move a placement that is there."""
    command = f"\x1b_Ga=p,i={put.image},{_where(put, route)}\x1b\\".encode()
    return route.lead(put) + route.pack(command)


def transmit(image: int, png: bytes, put: Put | None = None, route: Route = BY_CURSOR) -> bytes:
    """Store a PNG under an id and show it where `put` says; placements of the id's old picture go."""
    keys = f"a=T,f=100,i={image},{_where(put, route)}" if put else f"a=t,f=100,i={image},q=2"
    return (route.lead(put) if put else b"") + _chunked(keys, "q=2", png, route)


def patch(image: int, rect: Rect, png: bytes, route: Route = BY_CURSOR) -> bytes:
    """Replace `rect` (x, y, width, height) of a stored picture by a PNG of that size, wherever it is shown.

    An edit of the first frame of an animation that has no other; `X=1` copies instead of blending. Every
    chunk repeats `a=f,r=1`: kitty takes one without the first for an upload of another picture, and after a
    last one without the second it adds a frame that is never shown.
    """
    x, y, width, height = rect
    keys = f"a=f,r=1,i={image},f=100,x={x},y={y},s={width},v={height},X=1,q=2"
    return _chunked(keys, "a=f,r=1,q=2", png, route)


def anchor(route: ByAnchor, png: bytes) -> bytes:
    """Store the picture that an anchor cell stands for, one cell large."""
    keys = f"a=T,f=100,U=1,i={route.image},p={ANCHOR_PLACEMENT},c=1,r=1,q=2"
    return _chunked(keys, "q=2", png, route)


def remove(image: int, placement: int | None = None, route: Route = BY_CURSOR) -> bytes:
    """Take a placement, or all of a picture, off the screen; the picture stays stored."""
    which = f",p={placement}" if placement is not None else ""
    return route.pack(f"\x1b_Ga=d,d=i,i={image}{which},q=2\x1b\\".encode())


def free(image: int, route: Route = BY_CURSOR) -> bytes:
    """Take a picture off the screen and out of the terminal's memory."""
    return route.pack(f"\x1b_Ga=d,d=I,i={image},q=2\x1b\\".encode())


def _chunked(keys: str, later: str, png: bytes, route: Route) -> bytes:
    """An upload in chunks; `keys` open the first, `later` those after it."""
    data = base64.b64encode(png)
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    parts = []
    for number, chunk in enumerate(chunks):
        head = later if number else keys
        more = ",m=1" if number < len(chunks) - 1 else ",m=0" if number else ""
        parts.append(route.pack(f"\x1b_G{head}{more};".encode() + chunk + b"\x1b\\"))
    return b"".join(parts)


def _where(put: Put, route: Route) -> str:
    """The keys of a placement; those at their default are left out."""
    keys = [f"p={put.placement}", *route.keys(put)]
    keys += [f"{name}={value}" for name, value in zip("XY", put.offset, strict=True) if value]
    if put.source is not None:
        keys += [f"{name}={value}" for name, value in zip("xywh", put.source, strict=True) if value]
    if put.cells is not None:
        keys += [f"c={put.cells[0]}", f"r={put.cells[1]}"]
    return ",".join([*keys, f"z={put.z}", "C=1", "q=2"])
