"""The journal's bytes: whole records come back, a torn one is cut off and nothing else."""

from __future__ import annotations

import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data import journal
from tui.data.journal import pack, unpack

RECORDS = [{"k": "head", "v": 1}, {"k": "edit", "i": "/a/caf\udce9.jpg", "n": [0, 0, []]}, {"k": "end"}]
DATA = b"".join(map(pack, RECORDS))


def test_records_come_back_whole_and_in_order() -> None:
    assert unpack(DATA) == (RECORDS, len(DATA))
    assert unpack(b"") == ([], 0)


def test_the_layout_is_length_checksum_json() -> None:
    data = pack({"a": 1})
    assert data == struct.pack(">II", 7, zlib.crc32(b'{"a":1}')) + b'{"a":1}'


def test_b5_a_tail_torn_at_any_byte_is_cut_and_the_rest_is_there() -> None:
    ends = [len(b"".join(map(pack, RECORDS[:count]))) for count in range(len(RECORDS) + 1)]
    for cut in range(len(DATA) + 1):
        whole = max(count for count, end in enumerate(ends) if end <= cut)
        assert unpack(DATA[:cut]) == (RECORDS[:whole], ends[whole])


@pytest.mark.parametrize("at", range(len(DATA)))
def test_b5_a_changed_byte_ends_the_journal_before_its_record(at: int) -> None:
    damaged = DATA[:at] + bytes([DATA[at] ^ 0x55]) + DATA[at + 1 :]
    records, length = unpack(damaged)
    assert records == RECORDS[: len(records)]
    assert length <= at


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    records, length = unpack(data)
    assert 0 <= length <= len(data)
    assert unpack(data[:length]) == (records, length)


@pytest.mark.parametrize("text", [b"[1]", b"{nonsense", b"null", b"\xff"])
def test_what_is_no_record_ends_the_journal_though_its_checksum_holds(text: bytes) -> None:
    data = pack(RECORDS[0]) + struct.pack(">II", len(text), zlib.crc32(text)) + text + pack(RECORDS[2])
    assert unpack(data) == (RECORDS[:1], len(pack(RECORDS[0])))


def test_a_length_beyond_the_limit_is_a_torn_record(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"k": "x" * 50}).encode()
    data = struct.pack(">II", len(text), zlib.crc32(text)) + text
    monkeypatch.setattr(journal, "MAX_RECORD", len(text))
    assert len(unpack(data)[0]) == 1
    monkeypatch.setattr(journal, "MAX_RECORD", len(text) - 1)
    assert unpack(data) == ([], 0)


def test_not_a_number_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        pack({"a": float("nan")})


def test_a_record_of_the_largest_size_is_read_and_one_byte_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = pack({"a": 1})
    monkeypatch.setattr(journal, "MAX_RECORD", len(record) - 8)
    assert unpack(record) == ([{"a": 1}], len(record))
    monkeypatch.setattr(journal, "MAX_RECORD", len(record) - 9)
    assert unpack(record) == ([], 0)


def test_a_record_is_compact_ascii_whatever_is_in_it() -> None:
    record = {"i": "caf\udce9 \u2028 ä", "n": [1, 2]}
    text = pack(record)[8:]
    assert text == b'{"i":"caf\\udce9 \\u2028 \\u00e4","n":[1,2]}'
    assert unpack(pack(record))[0] == [record]


def test_what_is_no_object_ends_it_and_the_records_before_count() -> None:
    good, bad = pack({"a": 1}), b"[1]"
    data = good + struct.pack(">II", len(bad), zlib.crc32(bad)) + bad + good
    assert unpack(data) == ([{"a": 1}], len(good))
