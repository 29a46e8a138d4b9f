"""What a person must know to label one object, in the keys of a keymap."""

from __future__ import annotations

from tui.session.keymap import Keymap, keys_of
from tui.session.state import Mode


def first_steps(keymap: Keymap) -> dict[str, str]:
    """A sentence for each of labeling, classes, images, review and leaving."""

    def key(command: str, mode: Mode = Mode.NAVIGATE, argument: str | None = None) -> str:
        keys = keys_of(keymap, mode, command, argument)
        return keys[0] if keys else f":{command}"

    points, review = Mode.POINTS, Mode.REVIEW
    return {
        "label": f"{key('point.positive')} on an object, or {key('box.corner')} at two corners around it; "
        f"{key('instance.confirm', points)} keeps it, {key('prompt.clear', points)} drops it",
        "class": f"{key('class.set', argument='0')} is the first, {key('class.choose')} lists all; it is for "
        "what is selected, else for what comes next",
        "images": f"{key('files.next')} next, {key('files.previous')} previous; "
        f"saved as you go; {key('edit.undo')} takes back",
        "review": f"{key('review.toggle')}; then {key('review.accept', review)} accepts, "
        f"{key('review.reject', review)} deletes",
        "leave": key("app.quit"),
    }
