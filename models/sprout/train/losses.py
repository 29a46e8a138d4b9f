"""What is minimised: focal, area-balanced and dice terms for masks, squared error for the predicted IoU."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_GAMMA = 1.5


def mask_losses(logits: Tensor, target: Tensor, counts: Tensor, near: Tensor) -> Tensor:
    """Loss of each mask, [B, K]: logits [B, K, h, w] against a target [B, 1, h, w] in 0..1.

    `counts` [B, 1, h, w] is 0 where a pixel is ignored; `near` [B, 1, h, w] weighs pixels around clicks, so
    that a click that is not obeyed costs as much as a whole object.
    """
    target = target.expand_as(logits)
    cross = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    soft = torch.sigmoid(logits)
    wrong = (soft - target).abs()
    focal = wrong**_GAMMA
    normal = (cross * focal * counts).sum((2, 3)) / ((focal.detach() * counts).sum((2, 3)) + 1.0)
    inside, outside = target * counts, (1 - target) * counts
    ring = F.avg_pool2d(F.max_pool2d(target[:, :1], 9, 1, 4), 5, 1, 2) * outside[:, :1]
    ring = ring.expand_as(outside) + 0.2 * outside
    balanced = (cross * inside).sum((2, 3)) / (inside.sum((2, 3)) + 1.0)
    balanced = balanced + (cross * ring).sum((2, 3)) / (ring.sum((2, 3)) + 1.0)
    overlap = 2 * (soft * inside).sum((2, 3)) + 1
    dice = 1 - overlap / ((soft * counts).sum((2, 3)) + inside.sum((2, 3)) + 1)
    obeyed = (cross * near).sum((2, 3)) / (near.sum((2, 3)) + 1.0)
    return 0.5 * normal + 0.35 * balanced + dice + 0.25 * obeyed


def true_iou(logits: Tensor, target: Tensor, counts: Tensor) -> Tensor:
    """IoU of each mask with the target, [B, K]; no gradient."""
    with torch.no_grad():
        inside, wanted = (logits > 0) * counts, (target > 0.5) * counts
        both = (inside * wanted).sum((2, 3))
        return both / (inside.sum((2, 3)) + wanted.sum((2, 3)) - both + 1e-6)


def total(
    logits: Tensor, quality: Tensor, target: Tensor, counts: Tensor, near: Tensor, lone: Tensor
) -> dict[str, Tensor]:
    """Terms by name, "loss" their weighted sum. `lone` [B] is 1 for prompts of one click and nothing else.

    Mask 0 answers for every prompt. Of the alternatives the best one is trained, fully for lone clicks; the
    others get a little, so that none of them dies.
    """
    each = mask_losses(logits, target, counts, near)
    single, others = each[:, 0], each[:, 1:]
    alternatives = others.min(1).values + 0.06 * others.mean(1)
    iou = true_iou(logits, target, counts)
    guessed = (torch.sigmoid(quality) - iou) ** 2
    weight = 0.15 + 0.85 * lone
    guess = (guessed[:, 0] + (guessed[:, 1:].mean(1) * weight)).mean()
    mask = (single + weight * alternatives).mean()
    return {"loss": mask + guess, "mask": single.mean(), "guess": guess, "iou": iou[:, 0].mean()}
