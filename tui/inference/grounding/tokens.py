"""Phrases as the numbers a text model reads, and which numbers belong to which phrase.

BERT's uncased WordPiece through the `tokenizers` package, which is an extra of this program and is imported
when the first tokenizer is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError, UsageError
from tui.inference.onnxfile import check_readable

_START, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_DELIMITERS = (_START, _END, ".", "?")
"""The tokens between which a phrase lies, for Grounding DINO's attention (its `SPECIAL_TOKENS`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Caption:
    """Phrases as one text: `ids` int64 [S], and for each phrase the half-open range of its tokens."""

    ids: NDArray[np.int64]
    spans: tuple[tuple[int, int], ...]


class Tokenizer:
    """Turns phrases into a caption."""

    def __init__(self, raw: Any, label: str) -> None:
        """`raw` is a tokenizer of the `tokenizers` package; `label` names it in messages."""
        self._raw = raw
        self._raw.no_padding()
        self._raw.no_truncation()
        ids = {token: raw.token_to_id(token) for token in (*_DELIMITERS, _UNKNOWN)}
        absent = [token for token in (_START, _END, ".") if ids[token] is None]
        if absent:
            raise ModelError(f"{label} is no BERT tokenizer", f"it has no token '{absent[0]}'")
        self._delimiters = {ids[token] for token in _DELIMITERS} - {None}
        self._unknown = ids[_UNKNOWN]

    def caption(self, phrases: Sequence[str]) -> Caption:
        """All phrases as one text, "red car . cat .", in lower case.

        Raises UsageError for a phrase that is empty, holds a delimiter, or has no word that the model knows.
        """
        text = " ".join(f"{phrase.lower().strip()} ." for phrase in phrases)
        ids: list[int] = self._raw.encode(text).ids
        spans = self._spans(ids)
        if len(spans) != len(phrases):
            raise UsageError(
                "The phrases cannot be told apart",
                f"{len(phrases)} phrases are {len(spans)} to the model",
                "Give each at least one letter and leave '.' and '?' out",
            )
        for phrase, (start, stop) in zip(phrases, spans, strict=True):
            if all(token == self._unknown for token in ids[start:stop]):
                raise UsageError(f"The model knows no word of '{phrase}'", "", "Describe it in English words")
        return Caption(np.array(ids, np.int64), tuple(spans))

    def _spans(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        spans, start = [], 0
        for position, token in enumerate(ids):
            if token in self._delimiters:
                if position > start:
                    spans.append((start, position))
                start = position + 1
        return spans


def open_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer from BERT's `tokenizer.json`, or from its vocabulary, a text file with one token a line.

    Raises ModelError when the file or the package is absent or of no use.
    """
    return Tokenizer(load_tokenizer(path), str(path))


def load_tokenizer(path: Path) -> Any:
    """What the `tokenizers` package makes of a file. Raises ModelError as `open_tokenizer` does."""
    check_readable(path)
    try:
        import tokenizers
    except ImportError as error:
        raise ModelError(
            "Finding things by text needs the package 'tokenizers'",
            "it is not installed",
            "Install it: pip install 'ttylabel[text]'",
        ) from error
    try:
        if path.suffix.lower() == ".txt":
            return tokenizers.BertWordPieceTokenizer(str(path), lowercase=True)
        return tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # the package raises plain Exception, with the parser's words
        raise ModelError(f"{path} is no tokenizer", str(error)[:200]) from error


def phrase_attention(caption: Caption) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which tokens see which, bool [S, S], and each token's position within its phrase, int64 [S].

    A token sees its own phrase with the delimiter that closes it; positions start again after each
    delimiter; the first and the last token see only themselves (Liu et al., "Grounding DINO", 2023,
    section 3.4, sub-sentence level text features).
    """
    count = len(caption.ids)
    sees, position = np.eye(count, dtype=np.bool_), np.zeros(count, np.int64)
    for start, stop in caption.spans:
        sees[start : stop + 1, start : stop + 1] = True
        position[start : stop + 1] = np.arange(stop + 1 - start)
    return sees, position
