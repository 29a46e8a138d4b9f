"""The kitty graphics protocol's terminal side: pictures, placements, deletions.

Source: kovidgoyal/kitty `docs/graphics-protocol.rst`. Not modelled, and reported as errors: Unicode
placeholders, relative placements, animation, pictures in files and shared memory.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BELOW_BACKGROUNDS = -(2**30)
"""A placement with a lower z is hidden by cells that have a background colour."""

_CHUNK_LIMIT = 4096
_MAX_ID = 2**32 - 1


@dataclass(slots=True, eq=False)
class Picture:
    """A stored picture, RGBA [H, W, 4]."""

    rgba: NDArray[np.uint8]
    number: int = 0
    serial: int = 0


@dataclass(slots=True)
class Placement:
    """A picture on the screen. `source` is x, y, w, h of the part shown; `X`, `Y` pixels into the cell."""

    image: int
    id: int
    row: int
    col: int
    X: int = 0
    Y: int = 0
    cols: int = 0
    rows: int = 0
    source: tuple[int, int, int, int] = (0, 0, 0, 0)
    z: int = 0


@dataclass(slots=True)
class Outcome:
    """What a command came to: kind of bytes it was, answer for the program, cells the cursor moves."""

    kind: str
    reply: bytes = b""
    advance: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture as it is to be painted: screen pixels of its half-open block, and RGBA [h, w, 4]."""

    z: int
    left: int
    top: int
    right: int
    bottom: int
    rgba: NDArray[np.uint8] = field(compare=False)


class GraphicsError(Exception):
    """A command the terminal refuses; the text is its answer (`ENOENT:...`)."""


class Keys:
    """The control part of a command, `a=T,i=7`."""

    def __init__(self, control: bytes) -> None:
        pairs = (item.partition("=") for item in control.decode("ascii", "replace").split(","))
        self.values = {key: value for key, _, value in pairs if key}

    def text(self, key: str, default: str) -> str:
        return self.values.get(key, default)

    def number(self, key: str, default: int = 0) -> int:
        return int(self.values.get(key, default))

    def __contains__(self, key: str) -> bool:
        return key in self.values


