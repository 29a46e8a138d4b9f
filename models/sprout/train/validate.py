"""A quick look at a network on validation photos, laid into the square as the app does it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import clicks
import cv2
import numpy as np
import torch
from clicks import Tokens
from network import Sprout
from numpy.typing import NDArray
from pack import Pack, Photo
from torch import Tensor
from torch.nn import functional as F

SIDE = 512
_MEAN, _STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


@dataclass(frozen=True)
class Figures:
    """Mean IoU by prompt over `count` instances, and the correlation of predicted with true IoU."""

    count: int
    box: float
    click1: float
    click3: float
    click5: float
    score_r: float

    @property
    def merit(self) -> float:
        """One figure for choosing a checkpoint."""
        return self.box + 0.5 * (self.click1 + self.click3 + self.click5) / 3


def validate(
    model: Sprout, pack: Pack, device: torch.device, photos: int = 30, per_photo: int = 2
) -> Figures:
    """Figures over every n-th photo of the pack and its largest instances."""
    training = model.training
    model.eval()
    rows, scored = [], []
    for index in np.linspace(0, len(pack) - 1, min(photos, len(pack))).astype(int):
        photo = pack[int(index)]
        picture, scale = _square(photo.rgb)
        with torch.no_grad():
            embedding = model.encoder(picture.to(device))
        for instance in _largest(photo, per_photo):
            key = f"{index}:{instance}"
            rows.append(_instance(model, embedding, photo, instance, scale, key, scored))
    model.train(training)
    means = np.mean(rows, 0)
    pairs = np.array(scored).T
    return Figures(len(rows), *(float(value) for value in means), float(np.corrcoef(*pairs)[0, 1]))


def _square(rgb: NDArray[np.uint8]) -> tuple[Tensor, float]:
    scale = SIDE / max(rgb.shape[:2])
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    fitted = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    out = np.zeros((1, 3, SIDE, SIDE), np.float32)
    out[0, :, : size[1], : size[0]] = ((fitted - np.float32(_MEAN)) / np.float32(_STD)).transpose(2, 0, 1)
    return torch.from_numpy(out), scale


def _largest(photo: Photo, count: int) -> list[int]:
    smallest = 0.003 * photo.rgb.shape[0] * photo.rgb.shape[1]
    order = sorted(range(len(photo.instances)), key=lambda i: -photo.instances[i][3])
    fit = [i for i in order if photo.instances[i][3] >= smallest]
    return fit[:count]


def _instance(
    model: Sprout,
    embedding: Tensor,
    photo: Photo,
    index: int,
    scale: float,
    key: str,
    scored: list[tuple[float, float]],
) -> list[float]:
    """IoU from a loose box and after 1, 3 and 5 clicks."""
    mask, ignore = photo.mask(index), (photo.layers == 255).any(0)
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    box, prompt = Tokens(), Tokens()
    x0, y0, x1, y1 = photo.instances[index][2]
    moved = rng.uniform(0, 0.1, 4) * [x1 - x0, y1 - y0, x1 - x0, y1 - y0]
    height, width = mask.shape
    box.add(max(0.0, x0 - moved[0]), max(0.0, y0 - moved[1]), clicks.TOP_LEFT)
    box.add(min(float(width), x1 + moved[2]), min(float(height), y1 + moved[3]), clicks.BOTTOM_RIGHT)
    found = [_answer(model, embedding, box, None, scale, mask, ignore, scored)[2]]
    logits, answer = None, np.zeros_like(mask)
    for count in range(1, 6):
        click = clicks.correction(mask, answer, ignore, _Never())
        if click is not None:
            prompt.add(*click)
        prompt.lone = count == 1
        logits, answer, iou = _answer(model, embedding, prompt, logits, scale, mask, ignore, scored)
        if count in (1, 3, 5):
            found.append(iou)
    return found


class _Never(np.random.Generator):
    """A generator whose draws always choose the usual case."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(0))

    def random(self, *args: object, **kwargs: object) -> float:  # the deepest pixel, never a random one
        return 1.0


def _answer(
    model: Sprout,
    embedding: Tensor,
    prompt: Tokens,
    previous: Tensor | None,
    scale: float,
    mask: NDArray[np.bool_],
    ignore: NDArray[np.bool_],
    scored: list[tuple[float, float]],
) -> tuple[Tensor, NDArray[np.bool_], float]:
    points, labels = clicks.batch_tokens([prompt])
    given = torch.zeros(1, 1, SIDE // 2, SIDE // 2) if previous is None else previous
    there = torch.full((1, 1, 1, 1), float(previous is not None))
    device = embedding.device
    with torch.no_grad():
        logits, quality = model.decoder(
            embedding,
            torch.from_numpy(points * scale).to(device),
            torch.from_numpy(labels).to(device),
            given.to(device),
            there.to(device),
        )
    best = 1 + int(quality[0, 1:].argmax()) if prompt.lone else 0
    chosen = logits[:, best : best + 1]
    height, width = mask.shape
    whole = F.interpolate(chosen, size=(SIDE, SIDE), mode="bilinear")
    inner = whole[:, :, : round(height * scale), : round(width * scale)]
    answer = (F.interpolate(inner, size=(height, width), mode="bilinear")[0, 0] > 0).cpu().numpy()
    union = ((answer | mask) & ~ignore).sum()
    iou = float((answer & mask & ~ignore).sum() / max(1, union))
    scored.append((float(torch.sigmoid(quality[0, best])), iou))
    return chosen, answer, iou
