"""A wish for a provider in a person's words."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.inference import preference as module
from tui.inference.preference import CHOICES, Preference, prefer, preference, preferred


def test_by_default_the_best_there_is_and_the_processor_last() -> None:
    wish = preference("AUTO ")
    assert (wish.asked, wish.required) == ("", False)
    assert wish.providers[-1] == "CPU"
    assert "TensorRT" not in wish.providers


@pytest.mark.parametrize("word", CHOICES)
def test_a_named_provider_comes_first_and_the_processor_last(word: str) -> None:
    wish = preference(word)
    assert wish.providers[0] == wish.asked == CHOICES[word]
    assert wish.providers[-1] == "CPU"
    assert len(set(wish.providers)) == len(wish.providers)


def test_behind_tensorrt_the_same_card_is_used_through_cuda() -> None:
    assert preference("tensorrt").providers == ("TensorRT", "CUDA", "CPU")


def test_mistakes_are_sentences() -> None:
    with pytest.raises(UsageError, match=r"no provider 'cudda'. Did you mean 'cuda'"):
        preference("cudda")
    with pytest.raises(UsageError, match="Known are auto, cpu"):
        preference("quantum")
    with pytest.raises(UsageError, match="contradict"):
        preference("cpu", require_gpu=True)


def test_a_process_has_one_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_chosen", Preference())
    prefer("cuda", require_gpu=True)
    assert preferred() == Preference(("CUDA", "CPU"), "CUDA", True)
    with pytest.raises(UsageError):
        prefer("nothing")
    assert preferred().asked == "CUDA"
