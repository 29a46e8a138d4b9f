"""Reading the whole folder behind the first image."""

from __future__ import annotations

from collections.abc import Callable

from tui.app.library import Library
from tui.session import effects as fx
from tui.session import events as ev

Tell = Callable[[ev.Event | fx.Notify], None]


def list_images(library: Library, tell: Tell, *, sweep: bool) -> None:
    """List all images, say what was found, and `sweep` away what killed saves left. Blocks: for a thread."""
    front = library.path(0)
    library.list_all()
    tell(ev.Listed(len(library), True, library.index(front) or 0))
    if sweep:
        library.sweep()
    for warning in library.listing_warnings():
        tell(fx.Notify(warning, "warning"))
