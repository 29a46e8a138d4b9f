"""The training run: batches, correction rounds, schedule by elapsed time, moving average, checkpoints."""

from __future__ import annotations

import copy
import json
import queue
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import clicks
import cv2
import losses
import numpy as np
import torch
from clicks import Tokens
from network import Sprout, Widths
from numpy.typing import NDArray
from pack import Pack
from samples import PER_PHOTO, Sample, Sampler
from torch import Tensor
from torch.nn import functional as F
from trunk import load_pretrained, start_random
from validate import validate

MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
CHECKPOINT, BEST, LOG = "last.pt", "best.pt", "log.jsonl"


@dataclass(frozen=True)
class Plan:
    """Everything a run depends on. `minutes` of training proper, whatever number of sittings they take."""

    minutes: float = 68.0
    seed: int = 11
    photos: int = 8
    crops: tuple[tuple[float, int], ...] = ((0.0, 192), (0.6, 256))
    rate: float = 1.6e-3
    trunk_share: float = 0.15
    frozen_blocks: int = 5
    decay: float = 0.02
    rounds: tuple[float, ...] = (0.46, 0.24, 0.17, 0.13)
    average: float = 0.996
    validate_minutes: float = 14.0
    without: tuple[str, ...] = ("voc_animals",)
    rendered: float = 0.1
    pasted: float = 0.35
    start: str = "imagenet"
    widths: Widths = field(default_factory=Widths)

    def from_nothing(self) -> Plan:
        """The same with a trunk that starts from random weights: all of it is trained, at the full rate."""
        return replace(self, start="nothing", trunk_share=1.0, frozen_blocks=0)

    def side(self, progress: float) -> int:
        """Crop side at a progress of 0..1."""
        return [side for start, side in self.crops if progress >= start][-1]

    def batch(self, side: int) -> int:
        """Photos a step: fewer of larger crops, so that a step takes about as long."""
        return max(4, round(self.photos * (192 / side) ** 1.5))

    def learning(self, progress: float) -> float:
        """Factor on the learning rate: warm-up, then a cosine down to 2 %."""
        warm = min(1.0, progress / 0.04 + 0.02)
        return warm * (0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * min(progress, 1.0)))))