class KittyGraphics:
    """Pictures and placements of one screen; `report` takes what a real terminal would trip over."""

    def __init__(self, cell: tuple[int, int], report: Callable[[str], None]) -> None:
        self.cell = cell
        self.pictures: dict[int, Picture] = {}
        self.placements: dict[tuple[int, int], Placement] = {}
        self._report = report
        self._upload: tuple[Keys, list[bytes]] | None = None
        self._serial = 0
        self._unnamed = 0

    def command(self, body: bytes, row: int, col: int) -> Outcome:
        """Run one command (the part between `ESC _ G` and ST) with the cursor at a cell."""
        control, _, payload = body.partition(b";")
        keys = Keys(control)
        action = keys.text("a", "t")
        if self._upload is not None:
            if action != "d":
                return self._continue(keys, payload, row, col)
            self._upload = None
            self._report("a delete inside a chunked upload aborts the upload")
        kind = {"p": "kitty_place", "d": "kitty_delete"}.get(action, "kitty_data")
        if len(payload) > _CHUNK_LIMIT:
            self._report(f"graphics chunk of {len(payload)} bytes (limit {_CHUNK_LIMIT})")
        if action in "tTq" and keys.number("m") == 1:
            self._upload = (keys, [payload])
            return Outcome(kind)
        return self._answered(kind, keys, payload, row, col)

    def _continue(self, keys: Keys, payload: bytes, row: int, col: int) -> Outcome:
        assert self._upload is not None
        first, parts = self._upload
        if set(keys.values) - {"m", "q"}:
            self._report(f"graphics command {keys.values} inside a chunked upload")
        if len(payload) > _CHUNK_LIMIT:
            self._report(f"graphics chunk of {len(payload)} bytes (limit {_CHUNK_LIMIT})")
        parts.append(payload)
        if keys.number("m") == 1:
            if len(payload) % 4:
                self._report("a chunk before the last is not a multiple of 4 bytes")
            return Outcome("kitty_data")
        self._upload = None
        return self._answered("kitty_data", first, b"".join(parts), row, col)

    def _answered(self, kind: str, keys: Keys, payload: bytes, row: int, col: int) -> Outcome:
        outcome = Outcome(kind)
        message = "OK"
        try:
            self._run(keys, payload, row, col, outcome)
        except GraphicsError as error:
            message = str(error)
            self._report(f"graphics answer {message} to {keys.values}")
        quiet = keys.number("q")
        silent = kind == "kitty_delete" or quiet == 2 or (quiet == 1 and message == "OK")
        if not silent and ("i" in keys or "I" in keys):
            names = ",".join(f"{key}={keys.values[key]}" for key in ("i", "I", "p") if key in keys)
            outcome.reply = f"\x1b_G{names};{message}\x1b\\".encode()
        return outcome

    def _run(self, keys: Keys, payload: bytes, row: int, col: int, outcome: Outcome) -> None:
        action = keys.text("a", "t")
        if action == "d":
            self._delete(keys, row, col)
        elif action == "q":
            self._decode(keys, payload)
        elif action in {"t", "T"}:
            image = self._store(keys, payload)
            if action == "T":
                outcome.advance = self._place(image, keys, row, col)
        elif action == "p":
            outcome.advance = self._place(self._find(keys), keys, row, col)
        else:
            raise GraphicsError(f"EINVAL:action {action} is not modelled")

    # Pictures

    def _decode(self, keys: Keys, payload: bytes) -> NDArray[np.uint8]:
        if keys.text("t", "d") != "d":
            raise GraphicsError("EINVAL:this terminal shares no files with the program")
        try:
            data = base64.b64decode(payload, validate=True)
            if keys.text("o", "") == "z":
                data = zlib.decompress(data)
            if keys.number("f", 32) == 100:
                return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))
            channels = {24: 3, 32: 4}[keys.number("f", 32)]
            pixels = np.frombuffer(data, np.uint8).reshape(keys.number("v"), keys.number("s"), channels)
        except (ValueError, KeyError, OSError, zlib.error) as error:
            raise GraphicsError(f"EBADDATA:{error}") from error
        rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
        rgba[..., :channels] = pixels
        return rgba

    def _store(self, keys: Keys, payload: bytes) -> int:
        rgba = self._decode(keys, payload)
        image = keys.number("i")
        if image > _MAX_ID:
            raise GraphicsError(f"EINVAL:image id {image} does not fit 32 bits")
        if image == 0:
            image = self._anonymous()
        self._drop(lambda p: p.image == image)
        self._serial += 1
        self.pictures[image] = Picture(rgba, keys.number("I"), self._serial)
        return image

    def _anonymous(self) -> int:
        self._unnamed -= 1
        return self._unnamed

    def _find(self, keys: Keys) -> int:
        if "i" in keys:
            image = keys.number("i")
        else:
            newest = [(p.serial, i) for i, p in self.pictures.items() if p.number == keys.number("I") != 0]
            image = max(newest)[1] if newest else 0
        if image not in self.pictures:
            raise GraphicsError("ENOENT:no such picture")
        return image

    def stored_bytes(self) -> int:
        """Decoded bytes of all pictures the terminal keeps: a leak shows here."""
        return sum(picture.rgba.nbytes for picture in self.pictures.values())

    # Placements

    def _place(self, image: int, keys: Keys, row: int, col: int) -> tuple[int, int] | None:
        if keys.number("U") or "P" in keys:
            raise GraphicsError("EINVAL:placeholders and relative placements are not modelled")
        cell_w, cell_h = self.cell
        if keys.number("X") >= cell_w or keys.number("Y") >= cell_h:
            self._report(f"placement offset outside the {cell_w}x{cell_h} cell: {keys.values}")
        placed = Placement(
            image=image,
            id=keys.number("p") or self._anonymous(),
            row=row,
            col=col,
            X=min(keys.number("X"), cell_w - 1),
            Y=min(keys.number("Y"), cell_h - 1),
            cols=keys.number("c"),
            rows=keys.number("r"),
            source=(keys.number("x"), keys.number("y"), keys.number("w"), keys.number("h")),
            z=keys.number("z"),
        )
        self.placements[image, placed.id] = placed
        if keys.number("C") == 1:
            return None
        _, _, right, bottom = self._block(placed)
        return -(-(right - col * cell_w) // cell_w), -(-(bottom - row * cell_h) // cell_h)

    def _crop(self, placed: Placement) -> tuple[int, int, int, int]:
        height, width = self.pictures[placed.image].rgba.shape[:2]
        x, y, w, h = placed.source
        x, y = min(x, width), min(y, height)
        return x, y, min(w or width, width - x), min(h or height, height - y)

    def _block(self, placed: Placement) -> tuple[int, int, int, int]:
        """Screen pixels of a placement: with columns or rows given its far edges are those of the cells."""
        cell_w, cell_h = self.cell
        _, _, width, height = self._crop(placed)
        left, top = placed.col * cell_w + placed.X, placed.row * cell_h + placed.Y
        right, bottom = left + width, top + height
        if placed.cols:
            right = (placed.col + placed.cols) * cell_w
        if placed.rows:
            bottom = (placed.row + placed.rows) * cell_h
        if placed.cols and not placed.rows:
            bottom = top + round((right - left) * height / max(1, width))
        if placed.rows and not placed.cols:
            right = left + round((bottom - top) * width / max(1, height))
        return left, top, right, bottom

    def layers(self) -> list[Layer]:
        """What is to be painted, lowest first (z, then picture id, as kitty orders them)."""
        found = []
        for placed in sorted(self.placements.values(), key=lambda p: (p.z, p.image, p.id)):
            x, y, width, height = self._crop(placed)
            part = self.pictures[placed.image].rgba[y : y + height, x : x + width]
            if part.size:
                found.append(Layer(placed.z, *self._block(placed), rgba=part))
        return found

    def scroll(self, lines: int) -> None:
        """Move placements up with the page."""
        for placed in self.placements.values():
            placed.row -= lines

    def clear(self) -> None:
        """`CSI 2 J`: placements go, pictures stay stored."""
        self.placements.clear()

    # Deletion

    def _delete(self, keys: Keys, row: int, col: int) -> None:
        what = keys.text("d", "a")
        hit = self._selector(what.lower(), keys, row, col)
        gone = self._drop(hit)
        if what.isupper():
            images = {p.image for p in gone} | self._named(what.lower(), keys)
            shown = {p.image for p in self.placements.values()}
            for image in images - shown:
                self.pictures.pop(image, None)

    def _named(self, what: str, keys: Keys) -> set[int]:
        """Pictures that a deletion names itself, shown or not."""
        if what == "i" and "p" not in keys:
            return {keys.number("i")}
        if what == "n" and "p" not in keys:
            return {i for i, p in self.pictures.items() if p.number == keys.number("I")}
        if what == "r":
            return {i for i in self.pictures if keys.number("x") <= i <= keys.number("y")}
        return set()

    def _selector(self, what: str, keys: Keys, row: int, col: int) -> Callable[[Placement], bool]:
        x, y, z = keys.number("x"), keys.number("y"), keys.number("z")
        same_id = keys.number("p")
        tests: dict[str, Callable[[Placement], bool]] = {
            "a": lambda p: True,
            "i": lambda p: p.image == keys.number("i") and same_id in (0, p.id),
            "n": lambda p: self.pictures[p.image].number == keys.number("I") and same_id in (0, p.id),
            "c": lambda p: self._covers(p, row, col),
            "p": lambda p: self._covers(p, y - 1, x - 1),
            "q": lambda p: self._covers(p, y - 1, x - 1) and p.z == z,
            "r": lambda p: x <= p.image <= y,
            "x": lambda p: self._covers(p, None, x - 1),
            "y": lambda p: self._covers(p, y - 1, None),
            "z": lambda p: p.z == z,
        }
        if what not in tests:
            raise GraphicsError(f"EINVAL:delete {what} is not modelled")
        return tests[what]

    def _covers(self, placed: Placement, row: int | None, col: int | None) -> bool:
        cell_w, cell_h = self.cell
        left, top, right, bottom = self._block(placed)
        in_row = row is None or (top < (row + 1) * cell_h and bottom > row * cell_h)
        in_col = col is None or (left < (col + 1) * cell_w and right > col * cell_w)
        return in_row and in_col

    def _drop(self, hit: Callable[[Placement], bool]) -> list[Placement]:
        gone = [p for p in self.placements.values() if hit(p)]
        for placed in gone:
            del self.placements[placed.image, placed.id]
        return gone
