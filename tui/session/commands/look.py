"""How the picture is shown: tone, tint of masks, names, hidden instances, the bare canvas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tui.session.commands.command import Args, Command, Result, said
from tui.session.look import FILLS, LARGEST_TONE, Look, Tags
from tui.session.marks import targets
from tui.session.state import Session
from tui.session.walk import no_instance


def _toggle(name: str, field: str, label: str, doc: str, on: str, off: str) -> Command:
    """A command that turns one field of the look on and off, and says which."""

    def run(session: Session, _args: Args) -> Result:
        value = not getattr(session.look, field)
        changed: dict[str, Any] = {field: value}
        return said(_looking(session, replace(session.look, **changed)), on if value else off)

    return Command(name, label, doc, "look", run, loading=True)


def _looking(session: Session, look: Look) -> Session:
    return replace(session, look=look)


def _toner(name: str, field: str, by: int, label: str, doc: str) -> Command:
    def run(session: Session, args: Args) -> Result:
        value = getattr(session.look, field) + by * args.times
        value = min(max(value, -LARGEST_TONE), LARGEST_TONE)
        changed: dict[str, Any] = {field: value}
        text = f"{field.capitalize()} {value:+d}: the labels and the models see the photo as it is"
        return said(_looking(session, replace(session.look, **changed)), text)

    def reason(session: Session) -> str | None:
        at_end = getattr(session.look, field) == by * LARGEST_TONE
        return f"This is all the {field} there is" if at_end else None

    return Command(name, label, doc, "look", run, unavailable=reason, counts=True, loading=True)


def _fill(session: Session, _args: Args) -> Result:
    fill = (session.look.fill + 1) % FILLS
    return said(
        _looking(session, replace(session.look, fill=fill)), f"Masks are tinted {fill} of {FILLS - 1}"
    )


def _outlines(session: Session, _args: Args) -> Result:
    fill = 2 if session.look.fill == 0 else 0
    text = "Masks are outlines only" if fill == 0 else "Masks are tinted"
    return said(_looking(session, replace(session.look, fill=fill)), text)


def _tags(session: Session, _args: Args) -> Result:
    following, text = _NEXT_TAGS[session.look.tags]
    return said(_looking(session, replace(session.look, tags=following)), text)


_NEXT_TAGS: Mapping[Tags, tuple[Tags, str]] = MappingProxyType(
    {
        "names": ("numbers", "Instances show the number of their class: the same key hides that too"),
        "numbers": ("none", "Instances show their colour alone: the same key brings class names back"),
        "none": ("names", "Instances show the name of their class"),
    }
)


def _plain(session: Session, _args: Args) -> Result:
    look = replace(session.look, brightness=0, contrast=0, equalised=False)
    return said(_looking(session, look), "The photo is shown as it is")


def _toned(session: Session) -> str | None:
    return None if session.look.tone != Look().tone else "The photo is shown as it is already"


def _hide(session: Session, _args: Args) -> Result:
    """What is selected or marked, hidden or shown; without a selection all instances."""
    wanted = frozenset(targets(session))
    if not wanted:
        everything = frozenset(range(len(session.image.instances)))
        hidden = frozenset[int]() if session.hidden else everything
        text = "All instances are hidden, not deleted: the same key shows them" if hidden else "All are shown"
    else:
        hidden = session.hidden - wanted if wanted <= session.hidden else session.hidden | wanted
        text = "Hidden, not deleted: the same key shows it" if wanted <= hidden else "Shown"
    return said(replace(session, hidden=hidden), text)


_SWITCHES: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "look.equalise",
        "equalised",
        "equalise",
        "Bring out what lies in shadow or glare, or stop it",
        "Shadows and glare are brought out; models see the photo as it is",
        "The photo is shown as it is",
    ),
    (
        "look.bare",
        "bare",
        "bare",
        "Show the picture alone, or the lines of text too",
        "The lines are hidden: the same key brings them back",
        "The lines are back",
    ),
    (
        "look.keep",
        "kept",
        "keep view",
        "Keep the view from image to image, or stop it",
        "The view is kept from image to image",
        "Each image is shown whole at first",
    ),
    (
        "look.preview",
        "preview",
        "preview",
        "Show the mask under a resting cursor, or stop it",
        "A resting cursor shows the mask that a point there would give",
        "No masks before a key asks for one",
    ),
    (
        "look.minimap",
        "minimap",
        "map",
        "Show a map of the image while zoomed in, or stop it",
        "A map shows which part of the image is in sight, while it is not all of it",
        "The map is off",
    ),
)

_Tone = tuple[str, str, int, str, str]
_TONES: tuple[_Tone, ...] = (
    ("look.darker", "brightness", -1, "darker", "Show the photo darker"),
    ("look.brighter", "brightness", 1, "brighter", "Show the photo brighter"),
    ("look.flatter", "contrast", -1, "less contrast", "Show the photo with less contrast"),
    ("look.stronger", "contrast", 1, "more contrast", "Show the photo with more contrast"),
)

COMMANDS = (
    *(_toner(*tone) for tone in _TONES),
    Command(
        "look.plain", "as it is", "Show the photo as it is", "look", _plain, unavailable=_toned, loading=True
    ),
    *(_toggle(*switch) for switch in _SWITCHES),
    Command(
        "look.names",
        "names",
        "Show class names beside instances, numbers, or neither",
        "look",
        _tags,
        loading=True,
    ),
    Command("look.fill", "tint", "Tint masks more, or from the start again", "look", _fill, loading=True),
    Command(
        "look.outlines", "outlines", "Show masks as outlines only, or tinted", "look", _outlines, loading=True
    ),
    Command(
        "look.hide",
        "hide",
        "Hide or show the selected instance, or all",
        "look",
        _hide,
        unavailable=no_instance,
    ),
)
