"""Prompts as pictures: what the decoder sees of points, a box and a previous mask.

All arithmetic is in pixels of the model's square, exports to ONNX, and leaves out tokens with label -1.
"""

from __future__ import annotations

import torch
from torch import Tensor

MAPS = 11
"""Maps at 1/4: points near and wide for either sign (4), box (5), previous mask and its presence (2)."""

CLICK_MAPS = 3
"""Maps at 1/2: positive and negative points, previous mask."""

_FAR = 1e6
_NEAR, _WIDE, _FINE = 5.0, 24.0, 4.0
_HOLD = 3.3
"""Pixels around a point within which a sample at 1/2 is held: those from which the point's pixel is
interpolated, wherever it lies between them."""
_HELD = 1.0


def _centres(size: tuple[int, int], step: float, like: Tensor) -> tuple[Tensor, Tensor]:
    """Sample centres in pixels: x [1, 1, w], y [1, h, 1]."""
    xs = (torch.arange(size[1], device=like.device, dtype=like.dtype) + 0.5) * step
    ys = (torch.arange(size[0], device=like.device, dtype=like.dtype) + 0.5) * step
    return xs[None, None, :], ys[None, :, None]


def _nearest(points: Tensor, chosen: Tensor, size: tuple[int, int], step: float) -> Tensor:
    """Squared distance to the nearest of the chosen points, [B, 1, h, w]; very far where there is none."""
    xs, ys = _centres(size, step, points)
    away = (1 - chosen) * _FAR
    across = (xs[:, None] - points[:, :, 0, None, None]) ** 2
    down = (ys[:, None] - points[:, :, 1, None, None]) ** 2
    return (across + down + away[:, :, None, None]).amin(1, keepdim=True)


def prompt_maps(
    points: Tensor, labels: Tensor, previous: Tensor, has_previous: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The maps [B, MAPS, h, w] at 1/4, and weights [B, 1, h, w] of what is surely inside and surely outside.

    `previous` [B, 1, h, w] in -1..1 and `has_previous` [B, 1, 1, 1].
    """
    size = (previous.shape[2], previous.shape[3])
    positive, negative = (labels == 1).to(points.dtype), (labels == 0).to(points.dtype)
    plus, minus = _nearest(points, positive, size, 4.0), _nearest(points, negative, size, 4.0)
    near_plus, near_minus = (torch.exp(-d / (2 * _NEAR**2)) for d in (plus, minus))
    clicks = [near_plus, torch.exp(-plus / (2 * _WIDE**2)), near_minus, torch.exp(-minus / (2 * _WIDE**2))]
    box, core, ring = _box_maps(points, labels, size)
    there = has_previous.expand(-1, -1, size[0], size[1])
    inside = near_plus + core + 0.3 * torch.relu(previous)
    outside = near_minus + ring + 0.1 * torch.relu(-previous)
    return torch.cat([*clicks, box, previous, there], 1), inside, outside


def _box_maps(points: Tensor, labels: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor, Tensor]:
    """Five maps of the box, and weights of its core and of the ring around it; zero without a box."""
    first, second = (labels == 2).to(points.dtype)[:, :, None], (labels == 3).to(points.dtype)[:, :, None]
    low, high = (points * first).sum(1), (points * second).sum(1)
    there = first.amax(1)[:, :, None, None]
    centre, half = (low + high) / 2, ((high - low) / 2).clamp(min=2.0)
    xs, ys = _centres(size, 4.0, points)
    u = (xs - centre[:, 0, None, None]) / half[:, 0, None, None]
    v = (ys - centre[:, 1, None, None]) / half[:, 1, None, None]
    gap_x = half[:, 0, None, None] * (1 - u.abs())
    gap_y = half[:, 1, None, None] * (1 - v.abs())
    u, v = u.expand(-1, size[0], -1)[:, None], v.expand(-1, -1, size[1])[:, None]
    gap = torch.minimum(gap_x, gap_y)[:, None]
    core = torch.exp(-2.0 * (u * u + v * v))
    edge = torch.maximum(u.abs(), v.abs())
    maps = [torch.sigmoid(gap / 2), torch.tanh(gap / 24), core, u.clamp(-2, 2) / 2, v.clamp(-2, 2) / 2]
    ring = ((edge > 1.05) & (edge < 1.5)).to(points.dtype)
    return torch.cat(maps, 1) * there, core * (edge < 0.6).to(points.dtype) * there, ring * there


def click_maps(points: Tensor, labels: Tensor, size: tuple[int, int], previous: Tensor) -> Tensor:
    """Maps [B, CLICK_MAPS, h, w] at 1/2; `previous` as for `prompt_maps` but at 1/2."""
    signs = [
        torch.exp(-_nearest(points, (labels == sign).to(points.dtype), size, 2.0) / (2 * _FINE**2))
        for sign in (1, 0)
    ]
    return torch.cat([*signs, previous], 1)


def hold(logits: Tensor, points: Tensor, labels: Tensor) -> Tensor:
    """Logits [B, K, h, w] at 1/2 with the samples at each point on its side; the nearer point wins."""
    size = (logits.shape[2], logits.shape[3])
    plus, minus = (_nearest(points, (labels == sign).to(points.dtype), size, 2.0) for sign in (1, 0))
    up = (plus < _HOLD**2) & (plus <= minus)
    down = (minus < _HOLD**2) & (minus < plus)
    logits = torch.where(up, logits.clamp(min=_HELD), logits)
    return torch.where(down, logits.clamp(max=-_HELD), logits)
