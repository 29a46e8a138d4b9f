"""The network in PyTorch and as exported files; skipped where PyTorch is absent, as it is for users."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is absent (pip install -e '.[train]')")
pytest.importorskip("onnx", reason="the package onnx is absent (pip install -e '.[train]')")

SIDE = 64


def load(name: str) -> Any:
    return importlib.import_module(name)


@pytest.fixture
def model() -> Any:
    torch.manual_seed(0)
    return load("network").Sprout().eval().requires_grad_(False)


def decode(model: Any, points: list[list[float]], labels: list[float], **options: Any) -> tuple[Any, Any]:
    embedding = model.encoder(torch.zeros(1, 3, SIDE, SIDE))
    previous = options.pop("previous", torch.zeros(1, 1, SIDE // 2, SIDE // 2))
    there = torch.full((1, 1, 1, 1), float(options.pop("there", False)))
    return model.decoder(
        embedding, torch.tensor([points]), torch.tensor([labels]), previous, there, **options
    )


def test_shapes_are_those_of_the_contract(model: Any) -> None:
    assert model.encoder(torch.zeros(1, 3, SIDE, SIDE)).shape == (1, 256, SIDE // 8, SIDE // 8)
    logits, quality = decode(model, [[20.0, 20.0]], [1.0])
    assert logits.shape == (1, 4, SIDE // 2, SIDE // 2)
    assert quality.shape == (1, 4)


def test_a_padding_token_changes_nothing(model: Any) -> None:
    bare, _ = decode(model, [[20.0, 20.0]], [1.0])
    padded, _ = decode(model, [[20.0, 20.0], [0.0, 0.0]], [1.0, -1.0])
    torch.testing.assert_close(bare, padded)


def test_clicks_are_held_to_their_side(model: Any) -> None:
    logits, _ = decode(model, [[21.0, 21.0], [41.0, 43.0]], [1.0, 0.0])
    assert (logits[..., 9:12, 9:12] > 0).all()
    assert (logits[..., 20:22, 19:21] < 0).all()


def test_the_previous_mask_matters_when_it_is_there(model: Any) -> None:
    previous = torch.full((1, 1, SIDE // 2, SIDE // 2), -5.0)
    previous[..., 8:20, 8:20] = 5.0
    without, _ = decode(model, [[20.0, 20.0]], [1.0], previous=previous, there=False)
    again, _ = decode(model, [[20.0, 20.0]], [1.0])
    given, _ = decode(model, [[20.0, 20.0]], [1.0], previous=previous, there=True)
    torch.testing.assert_close(without, again)
    assert (given - without).abs().max() > 1e-3


def test_the_loss_prefers_the_right_mask() -> None:
    losses = load("losses")
    target = torch.zeros(1, 1, 32, 32)
    target[..., 8:24, 8:24] = 1.0
    counts, near, lone = torch.ones_like(target), torch.zeros_like(target), torch.ones(1)
    right = (target * 8 - 4).expand(1, 4, 32, 32)
    quality = torch.zeros(1, 4)
    good, bad = (losses.total(m, quality, target, counts, near, lone)["mask"] for m in (right, -right))
    assert good < 0.2 < bad
    assert losses.true_iou(right, target, counts).min() > 0.99


def test_ignored_pixels_cost_nothing() -> None:
    losses = load("losses")
    target, counts = torch.zeros(1, 1, 32, 32), torch.ones(1, 1, 32, 32)
    target[..., 8:24, 8:24] = 1.0
    counts[..., :4, :] = 0.0
    wrong = target * 8 - 4
    wrong[..., :4, :] = 9.0
    near = torch.zeros_like(target)
    (with_noise,), (without,) = (
        losses.mask_losses(m, target, counts, near)[0] for m in (wrong, target * 8 - 4)
    )
    torch.testing.assert_close(with_noise, without)


@pytest.mark.filterwarnings("ignore")  # PyTorch's exporter warns of itself and of what it does not fold
def test_the_files_answer_as_pytorch_does(tmp_path: Path) -> None:
    import json
    from dataclasses import asdict

    loop, network = load("loop"), load("network")
    torch.manual_seed(1)
    state = {"smooth": network.Sprout().state_dict(), "plan": json.dumps(asdict(loop.Plan()))}
    torch.save(state, tmp_path / "last.pt")
    export = load("export")
    export.export(tmp_path / "last.pt", tmp_path / "out")
    sizes = [(tmp_path / "out" / name).stat().st_size for name in (export.ENCODER, export.DECODER)]
    assert sum(sizes) < 12_000_000
    manifest = (tmp_path / "out" / "manifest.toml").read_text()
    assert manifest.count("sha256") == 2


def test_a_trunk_that_starts_from_nothing_passes_its_input_on_and_is_trained_whole() -> None:
    trunk, loop = load("trunk"), load("loop")
    torch.manual_seed(0)
    bare = trunk.Trunk()
    trunk.start_random(bare)
    for tap in bare(torch.randn(1, 3, SIDE, SIDE)):
        assert 0.1 < float(tap.detach().std()) < 10
    plan = loop.Plan().from_nothing()
    assert (plan.start, plan.frozen_blocks, plan.trunk_share) == ("nothing", 0, 1.0)


def test_a_crop_is_normalised_to_the_padding_grey() -> None:
    loop, samples = load("loop"), load("samples")
    grey = np.broadcast_to(np.array(samples.PADDING, np.uint8), (8, 8, 3))
    sample = samples.Sample(grey, np.zeros((3, 8, 8), bool), np.zeros((8, 8), bool))
    assert loop.pictures([sample], torch.device("cpu")).abs().max() < 0.01
