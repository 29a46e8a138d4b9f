"""Reading kitty commands back, for tests: which pictures a stream of bytes stores, patched as it says."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_COMMAND = re.compile(rb"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")
_WRAPPED = re.compile(rb"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\")


def unwrapped(data: bytes) -> bytes:
    """What reaches the terminal around tmux, the text of the pane in between."""
    return _WRAPPED.sub(lambda match: match[1].replace(b"\x1b\x1b", b"\x1b"), data)


@dataclass(slots=True, eq=False)
class Store:
    """Pictures by id, RGBA [h, w, 4]; `shown` are the placements."""

    pictures: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    shown: set[tuple[int, int]] = field(default_factory=set)

    def feed(self, data: bytes) -> None:
        """Take complete commands; an upload begun here must end here."""
        keys: dict[str, str] = {}
        payload = b""
        for control, chunk in _COMMAND.findall(data):
            read = dict(item.split("=") for item in control.decode().split(","))
            keys, payload = keys or read, payload + chunk
            if read.get("m") != "1":
                self._run(keys, base64.b64decode(payload))
                keys, payload = {}, b""
        assert not keys

    def _run(self, keys: dict[str, str], data: bytes) -> None:
        image, placement = int(keys["i"]), int(keys.get("p", 0))
        if keys["a"] in "tT":
            self.pictures[image] = np.array(Image.open(io.BytesIO(data)).convert("RGBA"))
            self.shown = {key for key in self.shown if key[0] != image}
        if keys["a"] == "f":
            x, y = int(keys.get("x", 0)), int(keys.get("y", 0))
            part = np.array(Image.open(io.BytesIO(data)).convert("RGBA"))
            assert part.shape[:2] == (int(keys["v"]), int(keys["s"]))
            self.pictures[image][y : y + part.shape[0], x : x + part.shape[1]] = part
        if keys["a"] in "Tp":
            assert image in self.pictures
            self.shown.add((image, placement))
        if keys["a"] == "d":
            self.shown = {key for key in self.shown if key[0] != image or placement not in (0, key[1])}
            if keys["d"] == "I":
                del self.pictures[image]
