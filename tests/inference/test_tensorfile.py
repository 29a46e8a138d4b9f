"""The safetensors format: what is written comes back, anything else is refused."""

from __future__ import annotations

import contextlib
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.inference.tensorfile import TensorFile, Unreadable, read_tensors, write_tensors

CONTENT = TensorFile(
    {
        "half": np.arange(6, dtype=np.float16).reshape(1, 2, 3),
        "whole": np.array([-1, 5], np.int64),
        "none": np.zeros((1, 0, 4), np.float32),
    },
    {"encoder": "abc"},
)


def written(content: TensorFile = CONTENT) -> bytes:
    stream = io.BytesIO()
    write_tensors(stream, content)
    return stream.getvalue()


def test_arrays_and_texts_come_back() -> None:
    found = read_tensors(io.BytesIO(written()))
    assert found.metadata == {"encoder": "abc"}
    assert found.arrays.keys() == CONTENT.arrays.keys()
    for name, array in CONTENT.arrays.items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)


def test_the_layout_is_that_of_safetensors() -> None:
    data = written()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert length % 8 == 0
    assert header["half"] == {"dtype": "F16", "shape": [1, 2, 3], "data_offsets": [0, 12]}
    assert header["whole"] == {"dtype": "I64", "shape": [2], "data_offsets": [12, 28]}
    np.testing.assert_array_equal(np.frombuffer(data[8 + length :][:12], "<f2"), np.arange(6))


def test_a_type_the_format_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="complex64"):
        written(TensorFile({"c": np.zeros(1, np.complex64)}, {}))


@given(cut=st.integers(1, len(written()) - 1))
def test_a_file_that_is_cut_off_is_noticed(cut: int) -> None:
    with pytest.raises(Unreadable):
        read_tensors(io.BytesIO(written()[:-cut]))


@given(at=st.integers(0, len(written()) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_noticed_in_the_numbers_and_harmless_elsewhere(at: int, bit: int) -> None:
    data = bytearray(written())
    data[at] ^= 1 << bit
    start = 8 + int.from_bytes(written()[:8], "little")
    if at >= start:
        with pytest.raises(Unreadable):
            read_tensors(io.BytesIO(bytes(data)))
    else:
        with contextlib.suppress(Unreadable):
            read_tensors(io.BytesIO(bytes(data)))


@given(st.binary(max_size=80))
def test_m6_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_tensors(io.BytesIO(data))


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F16", "shape": [9], "data_offsets": [0, 12]},
        {"dtype": "F16", "shape": [-6], "data_offsets": [0, 12]},
        {"dtype": "F16", "shape": [6], "data_offsets": [100, 112]},
        {"dtype": "X", "shape": [6], "data_offsets": [0, 12]},
        {"dtype": "F16", "shape": 6, "data_offsets": [0, 12]},
        {"dtype": "F16", "shape": [6]},
        7,
    ],
)
def test_a_header_that_contradicts_itself_is_refused(entry: object) -> None:
    data = written()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length]) | {"half": entry}
    text = json.dumps(header).encode()
    with pytest.raises(Unreadable):
        read_tensors(io.BytesIO(len(text).to_bytes(8, "little") + text + data[8 + length :]))
