"""The segmenter: an encoder for a picture and a decoder for prompts, in SAM v1's outward form.

Encoder: picture [1, 3, 512, 512], normalised as for SAM, to an embedding [1, 256, 64, 64]. The embedding is
a feature map at 1/4 (48 channels, the last 16 unit vectors for similarity) and one at 1/2 (4 channels), both
laid out at 1/8 so that they have SAM's shape.

Decoder: prompts in pixels of the 512 square to 4 masks of logits at 1/2 and their predicted IoU. Mask 0
answers any prompt; 1 to 3 are alternatives for a single click.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from prompt_maps import CLICK_MAPS, MAPS, click_maps, hold, prompt_maps
from torch import Tensor, nn
from torch.nn import functional as F
from trunk import TAPS, Trunk

MASKS = 4
FEATURES, SIMILAR, FINE, HALF = 32, 16, 4, 5


@dataclass(frozen=True)
class Widths:
    """Channels of the neck at 1/4, 1/8, 1/16, 1/32 and of the decoder at the same scales."""

    neck: tuple[int, int, int, int] = (48, 64, 96, 96)
    decoder: tuple[int, int, int, int] = (32, 56, 96, 128)


class ConvNorm(nn.Sequential):
    """3x3 convolution, batch norm, ReLU."""

    def __init__(self, width_in: int, width: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(width_in, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width, momentum=0.03),
            nn.ReLU(),
        )


class Residual(nn.Module):
    """Two `ConvNorm`s around which the input is added."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = ConvNorm(width, width), ConvNorm(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.first(x))


