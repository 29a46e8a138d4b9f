from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from terminal.parser import Control, Csi, Escape, Parser, String, Text

STREAM = (
    b"plain \xe2\x96\x80\r\n\x1b[?25l\x1b[38;2;1;2;3m\x1b7\x1b(B\x1b]0;title\x07"
    b"\x1b_Ga=T,i=1;AAAA\x1b\\\x1bP0;1q#1~\x1b\\tail"
)


def test_tokens_of_every_kind() -> None:
    tokens = list(Parser().feed(STREAM))
    assert tokens == [
        Text("plain ▀", 9),
        Control(13),
        Control(10),
        Csi("?", "25", "", "l", 6),
        Csi("", "38;2;1;2;3", "", "m", 13),
        Escape("7", 2),
        Escape("(B", 3),
        String("]", b"0;title", 10),
        String("_", b"Ga=T,i=1;AAAA", 17),
        String("P", b"0;1q#1~", 11),
        Text("tail", 4),
    ]
    assert sum(token.size for token in tokens) == len(STREAM)


@given(st.lists(st.integers(1, len(STREAM) - 1), max_size=8))
def test_a_stream_may_be_cut_anywhere(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    parser, tokens = Parser(), []
    for start, end in pairwise(edges):
        tokens += parser.feed(STREAM[start:end])
    assert "".join(t.value for t in tokens if isinstance(t, Text)) == "plain ▀tail"
    others = [t for t in Parser().feed(STREAM) if not isinstance(t, Text)]
    assert [t for t in tokens if not isinstance(t, Text)] == others
    assert parser.errors == []


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data: bytes) -> None:
    parser = Parser()
    assert sum(token.size for token in parser.feed(data)) <= len(data)


def test_an_escape_inside_a_string_is_an_error() -> None:
    parser = Parser()
    list(parser.feed(b"\x1b_Ga=d\x1b[H;\x1b\\"))
    assert any("ESC inside a string" in error for error in parser.errors)


def test_empty_parameters_count_as_the_default() -> None:
    (move, far) = Parser().feed(b"\x1b[;5H\x1b[C")
    assert isinstance(move, Csi)
    assert isinstance(far, Csi)
    assert move.numbers() == [0, 5]
    assert far.count == 1


def test_passthrough_is_unwrapped_whole_even_when_it_holds_a_string() -> None:
    inner = b"\x1b_Ga=q,i=1;AAAA\x1b\\\x1b[c"
    line = b"\x1bPtmux;" + inner.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\x"
    for cut in range(len(line)):
        parser = Parser()
        tokens = [*parser.feed(line[:cut]), *parser.feed(line[cut:])]
        assert tokens == [String("P", b"tmux;" + inner, len(line) - 1), Text("x", 1)]
        assert parser.errors == []
