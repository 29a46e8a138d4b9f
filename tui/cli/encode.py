"""`ttylabel encode`: fill the embedding cache ahead of time."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tui.batch.encode import Encoded, encode_images
from tui.batch.shard import Shard, parse_shard
from tui.cli.output import emit_json
from tui.cli.progress import Progress
from tui.cli.signals import StopRequest
from tui.config import embedding_dir, load_config
from tui.data.dataset import open_dataset
from tui.data.shards import escaped
from tui.data.sidecar import sidecar_of
from tui.errors import UsageError
from tui.inference.diskcache import DiskCache
from tui.inference.segmenters.base import Interruptible, Segmenter
from tui.inference.segmenters.registry import open_segmenter

_UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000}


def parse_budget(text: str) -> int:
    """Bytes of `20GB`, `500M` or `1.5 TB` (decimal units). Raises UsageError."""
    match = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([KMGT]?)B?", text.strip().upper())
    if not match or float(match[1]) <= 0:
        raise UsageError(f"--budget {text}", "", "Write a size such as 20GB or 500MB")
    return int(float(match[1]) * _UNITS[match[2]])


def encode_dataset(
    path: Path,
    *,
    segmenter: str | None,
    budget: str | None,
    shard: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Encode the images of a dataset into the cache; returns the exit code."""
    config = load_config()
    quota = config.embedding_disk_mb * 1_000_000
    limit = parse_budget(budget) if budget else quota
    share = parse_shard(shard)
    if not limit:
        raise UsageError("There is no room for embeddings", "embedding_disk_mb is 0", "Give a --budget")
    dataset = open_dataset(path)
    model = _network(segmenter or config.segmenter)
    images = _share(dataset.list_images(), share, sidecar_of(dataset, read_only=True).key)
    progress = Progress(quiet=quiet)
    progress.say(f"{model.name} on {model.provider}: {len(images)} images, at most {limit / 1e9:.3g} GB")
    if limit > quota:
        keeps = f"The labeler keeps {quota / 1e9:.3g} GB and drops what is over"
        progress.say(f"{keeps}: raise embedding_disk_mb in its settings")
    progress.start(len(images))
    totals = _Totals(len(images))
    start = time.monotonic()
    with StopRequest() as stop:
        told = encode_images(
            images,
            model,
            DiskCache(embedding_dir(), limit),
            budget=limit,
            max_bytes=config.max_image_bytes,
            max_pixels=config.max_pixels,
            stopped=stop,
        )
        for one in told:
            totals.add(one)
            _tell(one, progress, as_json=as_json, verbose=verbose)
            progress.update(totals.counts.total(), totals.counts["failed"])
    progress.finish()
    model.close()
    if as_json:
        seconds = round(time.monotonic() - start, 2)
        names = {"segmenter": model.name, "provider": model.provider}
        emit_json({"type": "summary", **totals.as_json(), "seconds": seconds, **names})
    return _end(totals, progress, stop.exit_code)


class _Totals:
    """What a run came to."""

    def __init__(self, images: int) -> None:
        self.images, self.nbytes = images, 0
        self.counts: Counter[str] = Counter()

    def add(self, one: Encoded) -> None:
        self.counts[one.outcome] += 1
        self.nbytes += one.nbytes

    @property
    def left(self) -> int:
        """Images without an embedding that nobody tried, or that the budget did not take."""
        return self.images - self.counts.total() + self.counts["full"]

    def as_json(self) -> dict[str, object]:
        return {
            "images": self.images,
            "counts": dict(self.counts),
            "left": self.left,
            "bytes": self.nbytes,
        }


def _network(name: str) -> Segmenter:
    """The segmenter, if its embeddings are worth keeping: the labeler keeps those of networks only."""
    model = open_segmenter(name)
    if not isinstance(model, Interruptible):
        raise UsageError(
            f"'{model.name}' has nothing to encode",
            "it works on the pixels",
            "Name a network with --segmenter",
        )
    return model


def _end(totals: _Totals, progress: Progress, signal_code: int) -> int:
    counts = totals.counts
    done = f"{counts['encoded']} encoded, {counts['there']} there already, {counts['failed']} failed"
    progress.say(f"{done}; {totals.nbytes / 1e9:.3g} GB")
    if counts["full"]:
        progress.say(f"The budget is full: {totals.left} images are left.")
    elif totals.left:
        progress.say("Stopped early. Run it again to continue.")
        return signal_code or 75
    return 1 if counts["failed"] else 0


def _share(images: list[Path], share: Shard, key_of: Callable[[Path], str]) -> list[Path]:
    return [image for image in images if share.holds(key_of(image))]


def _tell(one: Encoded, progress: Progress, *, as_json: bool, verbose: bool) -> None:
    if as_json:
        reason = {"reason": one.reason} if one.reason else {}
        emit_json({"type": "image", "image": escaped(str(one.image)), "outcome": one.outcome} | reason)
    if one.outcome == "failed" or verbose:
        progress.say(f"{one.image.name}: {one.reason or one.outcome}")