def _up(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


class Encoder(nn.Module):
    """Trunk and a feature pyramid down to 1/4."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        w4, w8, w16, w32 = widths.neck
        c2, c4, c8, c16, c32 = TAPS.values()
        self.trunk = Trunk()
        self.lateral = nn.ModuleList(
            [nn.Conv2d(c32, w32, 1), nn.Conv2d(c16, w16, 1), nn.Conv2d(c8, w8, 1), nn.Conv2d(c4, w4, 1)]
        )
        self.down = nn.ModuleList([nn.Conv2d(w32, w16, 1), nn.Conv2d(w16, w8, 1), nn.Conv2d(w8, w4, 1)])
        self.mix = nn.ModuleList([ConvNorm(w16, w16), ConvNorm(w8, w8), ConvNorm(w4, w4)])
        self.features = nn.Conv2d(w4, FEATURES, 1)
        self.similar = nn.Conv2d(w4, SIMILAR, 1)
        self.fine = nn.Conv2d(c2, FINE, 3, padding=1)

    def forward(self, picture: Tensor) -> Tensor:
        x2, x4, x8, x16, x32 = self.trunk(picture)
        x = F.relu(self.lateral[0](x32))
        for step, tap in enumerate((x16, x8, x4)):
            x = self.mix[step](self.lateral[step + 1](tap) + _up(self.down[step](x)))
        quarter = torch.cat([self.features(x), F.normalize(self.similar(x), dim=1, eps=1e-4)], 1)
        return torch.cat([F.pixel_unshuffle(quarter, 2), F.pixel_unshuffle(self.fine(x2), 4)], 1)


def unpack(embedding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Features and unit vectors at 1/4, fine features at 1/2, from an embedding at 1/8."""
    coarse = 4 * (FEATURES + SIMILAR)
    quarter = F.pixel_shuffle(embedding[:, :coarse], 2)
    return quarter[:, :FEATURES], quarter[:, FEATURES:], F.pixel_shuffle(embedding[:, coarse:], 4)


def _pooled(values: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean over the picture, [B, C, h, w] and [B, 1, h, w] to [B, C]."""
    return (values * weight).sum((2, 3)) / (weight.sum((2, 3)) + 1e-3)


class Decoder(nn.Module):
    """A U-Net over prompt maps and features; see the module's docstring."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        w4, w8, w16, w32 = widths.decoder
        self.from_maps = nn.Conv2d(MAPS + 2, w4, 3, padding=1)
        self.from_features = nn.Conv2d(FEATURES, w4, 1)
        self.start = ConvNorm(w4, w4)
        self.down = nn.ModuleList([ConvNorm(w4, w8, 2), ConvNorm(w8, w16, 2), ConvNorm(w16, w32, 2)])
        self.level = nn.ModuleList([ConvNorm(w8, w8), Residual(w16), Residual(w32)])
        self.film = nn.Linear(2 * (FEATURES + SIMILAR), 2 * w32)
        self.lift = nn.ModuleList([nn.Conv2d(w32, w16, 1), nn.Conv2d(w16, w8, 1), nn.Conv2d(w8, w4, 1)])
        self.join = nn.ModuleList([ConvNorm(w16, w16), ConvNorm(w8, w8), ConvNorm(w4, w4)])
        self.coarse = nn.Conv2d(w4, 4 * MASKS, 1)
        self.to_half = nn.Conv2d(w4, 4 * HALF, 1)
        self.refine = nn.Sequential(
            nn.Conv2d(MASKS + FINE + HALF + CLICK_MAPS, 8, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, MASKS, 3, padding=1),
        )
        nn.init.zeros_(self.refine[2].weight)
        nn.init.zeros_(self.refine[2].bias)
        self.quality = Quality(w4, w32)

    def forward(
        self,
        embedding: Tensor,
        points: Tensor,
        labels: Tensor,
        previous: Tensor,
        has_previous: Tensor,
        held: bool = True,
    ) -> tuple[Tensor, Tensor]:
        """Logits [B, 4, H/2, W/2] and predicted IoU as logits [B, 4].

        `embedding` [B or 1, 256, H/8, W/8]; `points` [B, N, 2] in pixels of the square; `labels` [B, N] 1
        positive, 0 negative, 2 and 3 a box's corners, -1 nothing; `previous` logits [B, 1, H/2, W/2];
        `has_previous` [B, 1, 1, 1]. With `held`, the samples around a point take the side it asks for.
        """
        features, similar, fine = unpack(embedding)
        before = torch.tanh(previous.clamp(-12, 12) * 0.3) * has_previous
        maps, inside, outside = prompt_maps(points, labels, F.avg_pool2d(before, 2), has_previous)
        everything = torch.cat([features, similar], 1)
        front, back = _pooled(everything, inside), _pooled(everything, outside)
        alike = [
            (similar * F.normalize(mean[:, FEATURES:], dim=1, eps=1e-4)[:, :, None, None]).sum(
                1, keepdim=True
            )
            for mean in (front, back)
        ]
        x4 = self.start(F.relu(self.from_maps(torch.cat([maps, *alike], 1)) + self.from_features(features)))
        x8 = self.level[0](self.down[0](x4))
        x16 = self.level[1](self.down[1](x8))
        gain, offset = self.film(torch.cat([front, back], 1))[:, :, None, None].chunk(2, 1)
        x32 = self.level[2](self.down[2](x16) * (1 + gain) + offset)
        x = x32
        for step, skip in enumerate((x16, x8, x4)):
            x = self.join[step](skip + _up(self.lift[step](x)))
        logits = F.pixel_shuffle(self.coarse(x), 2)
        clicks = click_maps(points, labels, (logits.shape[2], logits.shape[3]), before)
        half = F.relu(F.pixel_shuffle(self.to_half(x), 2))
        fine = fine.expand(logits.shape[0], -1, -1, -1)
        logits = logits + self.refine(torch.cat([logits * 0.25, fine, half, clicks], 1))
        quality = self.quality(logits.detach(), x.detach(), x32.detach())
        return (hold(logits, points, labels) if held else logits), quality


class Quality(nn.Module):
    """Predicted IoU of each mask as a logit, from what it shows about itself and the features under it."""

    def __init__(self, width: int, deep: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2 * width + deep + 6 + MASKS, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, logits: Tensor, features: Tensor, bottom: Tensor) -> Tensor:
        soft = torch.sigmoid(F.avg_pool2d(logits, 2))
        area, doubt = soft.mean((2, 3)) + 1e-4, (soft * (1 - soft)).mean((2, 3))
        sure = (soft * (soft > 0.5)).mean((2, 3))
        union = (soft > 0.5).float().mean((2, 3)) + (soft * (soft <= 0.5)).mean((2, 3)) + 1e-4
        steady = (soft > 0.73).float().mean((2, 3)) / ((soft > 0.27).float().mean((2, 3)) + 1e-4)
        expected = (sure / union).clamp(0.01, 0.99)
        shown = torch.stack(
            [torch.log(area), doubt / area, expected, torch.logit(expected), steady, area.sqrt()], 2
        )
        cells = features.shape[2] * features.shape[3]
        flat = features.flatten(2).transpose(1, 2) / cells
        edge = (4 * soft * (1 - soft)).flatten(2)
        under = (soft.flatten(2) @ flat) / area[:, :, None]
        along = (edge @ flat) / (edge.mean(2, keepdim=True) + 1e-4)
        deep = bottom.mean((2, 3))[:, None].expand(-1, MASKS, -1)
        which = torch.eye(MASKS, device=logits.device).expand(logits.shape[0], -1, -1)
        return self.net(torch.cat([under, along, deep, shown, which], 2)).squeeze(2)


class Sprout(nn.Module):
    """Encoder and decoder together, for training."""

    def __init__(self, widths: Widths | None = None) -> None:
        super().__init__()
        widths = widths or Widths()
        self.encoder, self.decoder = Encoder(widths), Decoder(widths)
