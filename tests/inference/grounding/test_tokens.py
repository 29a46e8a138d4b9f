"""Tokens, their phrases, and who sees whom."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from inference import refmodels
from inference.grounding import tinydino
from tui.errors import ModelError, UsageError
from tui.inference.grounding.tokens import Tokenizer, open_tokenizer, phrase_attention

pytest.importorskip("tokenizers")


@pytest.fixture
def tokenizer(tmp_path: Path) -> Tokenizer:
    return open_tokenizer(tinydino.write_vocabulary(tmp_path))


def test_phrases_and_their_tokens(tokenizer: Tokenizer) -> None:
    caption = tokenizer.caption(("Red Car", "kitten"))
    words = [tinydino.VOCABULARY[i] for i in caption.ids]
    assert words == ["[CLS]", "red", "car", ".", "kit", "##ten", ".", "[SEP]"]
    assert caption.spans == ((1, 3), (4, 6))


@pytest.mark.parametrize("phrases", [("red . car",), ("red? car",), ("",), ("red", " ")])
def test_phrases_that_cannot_be_told_apart(tokenizer: Tokenizer, phrases: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="told apart"):
        tokenizer.caption(phrases)


def test_a_phrase_of_unknown_words(tokenizer: Tokenizer) -> None:
    with pytest.raises(UsageError, match="no word of 'zebra'"):
        tokenizer.caption(("car", "zebra"))
    assert tokenizer.caption(("zebra car",)).spans == ((1, 3),)


def test_attention_stays_within_a_phrase_and_its_delimiter(tokenizer: Tokenizer) -> None:
    sees, position = phrase_attention(tokenizer.caption(("red car", "cat")))
    assert position.tolist() == [0, 0, 1, 2, 0, 1, 0]
    blocks = np.zeros((7, 7), bool)
    blocks[0, 0] = blocks[6, 6] = True
    blocks[1:4, 1:4] = blocks[4:6, 4:6] = True
    np.testing.assert_array_equal(sees, blocks)


def test_attention_and_tokens_of_the_reference() -> None:
    golden = refmodels.golden("gdino")
    tokenizer = open_tokenizer(refmodels.folder() / "tiny" / "gdino_tokenizer.json")
    caption = tokenizer.caption(("red disc", "traffic light", "person"))
    np.testing.assert_array_equal(caption.ids, golden["masks/ids"])
    sees, position = phrase_attention(caption)
    np.testing.assert_array_equal(sees, golden["masks/text_token_mask"])
    np.testing.assert_array_equal(position, golden["masks/position_ids"])


def test_without_the_package_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tinydino.write_vocabulary(tmp_path)
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ModelError, match=r"pip install 'ttylabel\[text\]'"):
        open_tokenizer(path)


def test_what_is_no_tokenizer(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        open_tokenizer(tmp_path / "absent.json")
    path = tmp_path / "tokenizer.json"
    path.write_text("<html>")
    with pytest.raises(ModelError, match="no tokenizer"):
        open_tokenizer(path)
    words = tmp_path / "vocab.txt"
    words.write_text("hello\nworld\n")
    with pytest.raises(ModelError, match="no tokenizer"):
        open_tokenizer(words)
