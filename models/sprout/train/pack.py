"""The photos and label layers of the training shards as one memory-mapped file each, at their stored size.

Decoding a JPEG costs as much as all augmentation of a sample; a memory map costs a page fault.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PIXELS, LAYERS, INDEX = "pixels.bin", "layers.bin", "index.json"


@dataclass(frozen=True, eq=False)
class Photo:
    """RGB uint8 [H, W, 3], label layers uint8 [L, H, W] (0 background, 255 ignore), and where instances are.

    An instance is (layer, value, (x0, y0, x1, y1), area).
    """

    rgb: NDArray[np.uint8]
    layers: NDArray[np.uint8]
    instances: tuple[tuple[int, int, tuple[int, int, int, int], int], ...]
    source: str

    def mask(self, index: int) -> NDArray[np.bool_]:
        """One instance's mask, bool [H, W]."""
        layer, value, _, _ = self.instances[index]
        return self.layers[layer] == value


def pack(shards: list[Path], out: Path) -> None:
    """Write the three files of a pack from shard folders (`<name>.json`, photo, `<name>.ids.png`)."""
    out.mkdir(parents=True, exist_ok=True)
    index: list[dict[str, Any]] = []
    with (out / PIXELS).open("wb") as pixels, (out / LAYERS).open("wb") as layers:
        for path in sorted(p for shard in shards for p in shard.glob("*.json")):
            meta = json.loads(path.read_text(encoding="utf-8"))
            with Image.open(path.with_name(meta["image"])) as image:
                rgb = np.asarray(image.convert("RGB"))
            with Image.open(path.with_name(path.stem + ".ids.png")) as image:
                ids = np.asarray(image, np.uint8)
            index.append(
                {
                    "at": [pixels.tell(), layers.tell()],
                    "size": [meta["height"], meta["width"], meta["layers"]],
                    "source": meta["source"],
                    "licence": meta["licence"],
                    "instances": [[i["layer"], i["value"], i["bbox"], i["area"]] for i in meta["instances"]],
                }
            )
            pixels.write(rgb.tobytes())
            layers.write(ids.tobytes())
    (out / INDEX).write_text(json.dumps(index), encoding="utf-8")


class Pack:
    """Random access to a pack's photos; `without` leaves out sources by name."""

    def __init__(self, folder: Path, without: frozenset[str] = frozenset()) -> None:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        self.entries = [e for e in index if e["source"] not in without and e["instances"]]
        self.sources = [entry["source"] for entry in self.entries]
        self._pixels = np.memmap(folder / PIXELS, np.uint8, "r")
        self._layers = np.memmap(folder / LAYERS, np.uint8, "r")

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: int) -> Photo:
        entry = self.entries[index]
        (start, layer_start), (height, width, count) = entry["at"], entry["size"]
        rgb = self._pixels[start : start + height * width * 3].reshape(height, width, 3)
        layers = self._layers[layer_start : layer_start + height * width * count].reshape(
            count, height, width
        )
        instances = tuple((layer, value, tuple(box), area) for layer, value, box, area in entry["instances"])
        return Photo(rgb, layers, instances, entry["source"])
