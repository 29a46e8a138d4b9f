"""The classes as the palette lists them: number, colour, key, and how many are in this image."""

from __future__ import annotations

from collections import Counter

from tui.app.colours import class_colour
from tui.app.screens.pick import Item
from tui.session.keymap import Keymap, keymap_of, keys_of
from tui.session.marks import targets
from tui.session.state import Mode, Session


def class_items(session: Session) -> list[Item]:
    """One line for each class, in the order of the list, which never changes; its value is the class id.

    What tells classes apart besides their colour is their number, from 0 as in label files.
    """
    keymap = keymap_of(session)
    here = Counter(instance.class_id for instance in session.image.instances)
    chosen = {session.image.instances[index].class_id for index in targets(session)}
    items = []
    for number, name in enumerate(session.classes):
        keys = ", ".join(_keys(keymap, session.mode, str(number)))
        facts = [
            f"#{number}",
            f"key {keys}" if keys else "",
            f"{here[number]} here" if here[number] else "",
            "in use" if number == session.current_class else "",
            "selected" if number in chosen else "",
        ]
        items.append(
            Item(name, str(number), " · ".join(filter(None, facts)), colour=class_colour(session, number))
        )
    return items


def _keys(keymap: Keymap, mode: Mode, number: str) -> tuple[str, ...]:
    """The keys that give a class here; where a mode has none, those that give it at rest."""
    ways = ((mode, "class.set"), (mode, "review.reclass"), (Mode.NAVIGATE, "class.set"))
    return next((keys for where, name in ways if (keys := keys_of(keymap, where, name, number))), ())
