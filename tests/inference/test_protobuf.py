"""The wire format: fields in order, numbers apart, and damage noticed instead of read past the end."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.onnxmini import message, number, text
from tui.inference.protobuf import Malformed, Truncated, fields, numbers


def test_fields_and_numbers_are_told_apart() -> None:
    data = number(1, 300) + text(2, "name") + number(1, 7)
    assert [(n, data[a:b]) for n, a, b in fields(data, 0, len(data))] == [(2, b"name")]
    assert list(numbers(data, 0, len(data))) == [(1, 300), (1, 7)]


def test_fixed_width_numbers_are_skipped() -> None:
    data = bytes([1 << 3 | 1, *range(8), 2 << 3 | 5, *range(4)]) + text(3, "x")
    assert [n for n, _, _ in fields(data, 0, len(data))] == [3]


@pytest.mark.parametrize("cut", [1, 3, 8])
def test_a_message_that_ends_within_a_field_is_truncated(cut: int) -> None:
    data = message(5, b"0123456789")
    with pytest.raises(Truncated):
        list(fields(data, 0, len(data) - cut))


def test_a_group_or_a_field_of_number_zero_is_no_message() -> None:
    for data in (bytes([1 << 3 | 3]), b"\x00\x01", b"\xff" * 12):
        with pytest.raises(Malformed):
            list(fields(data, 0, len(data)))


@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_list_or_in_one_of_the_two_errors(data: bytes) -> None:
    with contextlib.suppress(Truncated, Malformed):
        for _, start, end in fields(data, 0, len(data)):
            assert 0 <= start <= end <= len(data)
