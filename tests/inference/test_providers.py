"""Providers are tried, not looked up."""

from __future__ import annotations

import pytest

from inference import onnxmini
from tui.errors import ModelError
from tui.inference import providers
from tui.inference.runtime import known_providers


def test_the_processor_always_runs_and_every_provider_has_a_verdict() -> None:
    checks = providers.check_providers()
    assert checks[-1].name == "CPU"
    assert checks[-1].runs
    assert {check.name for check in checks} <= set(known_providers())
    assert all(check.runs or check.note for check in checks)


def test_a_model_that_fails_is_a_provider_that_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ModelError("It cannot", "no driver")

    monkeypatch.setattr(providers, "open_session", refuse)
    assert not any(check.runs for check in providers.check_providers())


def test_the_model_is_what_its_comment_says() -> None:
    graph = onnxmini.message(1, onnxmini.node("Identity", ["x"], ["y"])) + onnxmini.text(2, "g")
    graph += onnxmini.message(11, onnxmini.value("x", "float32", [1]))
    graph += onnxmini.message(12, onnxmini.value("y", "float32", [1]))
    model = onnxmini.number(1, 8) + onnxmini.message(7, graph) + onnxmini.message(8, onnxmini.number(2, 17))
    assert model == providers._IDENTITY
