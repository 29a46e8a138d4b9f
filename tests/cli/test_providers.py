"""`--provider` and `--require-gpu` on the verbs that run models."""

from __future__ import annotations

import json

import pytest

from datasets import DrawnDataset
from tui.cli.main import cli, main
from tui.inference import preference


@pytest.fixture(autouse=True)
def _no_wish_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preference, "_chosen", preference.Preference())


def segment(capsys: pytest.CaptureFixture[str], dataset: DrawnDataset, *argv: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(["segment", str(dataset.images[0].path), "--point", "5,5,+", *argv])
    return leaving.value.code, *capsys.readouterr()


@pytest.mark.parametrize("verb", ["label", "demo", "segment"])
def test_verbs_that_run_models_have_the_options(verb: str) -> None:
    assert {"--provider", "--require-gpu"} <= {o for p in cli.commands[verb].params for o in p.opts}


def test_what_runs_is_in_the_report(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = segment(capsys, dataset, "--json", "--provider", "cpu")
    assert (code, json.loads(out)["provider"], json.loads(out)["provider_note"]) == (0, "CPU", "")
    assert preference.preferred().asked == "CPU"


def test_m5_a_required_gpu_that_is_not_used_is_exit_code_2(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = segment(capsys, dataset, "--require-gpu", "--segmenter", "grabcut")
    assert (code, out) == (2, "")
    assert "uses none" in err


def test_an_unknown_provider_is_exit_code_2(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = segment(capsys, dataset, "--provider", "cudda")
    assert code == 2
    assert "Did you mean 'cuda'" in err
