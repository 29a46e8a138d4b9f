"""The first session."""

from __future__ import annotations

from tui.session.effects import Effect, Load
from tui.session.keymap import load_keymap
from tui.session.proposals import Proposals
from tui.session.reopen import begun_at
from tui.session.state import ImageState, Options, Session
from tui.types.place import Place


def start(
    options: Options,
    classes: tuple[str, ...],
    keymap: str,
    *,
    index: int = 0,
    image_count: int = 1,
    place: Place | None = None,
) -> tuple[Session, tuple[Effect, ...]]:
    """A session that asks for image `index` of the `image_count` known so far, to go on at `place`.

    ConfigError when there is no key preset called `keymap`.
    """
    session = Session(
        options=options,
        classes=classes,
        image_count=image_count,
        image=ImageState(index),
        keymap=load_keymap(keymap).name,
        proposals=Proposals(text=options.text),
    )
    return (begun_at(session, place) if place else session), (Load(index),)
