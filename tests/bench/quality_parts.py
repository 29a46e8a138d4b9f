"""What each part of the bundled segmenter is worth: it is measured again without that part.

    python tests/bench/quality_parts.py DIR --every 2 --max-per-image 1

DIR and the figures are those of `quality.py`; every variant gets the same photos and prompts in one run. The
last columns are the difference from the whole and its standard error over the instances.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from quality import Row, measure, photos

from tui.inference.embedding import Embedding
from tui.inference.segmenters.pair import open_pair
from tui.inference.segmenters.refined import Blend, Refined
from tui.inference.segmenters.sam import Sam
from tui.inference.store import find
from tui.types.instance import Candidate
from tui.types.prompt import Prompt

Decode = Callable[[Embedding, Prompt], tuple[Candidate, ...]]

SHOWN = ("iou_box", "tight_box_iou", "iou_click1", "iou_click3", "iou_click5")


class Variant(Refined):
    """The network and its cut with another way to answer; all variants of a network share its embeddings."""

    seen: tuple[NDArray[np.uint8], Embedding] | None = None

    def __init__(self, network: Sam, blend: Blend | None = None) -> None:
        super().__init__(network, blend)
        self.answer: Decode = super().decode

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """The embedding of the image, made once for all variants."""
        if Variant.seen is None or Variant.seen[0] is not image:
            Variant.seen = image, super().encode(image)
        return Variant.seen[1]

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """As `answer` says."""
        return self.answer(embedding, prompt)


def variants(network: Sam) -> dict[str, Variant]:
    """The whole first, then what is left out or set otherwise."""
    found = {"whole": Variant(network)}
    for side in (48, 64, 128, 160):
        found[f"cut at {side} px"] = Variant(network, Blend(side=side))
    for name, wrap in (("no cut", _uncut), ("no previous", _forgetful), ("one mask", _single)):
        found[name] = Variant(network)
        found[name].answer = wrap(found[name], network)
    return found


def _uncut(variant: Variant, network: Sam) -> Decode:
    def decode(embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        arrays = {name: array for name, array in embedding.arrays.items() if name != "picture"}
        bare = Embedding(arrays, embedding.image_wh, network.fingerprint)
        return network.decode(bare, variant.as_network_sees(embedding, prompt))

    return decode


def _forgetful(variant: Variant, network: Sam) -> Decode:
    """Without the previous mask. A first click has none, so only later ones change."""
    answer = variant.answer

    def decode(embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        return answer(embedding, replace(prompt, previous=None))

    return decode


def _single(variant: Variant, network: Sam) -> Decode:
    """The mask for any prompt in place of the best of three: a click given twice is not a lone one."""
    answer = variant.answer

    def decode(embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        lone = len(prompt.points) == 1 and prompt.box is None and prompt.previous is None
        return answer(embedding, replace(prompt, points=prompt.points * 2) if lone else prompt)

    return decode


def main() -> int:
    """Parse the arguments, measure, print."""
    args = arguments()
    cv2.setNumThreads(1)
    network = open_pair(find(args.model), Sam)
    tried = variants(network)
    chosen = islice(photos(args.folder, args.max_per_image), 0, None, args.every)
    rows, _ = measure(list(tried.values()), chosen, noc=False, limit=args.limit)
    network.close()
    if not rows[0]:
        print(f"{args.folder}: no photo with true masks", file=sys.stderr)
        return 1
    print(f"{len(rows[0])} instances: mean, and the difference from the whole with its standard error")
    print(" ".join(f"{name:>22}" for name in ("", *SHOWN)))
    for name, found in zip(tried, rows, strict=True):
        print(f"{name:>22} " + " ".join(f"{cell(found, rows[0], figure):>22}" for figure in SHOWN))
    return 0


def cell(rows: list[Row], whole: list[Row], figure: str) -> str:
    """A mean, with the paired difference from the whole where there is one."""
    values = np.array([row[figure] for row in rows])
    gap = values - [row[figure] for row in whole]
    spread = gap.std() / np.sqrt(len(gap))
    return f"{values.mean():.3f}" + (f" {gap.mean():+.3f}+-{spread:.3f}" if gap.any() else "")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="sprout", help="name or folder")
    parser.add_argument("--max-per-image", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="take every n-th photo")
    parser.add_argument("--limit", type=int, help="photos")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
