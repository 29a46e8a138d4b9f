"""A share of a dataset: `--shard 2/8`, or `auto` from what a scheduler says.

An image's share is decided by its name alone, so files that are added later do not move others, and no two
machines need to agree on a listing.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tui.errors import UsageError

_FORM = "Write --shard i/n with i from 1 to n, or --shard auto under a scheduler"


@dataclass(frozen=True, slots=True)
class Shard:
    """The share `index` (from 0) of `count`."""

    index: int = 0
    count: int = 1

    def holds(self, key: str) -> bool:
        """Whether an image, by its key in the sidecar, is in this share."""
        if self.count == 1:
            return True
        digest = hashlib.blake2b(os.fsencode(key), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.count == self.index

    def __str__(self) -> str:
        return f"{self.index + 1}/{self.count}"


def parse_shard(text: str | None, environment: Mapping[str, str] | None = None) -> Shard:
    """`i/n`, `auto`, or everything for None. Raises UsageError.

    `auto` looks for a SLURM array, the ranks of SLURM, torchrun and MPI, and an indexed Kubernetes job (whose
    number of pods must be in JOB_COMPLETIONS), in this order, and takes everything where there is none.
    """
    if text is None:
        return Shard()
    if text == "auto":
        return _automatic(os.environ if environment is None else environment)
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise UsageError(f"--shard {text}", "", _FORM)
    return Shard(int(match[1]) - 1, int(match[2]))


def _automatic(environment: Mapping[str, str]) -> Shard:
    def number(name: str) -> int | None:
        text = environment.get(name, "")
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None

    task, first = number("SLURM_ARRAY_TASK_ID"), number("SLURM_ARRAY_TASK_MIN")
    count, step = number("SLURM_ARRAY_TASK_COUNT"), number("SLURM_ARRAY_TASK_STEP") or 1
    if task is not None and first is not None and count and count > 1:
        return _checked((task - first) // step, count, "SLURM_ARRAY_TASK_ID")
    for rank, size in (
        ("SLURM_PROCID", "SLURM_NTASKS"),
        ("RANK", "WORLD_SIZE"),
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
        ("PMI_RANK", "PMI_SIZE"),
        ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"),
    ):
        index, total = number(rank), number(size)
        if index is not None and total:
            return _checked(index, total, rank)
    return Shard()


def _checked(index: int, count: int, name: str) -> Shard:
    if not 0 <= index < count:
        raise UsageError(f"--shard auto: {name} says {index} of {count}", "", _FORM)
    return Shard(index, count)
