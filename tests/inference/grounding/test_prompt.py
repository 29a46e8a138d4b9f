"""Text prompts are read as meant, and refused with the part that is wrong."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.inference.grounding.prompt import TextPrompt, parse_text_prompt


@pytest.mark.parametrize(
    ("text", "phrases", "classes"),
    [
        ("cat", ("cat",), ("cat",)),
        ("cat . kitten -> cat .", ("cat", "kitten"), ("cat", "cat")),
        ("cat . red car -> car", ("cat", "red car"), ("cat", "car")),
        ("  Traffic   Light->Signal. dog ", ("traffic light", "dog"), ("Signal", "dog")),
        ("Person", ("person",), ("Person",)),
        ("cat . cat", ("cat",), ("cat",)),
    ],
)
def test_what_is_meant(text: str, phrases: tuple[str, ...], classes: tuple[str, ...]) -> None:
    assert parse_text_prompt(text) == TextPrompt(phrases, classes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        (" . ", "Phrase 1 of the text prompt is empty"),
        ("cat . . dog", "Phrase 2 of the text prompt is empty"),
        ("cat . -> dog", "nothing before the arrow"),
        ("cat -> . dog", "no class after the arrow in 'cat ->'"),
        ("a -> b -> c", "Two arrows in 'a -> b -> c'"),
        ("cat -> a . cat -> b", "once for class 'a', once for 'b'"),
        ("what?", "question mark"),
        ("a . " * 3000, "too long"),
    ],
)
def test_what_is_wrong_is_quoted(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_text_prompt(text)
    assert sentence in error.value.sentence
