"""`ttylabel unlock PATH`: remove the claim that a session left behind."""

from __future__ import annotations

from pathlib import Path

from tui.cli.output import say
from tui.data.claims import break_claim, holder, place
from tui.data.dataset import open_dataset
from tui.errors import HeldError


def run_unlock(path: Path, *, force: bool, quiet: bool) -> int:
    """Remove the claim on a dataset when its holder is gone, or with `force`; returns 0.

    Raises HeldError (exit code 4) for a holder that may be alive.
    """
    root = open_dataset(path).root
    found = holder(root)
    if found is None:
        say("Nobody holds this dataset", quiet=quiet)
        return 0
    if not (found.dead or force):
        raise HeldError(
            f"This dataset is held by {found.sentence}",
            "" if found.here else "whether that process is alive cannot be seen from here",
            "--force removes the claim; that session can then only view",
        )
    break_claim(place(root))
    say(f"Removed the claim of {found.sentence}", quiet=quiet)
    return 0
