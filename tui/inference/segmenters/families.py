"""The segmenters made of two ONNX files, by protocol."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tui.inference.segmenters.edge_sam import EdgeSam
from tui.inference.segmenters.efficient_sam import EfficientSam
from tui.inference.segmenters.hf_sam import HfSam
from tui.inference.segmenters.hf_sam2 import HfSam2
from tui.inference.segmenters.hq_sam import HqSam
from tui.inference.segmenters.pair import EncoderDecoder
from tui.inference.segmenters.sam import Sam
from tui.inference.segmenters.sam2 import Sam2

FAMILIES: Mapping[str, type[EncoderDecoder]] = MappingProxyType(
    {
        "sam": Sam,
        "hq-sam": HqSam,
        "edge-sam": EdgeSam,
        "efficient-sam": EfficientSam,
        "sam2": Sam2,
        "hf-sam": HfSam,
        "hf-sam2": HfSam2,
    }
)
"""Protocol name to class."""
