"""A phrase as the numbers that CLIP's text encoder reads.

CLIP's byte-pair vocabulary through the `tokenizers` package, from the `tokenizer.json` that is published with
CLIP (openai/clip-vit-base-patch32 and its relatives share it).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError, UsageError
from tui.inference.grounding.tokens import load_tokenizer

START, END = "<|startoftext|>", "<|endoftext|>"
WORDS = 32
"""Numbers of a phrase, start and end included; unused ones are 0."""


class Words:
    """Turns a phrase into numbers."""

    def __init__(self, raw: Any, label: str) -> None:
        """`raw` is a tokenizer of the `tokenizers` package; `label` names it in messages."""
        self._raw = raw
        self._raw.no_padding()
        self._raw.no_truncation()
        start, end = raw.token_to_id(START), raw.token_to_id(END)
        if start is None or end is None:
            raise ModelError(
                f"{label} is no CLIP tokenizer", f"it has no token '{START if start is None else END}'"
            )
        self._start, self._end = int(start), int(end)

    def ids(self, phrase: str) -> NDArray[np.int64]:
        """The phrase in lower case as int64 [1, 32]. Raises UsageError for one that is empty or too long."""
        text = " ".join(phrase.lower().split())
        found = [i for i in self._raw.encode(text, add_special_tokens=False).ids]
        if not found:
            raise UsageError(f"'{phrase}' says nothing to the model", "", "Describe it in English words")
        if len(found) > WORDS - 2:
            raise UsageError(
                f"The phrase '{phrase[:60]}' is too long for the model",
                f"it is {len(found)} tokens, {WORDS - 2} are possible",
                "Shorten it",
            )
        out = np.zeros((1, WORDS), np.int64)
        out[0, : len(found) + 2] = [self._start, *found, self._end]
        return out


def open_words(path: Path) -> Words:
    """A tokenizer from CLIP's `tokenizer.json`. Raises ModelError when that is of no use."""
    return Words(load_tokenizer(path), str(path))
