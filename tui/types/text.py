"""Foreign strings made safe to show.

File names, class names, label text and messages of other libraries may hold control sequences that
would drive the user's terminal. Everything that shows such a string passes it through `printable`.
"""

from __future__ import annotations

import unicodedata

_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, limit: int = 400) -> str:
    """`text` with every character that could act on a terminal shown as a visible escape.

    Escaped: C0 and C1 controls, DEL, bidirectional and zero-width format characters, lone surrogates,
    private-use and unassigned code points, line and paragraph separators. A text of more than `limit`
    characters is cut in the middle with an ellipsis.
    """
    shown = "".join(_visible(c) for c in text)
    if len(shown) <= limit:
        return shown
    head = (limit - 1) * 2 // 3
    return f"{shown[:head]}…{shown[len(shown) - (limit - 1 - head) :]}"


def _visible(char: str) -> str:
    if char.isascii() and char.isprintable():
        return char
    if unicodedata.category(char) not in _ESCAPED_CATEGORIES:
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # os.fsdecode's surrogate for a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"
