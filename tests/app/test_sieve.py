"""Late answers never become keys, keys always do."""

from __future__ import annotations

import pytest
from textual import events, messages
from textual.drivers import linux_driver

from tui.app.sieve import AnswerSieve, SiftingParser, install_sieve, typed_keys

ANSWERS = (
    "\x1b[?62;4;22c\x1b[>41;379;0c\x1b[?1;0;1024S\x1b[?2;0;1200;800S\x1b[4;800;1200t\x1b[6;20;10t"
    "\x1bP>|kitty(0.41.1)\x1b\\\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b_Gi=4211;OK\x1b\\\x1b]11;rgb:0/0/0\x07"
)
KEYS = "hq\x1b[A\x1b[6;5~\x1bOP\té\x1b[<0;3;4M"


def read(chunks: list[str]) -> list[str]:
    parser = SiftingParser()
    found = [event for chunk in [*chunks, ""] for event in parser.feed(chunk)]
    return [event.key if isinstance(event, events.Key) else type(event).__name__ for event in found]


def test_answers_become_nothing() -> None:
    assert read([ANSWERS]) == []


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        ("\x1b[?", "62;4;22c"),
        ("\x1b[>", "41;379;0c"),
        ("\x1b[?", "2;0;1200;800S"),
        ("\x1b[6;20;", "10t"),
        ("\x1bP>", "|kitty(0.41.1)\x1b\\"),
        ("\x1bP1", "$r0;48:2::1:2:3m\x1b\\"),
        ("\x1b_G", "i=4211;OK\x1b\\"),
        ("\x1b]11;", "rgb:0/0/0\x07"),
    ],
)
def test_an_answer_in_two_pieces_becomes_nothing_and_the_key_after_it_is_read(head: str, rest: str) -> None:
    for cut in range(len(rest)):
        assert read(["h", head + rest[:cut], f"{rest[cut:]}j"]) == ["h", "j"]


def test_keys_and_the_mouse_pass() -> None:
    assert read([KEYS]) == ["h", "q", "up", "ctrl+pagedown", "f1", "tab", "é", "MouseDown"]


@pytest.mark.parametrize("key", ["\x1b", "\x1bP", "\x1b[", "\x1b]"])
def test_the_head_of_an_answer_is_a_key_when_nothing_follows(key: str) -> None:
    sieve = AnswerSieve()
    assert sieve.sift(key, 0.0) == ""
    assert sieve.overdue(0.01) == ""
    assert sieve.overdue(0.2) == key
    assert sieve.overdue(0.3) == ""


def test_a_head_that_waited_long_still_begins_the_key_that_follows() -> None:
    sieve = AnswerSieve()
    assert sieve.sift("\x1b", 0.0) == ""
    assert sieve.sift("[A", 9.0) == "\x1b[A"


def test_answers_byte_by_byte_become_nothing() -> None:
    assert read(["h", *ANSWERS, "j"]) == ["h", "j"]


def test_keys_byte_by_byte_are_keys() -> None:
    assert read([*KEYS]) == read([KEYS])


def test_escape_alone_is_a_key_at_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("tui.app.sieve.time.monotonic", lambda: now[0])
    parser = SiftingParser()
    assert [*parser.feed("\x1b"), *parser.tick()] == []
    now[0] += 0.1
    (event,) = parser.tick()
    assert isinstance(event, events.Key)
    assert event.key == "escape"


def test_what_textual_asked_for_reaches_it() -> None:
    parser = SiftingParser()
    (event,) = parser.feed("\x1b[?2026;2$y")
    assert isinstance(event, messages.TerminalSupportsSynchronizedOutput)
    (event,) = parser.feed("\x1b[12;3R")
    assert isinstance(event, events.CursorPosition)


def test_a_head_without_an_end_is_given_up() -> None:
    sieve = AnswerSieve()
    assert sieve.sift("\x1bP>|kit", 0.0) == ""
    assert sieve.sift("j", 5.0) == "j"


def test_textuals_driver_reads_through_the_sieve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux_driver, "XTermParser", linux_driver.XTermParser)
    install_sieve()
    assert linux_driver.XTermParser is SiftingParser


def test_typed_bytes_are_keys_as_textual_reads_them() -> None:
    typed = "3l\x1b[A\x1b[D\té\x03\x1b".encode()
    assert [key.key for key in typed_keys(typed)] == ["3", "l", "up", "left", "tab", "é", "ctrl+c", "escape"]
    assert typed_keys(b"") == []
    assert [key.character for key in typed_keys("j\xe9".encode()[:2])] == ["j"]
