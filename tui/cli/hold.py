"""A dataset for one verb alone: no labeler and no run writes in it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from tui.batch.ledger import held
from tui.batch.runner import RUNS
from tui.data.claims import Claim
from tui.data.dataset import Dataset
from tui.data.files import why
from tui.data.sidecar import sidecar_of
from tui.errors import HeldError, SaveError


@contextmanager
def held_alone(dataset: Dataset) -> Iterator[Callable[[], bool]]:
    """Hold the dataset against labelers and runs; gives whether that was lost. Raises HeldError."""
    claim = Claim(dataset.root, lambda: None)
    try:
        holder = claim.take()
    except OSError as error:
        raise SaveError("The dataset cannot be held", why(error)) from error
    if holder is not None:
        raise HeldError(
            f"{holder.sentence} is labeling this dataset", "", "Close it there, or see `ttylabel unlock`"
        )
    try:
        with ExitStack() as stack:
            folder = sidecar_of(dataset).folder
            for lock in sorted((folder / RUNS).glob("*.lock")) if folder else ():
                try:
                    stack.enter_context(held(lock.parent, lock.stem, wait=0.0))
                except HeldError as error:
                    raise HeldError("A run is labeling this dataset", "", "Wait until it is done") from error
            yield lambda: not claim.held
    finally:
        claim.release()
