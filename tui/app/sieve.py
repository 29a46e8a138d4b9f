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
# Heads that no key has.
_BEGUN = re.compile(
    r"\x1b(?:\[[?>=][\d;]*\$?|\[[468];\d+;\d*|P[>01][^\x1b]*\x1b?|_G[^\x1b]*\x1b?|\]1[01];[^\x1b\x07]*\x1b?)\Z"
)
# Heads that may be a key, or the head of one: Escape, alt+P, alt+[, Page Down.
_HEAD = re.compile(r"\x1b(?:\[(?:[468](?:;\d*)?)?|[P_]|\](?:1[01]?)?)?\Z")
_PATIENCE, _HEAD_PATIENCE = 1.0, 0.05


class AnswerSieve:
    """Takes the probe's answers out of a stream of input; what Textual asked for passes."""

    def __init__(self) -> None:
        self._held = ""
        self._since = 0.0

    def sift(self, data: str, now: float) -> str:
        """`data` without answers. An answer that has begun is held back, for `_PATIENCE` seconds at most, and
        what may be its head, for `overdue` to release: reads end anywhere.
        """
        if self._held and now - self._since > _PATIENCE and not _HEAD.match(self._held):
            self._held = ""
        if not self._held:
            self._since = now
        clean = _ANSWER.sub("", self._held + data)
        begun = _BEGUN.search(clean) or _HEAD.search(clean)
        if not begun or _HEAD.match(begun[0]):
            self._since = now
        self._held = begun[0] if begun else ""
        return clean[: begun.start()] if begun else clean

    def overdue(self, now: float) -> str:
        """A head held back that nothing followed for `_HEAD_PATIENCE` seconds: it was a key."""
        if not _HEAD.match(self._held) or now - self._since < _HEAD_PATIENCE:
            return ""
        head, self._held = self._held, ""
        return head


class SiftingParser(XTermParser):
    """Textual's parser of terminal input behind an `AnswerSieve`."""

    def __init__(self, debug: bool = False) -> None:
        self._sieve = AnswerSieve()
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        """The events in `data`; empty data means the end of input to Textual and only then reaches it."""
        if not data:
            head = self._sieve.overdue(float("inf"))
            return [*(super().feed(head) if head else ()), *super().feed("")]
        clean = self._sieve.sift(data, time.monotonic())
        return super().feed(clean) if clean else ()

    def tick(self) -> Iterable[Message]:
        """Called every tenth of a second or after input: the key in a head that nothing followed."""
        now = time.monotonic()
        if head := self._sieve.overdue(now):
            yield from super().feed(head)
            self._timeout_time = now  # it has been waited for
        yield from super().tick()


def install_sieve() -> None:
    """Let Textual's driver, which makes its parser itself, read through the sieve."""
    vars(linux_driver)["XTermParser"] = SiftingParser


def typed_keys(typed: bytes) -> list[events.Key]:
    """The keys in bytes that were typed before the app listened, as Textual would have read them."""
    text = codecs.getincrementaldecoder("utf-8")("ignore").decode(typed)
    parser = XTermParser()
    messages = [*parser.feed(text), *parser.feed("")] if text else []
    return [message for message in messages if isinstance(message, events.Key)]
