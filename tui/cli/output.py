"""What headless verbs print: data on standard output, talk on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from tui.errors import TtylabelError
from tui.types.text import printable

_LONGEST_ESCAPE = 10
"""Characters that one of a text becomes at most: `\\u{10ffff}`."""


def emit_json(value: Mapping[str, object]) -> None:
    """One JSON object on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def emit(text: str) -> None:
    """Lines of data on standard output, none of them cut."""
    lines = (printable(line, limit=max(1, len(line) * _LONGEST_ESCAPE)) for line in text.split("\n"))
    sys.stdout.write("\n".join(lines) + "\n")


def say(text: str, *, quiet: bool = False) -> None:
    """One line of talk on standard error, unless asked to be quiet."""
    if not quiet:
        sys.stderr.write(printable(text, limit=2000) + "\n")


def complain(error: TtylabelError) -> None:
    """An expected failure as one line: what, why, what to do next."""
    sys.stderr.write(f"ttylabel: {printable(error.sentence, limit=2000)}\n")
