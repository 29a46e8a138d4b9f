"""Bytes of a program to terminal tokens: text, controls, escapes, control sequences, strings.

Strict about one thing that real terminals answer with garbage on the screen: an ESC inside a string
that does not end it. In tmux's passthrough (`DCS tmux; ... ST`) every ESC of what is passed is doubled; the
token's body has it single.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Printable characters; `size` is the bytes they took on the line (as in every token)."""

    value: str
    size: int


@dataclass(frozen=True, slots=True)
class Control:
    """A C0 control other than ESC."""

    code: int
    size: int = 1


@dataclass(frozen=True, slots=True)
class Escape:
    """ESC, intermediates and a final character: `"7"`, `"(B"`."""

    sequence: str
    size: int


@dataclass(frozen=True, slots=True)
class Csi:
    """A control sequence: `CSI ? 25 h` has private `"?"`, params `"25"`, final `"h"`."""

    private: str
    params: str
    intermediates: str
    final: str
    size: int

    def numbers(self) -> list[int]:
        """The parameters as integers, 0 where empty; sub-parameters are dropped."""
        return [int(part.partition(":")[0] or 0) for part in self.params.split(";")] if self.params else []

    @property
    def count(self) -> int:
        """The first parameter, 1 when it is absent or 0: how often a movement is made."""
        numbers = self.numbers()
        return max(1, numbers[0]) if numbers else 1


@dataclass(frozen=True, slots=True)
class String:
    """DCS, OSC, APC, PM or SOS: `kind` is the introducer's letter (`P ] _ ^ X`), `body` what follows it."""

    kind: str
    body: bytes
    size: int
    broken: bool = False


Token = Text | Control | Escape | Csi | String

_CSI = re.compile(rb"\x1b\[([<-?]?)([0-9:;]*)([ -/]*)([@-~])")
_ESCAPE = re.compile(rb"\x1b([ -/]*[0-OQ-WYZ\\`-~])")
_STRING = re.compile(rb"\x1b([P\]_^X])")
_TEXT = re.compile(rb"[^\x00-\x1f\x7f]+")
_LONGEST_SEQUENCE = 128
_WRAPPED_END = re.compile(rb"(?:[^\x1b]|\x1b\x1b)*?\x1b(?!\x1b)(.)", re.DOTALL)
PASSTHROUGH = b"tmux;"
"""How the body of a string begins that tmux hands on to the terminal around it."""


class Parser:
    """Splits a stream into tokens; an unfinished token waits for the next `feed`."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._searched = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.errors: list[str] = []

    def feed(self, data: bytes) -> Iterator[Token]:
        """The tokens that `data` completes."""
        self._rest += data
        source = bytes(self._rest)
        at = 0
        try:
            while at < len(source):
                found = self._next(source, at)
                if found is None:
                    break
                token, at = found
                yield token
        finally:
            self._rest = bytearray(source[at:])

    def _next(self, source: bytes, at: int) -> tuple[Token, int] | None:
        if (text := _TEXT.match(source, at)) is not None:
            return Text(self._decoder.decode(text[0]), len(text[0])), text.end()
        if source[at] != 0x1B:
            return Control(source[at]), at + 1
        if (string := _STRING.match(source, at)) is not None:
            return self._string(source, at, string[1].decode())
        if (csi := _CSI.match(source, at)) is not None:
            private, params, intermediates, final = (group.decode() for group in csi.groups())
            return Csi(private, params, intermediates, final, csi.end() - at), csi.end()
        if source[at + 1 : at + 2] != b"[" and (escape := _ESCAPE.match(source, at)) is not None:
            return Escape(escape[1].decode(), escape.end() - at), escape.end()
        if len(source) - at > _LONGEST_SEQUENCE:
            self.errors.append(f"not a terminal sequence: {source[at : at + 24]!r}")
            return Control(0x1B), at + 1
        return None

    def _string(self, source: bytes, at: int, kind: str) -> tuple[Token, int] | None:
        start = at + 2
        stop = source.find(b"\x1b\\", max(start, at + self._searched))
        end = stop + 2
        if kind == "]":
            bell = source.find(b"\x07", start, stop if stop >= 0 else len(source))
            if bell >= 0:
                stop, end = bell, bell + 1
        if stop < 0:
            self._searched = max(0, len(source) - at - 1)
            return None
        self._searched = 0
        body = source[start:stop]
        if kind == "P" and body.startswith(PASSTHROUGH):
            return self._passthrough(source, at)
        broken = b"\x1b" in body
        if broken:
            where = body.index(b"\x1b")
            self.errors.append(f"ESC inside a string: {body[max(0, where - 16) : where + 16]!r}")
        return String(kind, body, end - at, broken), end

    def _passthrough(self, source: bytes, at: int) -> tuple[Token, int] | None:
        wrapped = _WRAPPED_END.match(source, at + 2)
        if wrapped is None:
            return None
        body = source[at + 2 : wrapped.end() - 2]
        broken = wrapped[1] != b"\\"
        if broken:
            self.errors.append(f"ESC in tmux's passthrough that is not doubled: {body[-32:]!r}")
        return String("P", body.replace(b"\x1b\x1b", b"\x1b"), wrapped.end() - at, broken), wrapped.end()