class Run:
    """One run in a folder; made again on the same folder it goes on where its last checkpoint was."""

    def __init__(self, plan: Plan, pack: Path, folder: Path, device: str = "cpu") -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.folder, self.device = plan, folder, torch.device(device)
        folder.mkdir(parents=True, exist_ok=True)
        self.model = Sprout(plan.widths)
        start = load_pretrained if plan.start == "imagenet" else start_random
        start(self.model.encoder.trunk)
        self.model.to(self.device, memory_format=torch.channels_last)
        self.model.encoder.trunk.freeze(plan.frozen_blocks)
        self.smooth = copy.deepcopy(self.model).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(_groups(self.model, plan), lr=plan.rate, betas=(0.9, 0.99))
        self.step, self.drawn, self.elapsed, self.best, self.validated = 0, 0, 0.0, 0.0, 0.0
        self.sampler = Sampler(
            Pack(pack / "train", frozenset(plan.without)), plan.seed, plan.rendered, plan.pasted
        )
        self.validation = Pack(pack / "val")
        if (folder / CHECKPOINT).exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.folder / CHECKPOINT, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.smooth.load_state_dict(state["smooth"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.drawn = state["step"], state["drawn"]
        self.elapsed, self.best, self.validated = state["elapsed"], state["best"], state["elapsed"]

    def save(self, name: str = CHECKPOINT) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "model": self.model.state_dict(), "smooth": self.smooth.state_dict(),
            "optimiser": self.optimiser.state_dict(), "step": self.step, "drawn": self.drawn,
            "elapsed": self.elapsed, "best": self.best, "plan": json.dumps(asdict(self.plan)),
        }  # fmt: skip
        part = self.folder / (name + ".part")
        torch.save(state, part)
        part.replace(self.folder / name)

    @property
    def progress(self) -> float:
        return self.elapsed / (60 * self.plan.minutes)

    def train(self) -> None:
        """Steps until the plan's minutes are over."""
        saved, sums = time.monotonic(), Sums()
        feed = Feed(self)
        self.model.train()
        while self.progress < 1:
            start = time.monotonic()
            sums.add(self._step(feed.next()))
            self.elapsed += time.monotonic() - start
            if self.step % 20 == 0:
                self._log({"kind": "train", **sums.take(), "side": self.plan.side(self.progress)})
            if time.monotonic() - saved > 90:
                self.save()
                saved = time.monotonic()
            if self.elapsed - self.validated > 60 * self.plan.validate_minutes or self.progress >= 1:
                self._validate()
        feed.stop()
        self.save()

    def _validate(self) -> None:
        self.validated = self.elapsed
        figures = validate(self.smooth, self.validation, self.device)
        self._log({"kind": "val", **asdict(figures)})
        if figures.merit > self.best:
            self.best = figures.merit
            self.save(BEST)

    def _log(self, row: dict[str, Any]) -> None:
        row = {"minutes": round(self.elapsed / 60, 2), "step": self.step, "photos": self.drawn, **row}
        with (self.folder / LOG).open("a", encoding="utf-8") as file:
            file.write(
                json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}) + "\n"
            )

    def _step(self, samples: list[Sample]) -> dict[str, Tensor]:
        factor = self.plan.learning(self.progress)
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate * group["share"] * factor
        rng = np.random.default_rng((self.plan.seed, 1 + self.step))
        terms = forward(
            self.model, samples, int(rng.choice(len(self.plan.rounds), p=self.plan.rounds)), rng, self.device
        )
        self.optimiser.zero_grad(set_to_none=True)
        terms["loss"].backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 3.0)
        self.optimiser.step()
        self.step += 1
        self.drawn += len(samples)
        keep = min(self.plan.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            ours, theirs = self.smooth.state_dict(), self.model.state_dict()
            for name, value in theirs.items():
                if value.dtype.is_floating_point:
                    ours[name].lerp_(value, 1 - keep)
        return {name: value.detach() for name, value in terms.items()}


def forward(
    model: Sprout, samples: list[Sample], rounds: int, rng: np.random.Generator, device: torch.device
) -> dict[str, Tensor]:
    """The losses of a batch after `rounds` corrections, which are made without gradients."""
    embedding = model.encoder(pictures(samples, device)).repeat_interleave(PER_PHOTO, 0)
    masks = [mask for sample in samples for mask in sample.masks]
    ignores = [sample.ignore for sample in samples for _ in sample.masks]
    target, counts = targets(masks, ignores, device)
    prompts = [clicks.first_prompt(mask, rng) for mask in masks]
    previous = torch.zeros_like(target)
    has_previous = torch.zeros(len(masks), 1, 1, 1, device=device)
    for _ in range(rounds):
        with torch.no_grad():
            logits, quality = model.decoder(
                embedding, *tensors(prompts, device), previous, has_previous, held=False
            )
        picked = _picked(logits, quality, prompts)
        _correct(prompts, masks, ignores, picked, rng)
        has_previous = (
            torch.from_numpy((rng.random(len(masks)) < 0.85).astype(np.float32)).to(device).view(-1, 1, 1, 1)
        )
        previous = picked
    points, labels = tensors(prompts, device)
    logits, quality = model.decoder(embedding, points, labels, previous, has_previous, held=False)
    lone = torch.tensor([float(prompt.lone) for prompt in prompts], device=device)
    return losses.total(logits, quality, target, counts, near_clicks(points, labels, counts), lone)


def _picked(logits: Tensor, quality: Tensor, prompts: list[Tokens]) -> Tensor:
    """The mask a person goes on with: the best scored alternative after a lone click, mask 0 otherwise."""
    best = 1 + quality[:, 1:].argmax(1)
    lone = torch.tensor([prompt.lone for prompt in prompts], device=logits.device)
    chosen = torch.where(lone, best, torch.zeros_like(best))
    return logits[torch.arange(len(prompts), device=logits.device), chosen][:, None]


def _correct(
    prompts: list[Tokens],
    masks: list[NDArray[np.bool_]],
    ignores: list[NDArray[np.bool_]],
    logits: Tensor,
    rng: np.random.Generator,
) -> None:
    """Add to each prompt the click that its answer calls for."""
    full = (F.interpolate(logits, scale_factor=2.0, mode="bilinear") > 0)[:, 0].cpu().numpy()
    for prompt, mask, ignore, answer in zip(prompts, masks, ignores, full, strict=True):
        click = clicks.correction(mask, answer, ignore, rng)
        prompt.lone = False
        if click is not None:
            prompt.add(*click)


def pictures(samples: list[Sample], device: torch.device) -> Tensor:
    """Normalised pictures [B, 3, S, S]."""
    rgb = torch.from_numpy(np.stack([sample.rgb for sample in samples])).to(device)
    mean, std = (torch.tensor(values, device=device) for values in (MEAN, STD))
    return ((rgb.float() - mean) / std).permute(0, 3, 1, 2)


def targets(
    masks: list[NDArray[np.bool_]], ignores: list[NDArray[np.bool_]], device: torch.device
) -> tuple[Tensor, Tensor]:
    """Masks and the pixels that count, both [B, 1, S/2, S/2] and in 0..1."""
    stacked, skipped = (
        torch.from_numpy(np.stack(masks)).to(device),
        torch.from_numpy(np.stack(ignores)).to(device),
    )
    target = F.avg_pool2d(stacked[:, None].float(), 2)
    return target, 1 - F.max_pool2d(skipped[:, None].float(), 2)


def tensors(prompts: list[Tokens], device: torch.device) -> tuple[Tensor, Tensor]:
    """Points and labels of a batch of prompts."""
    points, labels = clicks.batch_tokens(prompts)
    return torch.from_numpy(points).to(device), torch.from_numpy(labels).to(device)


def near_clicks(points: Tensor, labels: Tensor, counts: Tensor) -> Tensor:
    """Weight [B, 1, h, w] of the pixels within about 3 of a click."""
    size = (counts.shape[2], counts.shape[3])
    out = torch.zeros_like(counts)
    row = torch.arange(points.shape[0], device=points.device)[:, None].expand_as(labels)
    at = (points / 2).long()
    real = (labels == 0) | (labels == 1)
    out[row[real], 0, at[..., 1].clamp(0, size[0] - 1)[real], at[..., 0].clamp(0, size[1] - 1)[real]] = 1.0
    return F.max_pool2d(out, 3, 1, 1) * counts


def _groups(model: Sprout, plan: Plan) -> list[dict[str, Any]]:
    """Parameters by learning rate and weight decay; what is frozen is left out."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            share = plan.trunk_share if ".trunk." in name else 1.0
            decay = plan.decay if parameter.ndim > 1 else 0.0
            groups.setdefault((share, decay), []).append(parameter)
    return [
        {"params": found, "share": share, "weight_decay": decay} for (share, decay), found in groups.items()
    ]


class Sums:
    """Running means of the logged terms."""

    def __init__(self) -> None:
        self._terms: list[dict[str, Tensor]] = []

    def add(self, terms: dict[str, Tensor]) -> None:
        self._terms.append(terms)

    def take(self) -> dict[str, float]:
        """The means since the last call."""
        found = {name: float(np.mean([float(t[name]) for t in self._terms])) for name in self._terms[0]}
        self._terms = []
        return found


class Feed:
    """Batches made ahead of time in a thread."""

    def __init__(self, run: Run) -> None:
        self._run, self._number = run, run.drawn
        self._ready: queue.Queue[list[Sample]] = queue.Queue(3)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._fill, daemon=True)
        self._thread.start()

    def next(self) -> list[Sample]:
        """The next batch. Raises RuntimeError when the thread that makes them has died."""
        while True:
            try:
                return self._ready.get(timeout=5)
            except queue.Empty:
                if not self._thread.is_alive():
                    raise RuntimeError("the thread that makes samples has died") from None

    def stop(self) -> None:
        self._stopped.set()

    def _fill(self) -> None:
        cv2.setNumThreads(1)
        while not self._stopped.is_set():
            side = self._run.plan.side(self._run.progress)
            count = self._run.plan.batch(side)
            batch = [self._run.sampler.sample(self._number + k, side) for k in range(count)]
            self._number += count
            while not self._stopped.is_set():
                try:
                    self._ready.put(batch, timeout=0.5)
                    break
                except queue.Full:
                    continue
