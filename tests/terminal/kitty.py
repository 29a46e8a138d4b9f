"""The kitty graphics protocol's terminal side: pictures, placements, edits of the one frame, deletions.

Source: kovidgoyal/kitty `docs/graphics-protocol.rst`. Not modelled, and reported as errors: animations of
several frames, pictures in files and shared memory.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from terminal.kitty_places import (
    BELOW_BACKGROUNDS,
    DEEPEST,
    Key,
    Layer,
    Placement,
    block,
    crop,
    lineage,
    origin,
    placeholder_layers,
)
from terminal.placeholders import Shown

__all__ = ["BELOW_BACKGROUNDS", "Features", "KittyGraphics", "Layer", "Outcome", "Picture", "Placement"]

_CHUNK_LIMIT = 4096
_MAX_ID = 2**32 - 1


@dataclass(slots=True, eq=False)
class Picture:
    """A stored picture, RGBA [H, W, 4]."""

    rgba: NDArray[np.uint8]
    number: int = 0
    serial: int = 0


@dataclass(frozen=True, slots=True)
class Features:
    """What a terminal knows beyond pictures placed at the cursor."""

    placeholders: bool = True
    relative: bool = True
    frames: bool = True
    stretch_from_offset: bool = False
    """A placement of so many cells has their full size (konsole), rather than end with the last of them."""


@dataclass(slots=True)
class Outcome:
    """What a command came to: kind of bytes it was, answer for the program, cells the cursor moves."""

    kind: str
    reply: bytes = b""
    advance: tuple[int, int] | None = None


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

    def __init__(
        self, cell: tuple[int, int], report: Callable[[str], None], features: Features | None = None
    ) -> None:
        self.cell = cell
        self.pictures: dict[int, Picture] = {}
        self.placements: dict[Key, Placement] = {}
        self._features = features or Features()
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
        if action in "tTqf" and keys.number("m") == 1:
            self._upload = (keys, [payload])
            return Outcome(kind)
        return self._answered(kind, keys, payload, row, col)

    def _continue(self, keys: Keys, payload: bytes, row: int, col: int) -> Outcome:
        assert self._upload is not None
        first, parts = self._upload
        frame = first.text("a", "t") == "f"
        if set(keys.values) - ({"m", "q", "a", "i", "r"} if frame else {"m", "q"}):
            self._report(f"graphics command {keys.values} inside a chunked upload")
        if frame and keys.text("a", "t") != "f":
            self._report("a chunk of a frame without a=f: kitty takes it for another picture's")
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
        elif action == "f":
            self._edit(self._find(keys), keys, payload)
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

    def _edit(self, image: int, keys: Keys, payload: bytes) -> None:
        """Paint a rectangle into the picture: `r=1`, at `x`, `y`; `X=1` replaces, else it is blended."""
        if not self._features.frames:
            raise GraphicsError("EINVAL:this terminal has no frames")
        if keys.number("r") != 1:
            raise GraphicsError("EINVAL:only the first frame is modelled (r=1)")
        patch, whole = self._decode(keys, payload), self.pictures[image].rgba
        x, y = keys.number("x"), keys.number("y")
        bottom, right = y + patch.shape[0], x + patch.shape[1]
        if bottom > whole.shape[0] or right > whole.shape[1]:
            raise GraphicsError(f"EINVAL:frame rectangle up to {right},{bottom} is outside the picture")
        if keys.number("X") == 1:
            whole[y:bottom, x:right] = patch
            return
        whole[y:bottom, x:right] = _composited(patch, whole[y:bottom, x:right])

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
            virtual=keys.number("U") == 1,
            parent=self._parent(keys),
            H=keys.number("H"),
            V=keys.number("V"),
        )
        self._check(placed)
        self.placements[placed.key] = placed
        if keys.number("C") == 1 or placed.virtual or placed.parent:
            return None
        _, _, right, bottom = self._block(placed, (row, col))
        return -(-(right - col * cell_w) // cell_w), -(-(bottom - row * cell_h) // cell_h)

    def _parent(self, keys: Keys) -> Key | None:
        if "P" not in keys:
            return None
        image, placement = keys.number("P"), keys.number("Q")
        known = [key for key in self.placements if key[0] == image and placement in (0, key[1])]
        if not known:
            raise GraphicsError("ENOPARENT:no such placement to be relative to")
        return known[0]

    def _check(self, placed: Placement) -> None:
        """Whether the terminal can show this placement at all."""
        if placed.virtual and not self._features.placeholders:
            raise GraphicsError("EINVAL:this terminal has no placeholders")
        if placed.parent is None:
            return
        if not self._features.relative:
            raise GraphicsError("EINVAL:this terminal has no relative placements")
        if placed.virtual:
            raise GraphicsError("EINVAL:a virtual placement cannot be relative")
        line = lineage(placed, self.placements)
        if placed.key in {parent.key for parent in line[1:]}:
            raise GraphicsError("ECYCLE:a placement cannot be relative to itself")
        if len(line) > DEEPEST + 1:
            raise GraphicsError(f"ETOODEEP:more than {DEEPEST} placements in a row")

    def _block(self, placed: Placement, at: tuple[int, int]) -> tuple[int, int, int, int]:
        """Screen pixels of a placement at a row and column."""
        _, _, width, height = crop(placed, self.pictures[placed.image].rgba)
        stretch = self._features.stretch_from_offset
        return block(placed, at, (width, height), self.cell, from_offset=stretch)

    def layers(self, shown: Sequence[Shown] = ()) -> list[Layer]:
        """What is to be painted, lowest first (z, then picture id, as kitty orders them).

        `shown` are the placeholder cells on the screen.
        """
        found = []
        for placed in sorted(self.placements.values(), key=lambda p: (p.z, *p.key)):
            rgba = self.pictures[placed.image].rgba
            if placed.virtual:
                found += placeholder_layers(placed, rgba, shown, self.cell)
                continue
            at = origin(placed, self.placements, shown)
            x, y, width, height = crop(placed, rgba)
            part = rgba[y : y + height, x : x + width]
            if part.size and at is not None:
                holes = tuple(placed.holes)
                found.append(Layer(placed.z, *self._block(placed, at), rgba=part, holes=holes))
        return sorted(found, key=lambda layer: layer.z)

    def scroll(self, lines: int) -> None:
        """Move placements up with the page; relative ones follow theirs, virtual ones their cells."""
        for placed in self.placements.values():
            placed.row -= lines

    def clear(self) -> None:
        """`CSI 2 J`: placements go, relative ones too; pictures and virtual placements stay."""
        self._drop(lambda p: not p.virtual)

    def erase(self, row: int, left: int, right: int) -> None:
        """Text was written into cells of a row: their part of every picture is gone."""
        for placed in self.placements.values():
            placed.holes.update((row, col) for col in range(left, right) if self._covers(placed, row, col))

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
        """Whether a placement that is not shown by placeholders touches a cell, a row or a column."""
        cell_w, cell_h = self.cell
        at = origin(placed, self.placements, ())
        if at is None:
            return False
        left, top, right, bottom = self._block(placed, at)
        in_row = row is None or (top < (row + 1) * cell_h and bottom > row * cell_h)
        in_col = col is None or (left < (col + 1) * cell_w and right > col * cell_w)
        return in_row and in_col

    def _drop(self, hit: Callable[[Placement], bool]) -> list[Placement]:
        """Remove placements, and those that are relative to them."""
        gone = [p for p in self.placements.values() if hit(p)]
        for placed in gone:
            del self.placements[placed.key]
        orphans = {p.key for p in self.placements.values() if p.parent and p.parent not in self.placements}
        return gone + (self._drop(lambda p: p.key in orphans) if orphans else [])


def _composited(top: NDArray[np.uint8], below: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGBA over RGBA."""
    alpha, under = top[..., 3:] / 255, below[..., 3:] / 255
    whole = alpha + under * (1 - alpha)
    mixed = (top[..., :3] * alpha + below[..., :3] * under * (1 - alpha)) / np.maximum(whole, 1e-9)
    return np.rint(np.concatenate([mixed, whole * 255], axis=2)).astype(np.uint8)
