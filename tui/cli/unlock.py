"""`ttylabel unlock PATH`: remove the claim that a session left behind."""

from __future__ import annotations

from pathlib import Path

from tui.cli.output import emit_json, say
from tui.data.claims import break_claim, holder, place
from tui.data.dataset import open_dataset
from tui.errors import HeldError

SCHEMA = 1


def run_unlock(path: Path, *, force: bool, as_json: bool, quiet: bool) -> int:
    """Remove the claim on a dataset when its holder is gone, or with `force`; returns 0.

    Raises HeldError (exit code 4) for a holder that may be alive.
    """
    root = open_dataset(path).root
    found = holder(root)
    if found is not None and not (found.dead or force):
        raise HeldError(
            f"This dataset is held by {found.sentence}",
            "" if found.here else "whether that process is alive cannot be seen from here",
            "--force removes the claim; that session can then only view",
        )
    if found is not None:
        break_claim(place(root))
    text = f"Removed the claim of {found.sentence}" if found else "Nobody holds this dataset"
    say(text, quiet=quiet)
    if as_json:
        emit_json(
            {"schema": SCHEMA, "removed": found is not None, "held_by": found.sentence if found else ""}
        )
    return 0
