"""Keeps a terminal's late answers out of the keys, and reads keys that were typed before the app listened.

The probe's questions may be answered after its patience has ended, on a slow line or through tmux. Textual
takes a sequence it does not know for the keys it is made of: `CSI ? 62 ; 4 c` would choose classes.
"""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Iterable

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

_ANSWER = re.compile(
    r"\x1b\[[?>=][\d;]*[cS]"  # DA1, DA2, XTSMGRAPHICS
    r"|\x1b\[[468];\d+;\d+t"  # sizes in pixels and cells
    r"|\x1bP[>01][^\x1b]*\x1b\\"  # XTVERSION, DECRQSS
    r"|\x1b_G[^\x1b]*\x1b\\"  # kitty graphics
    r"|\x1b\]1[01];[^\x1b\x07]*(?:\x1b\\|\x07)"  # default colours
)
# Heads that no key has; `ESC P` alone is alt+P.
_BEGUN = re.compile(
    r"\x1b(?:\[[?>=][\d;]*\$?|\[[468];\d+;\d*|P[>01][^\x1b]*\x1b?|_G[^\x1b]*\x1b?|\]1[01];[^\x1b\x07]*\x1b?)\Z"
)
_PATIENCE = 1.0


class AnswerSieve:
    """Takes the probe's answers out of a stream of input; what Textual asked for passes."""

    def __init__(self) -> None:
        self._held = ""
        self._since = 0.0

    def sift(self, data: str, now: float) -> str:
        """`data` without answers. An answer that has begun is held back, for `_PATIENCE` seconds at most."""
        if self._held and now - self._since > _PATIENCE:
            self._held = ""
        if not self._held:
            self._since = now
        clean = _ANSWER.sub("", self._held + data)
        begun = _BEGUN.search(clean)
        self._held = begun[0] if begun else ""
        return clean[: begun.start()] if begun else clean


class SiftingParser(XTermParser):
    """Textual's parser of terminal input behind an `AnswerSieve`."""

    def __init__(self, debug: bool = False) -> None:
        self._sieve = AnswerSieve()
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        """The events in `data`; empty data means the end of input to Textual and only then reaches it."""
        clean = self._sieve.sift(data, time.monotonic()) if data else ""
        return super().feed(clean) if clean or not data else ()


def install_sieve() -> None:
    """Let Textual's driver, which makes its parser itself, read through the sieve."""
    vars(linux_driver)["XTermParser"] = SiftingParser


def typed_keys(typed: bytes) -> list[events.Key]:
    """The keys in bytes that were typed before the app listened, as Textual would have read them."""
    text = codecs.getincrementaldecoder("utf-8")("ignore").decode(typed)
    parser = XTermParser()
    messages = [*parser.feed(text), *parser.feed("")] if text else []
    return [message for message in messages if isinstance(message, events.Key)]
