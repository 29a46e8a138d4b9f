"""Phrases as CLIP's numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.grounding import tinysam3
from inference.grounding.tinydino import write_vocabulary
from tui.errors import ModelError, UsageError
from tui.inference.grounding.words import WORDS, open_words

pytest.importorskip("tokenizers")


def test_start_words_end_and_nothing(tmp_path: Path) -> None:
    ids = open_words(tinysam3.write_tokenizer(tmp_path)).ids("  Red   BLUE ")
    assert ids.shape == (1, WORDS)
    assert ids[0, :5].tolist() == [1, 3, 5, 2, 0]
    assert not ids[0, 4:].any()


def test_phrases_of_no_use_are_sentences(tmp_path: Path) -> None:
    words = open_words(tinysam3.write_tokenizer(tmp_path))
    with pytest.raises(UsageError, match="says nothing"):
        words.ids("  ")
    assert words.ids("red " * (WORDS - 2))[0, -1] == 2
    with pytest.raises(UsageError, match="it is 31 tokens, 30 are possible"):
        words.ids("red " * (WORDS - 1))


def test_another_vocabulary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no CLIP tokenizer"):
        open_words(write_vocabulary(tmp_path))
