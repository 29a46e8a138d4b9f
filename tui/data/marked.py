"""Picture files that say what they were made from, in a comment inside them.

A picture is up to date when it says what would be written now; one that says nothing was made by somebody
else and is never replaced.
"""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

from tui.data.files import read_regular

_KEY = b"ttylabel"
_MARK = re.compile(rb"ttylabel[ \0]([0-9a-f]{32})")
_HEAD = 512
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"


def with_mark(picture: bytes, mark: str) -> bytes:
    """The bytes of a JPEG or PNG file with a comment; `mark` has 32 hexadecimal digits."""
    text = mark.encode("ascii")
    if picture.startswith(_PNG):
        # After the header chunk: length, type, 13 bytes and a checksum. Text is the key, a zero, the value.
        at = len(_PNG) + 25
        body = b"tEXt" + _KEY + b"\0" + text
        chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        return picture[:at] + chunk + picture[at:]
    if not picture.startswith(_JPEG):
        raise ValueError("neither JPEG nor PNG")
    comment = _KEY + b" " + text
    return _JPEG + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + picture[len(_JPEG) :]


def mark_of(path: Path) -> str | None:
    """The mark of a picture file: None where there is no file, "" where something else is there."""
    try:
        head = read_regular(path, _HEAD)
    except FileNotFoundError:
        return None
    except OSError:
        return ""
    found = _MARK.search(head) if head.startswith((_PNG, _JPEG)) else None
    return found[1].decode("ascii") if found else ""
