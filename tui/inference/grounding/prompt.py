"""What a person writes to have things found: "cat . kitten -> cat . red car -> car"."""

from __future__ import annotations

from dataclasses import dataclass

from tui.errors import UsageError

_ARROW, _DELIMITER = "->", "."
_FORM = 'Write phrases separated by " . ", each with "-> class" where the class has another name'
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class TextPrompt:
    """Phrases in lower case, and for each the class that what it describes belongs to (case kept)."""

    phrases: tuple[str, ...]
    classes: tuple[str, ...]


def parse_text_prompt(text: str) -> TextPrompt:
    """The phrases of a text prompt.

    A phrase without an arrow names its class. Several phrases may lead to one class. A point at the end is
    allowed. Raises UsageError, which quotes the part that is wrong.
    """
    if len(text) > _LONGEST:
        raise UsageError("The text prompt is too long", f"it has {len(text):,} characters", _FORM)
    wanted: dict[str, str] = {}
    parts = [part.strip() for part in text.split(_DELIMITER)]
    if parts[-1] == "":
        parts.pop()
    if not parts:
        raise UsageError("The text prompt is empty", "", _FORM)
    for number, part in enumerate(parts, 1):
        phrase, class_name = _parsed(part, number)
        if wanted.setdefault(phrase, class_name) != class_name:
            raise UsageError(
                f"The phrase '{phrase}' is given twice",
                f"once for class '{wanted[phrase]}', once for '{class_name}'",
                "Keep one of the two",
            )
    return TextPrompt(tuple(wanted), tuple(wanted.values()))


def _parsed(part: str, number: int) -> tuple[str, str]:
    """One part as (phrase, class)."""
    phrase, *targets = (" ".join(piece.split()) for piece in part.split(_ARROW))
    if len(targets) > 1:
        raise UsageError(f"Two arrows in '{part}'", "", _FORM)
    if not phrase:
        why = f"there is nothing before the arrow in '{part}'" if targets else "two points follow each other"
        raise UsageError(f"Phrase {number} of the text prompt is empty", why, _FORM)
    if targets and not targets[0]:
        raise UsageError(f"There is no class after the arrow in '{part}'", "", _FORM)
    if "?" in phrase:
        raise UsageError(f"'{phrase}' holds a question mark", "the models end a phrase there", "Leave it out")
    return phrase.lower(), targets[0] if targets else phrase
