"""How the picture is shown: nothing here changes a label, or what a model is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LARGEST_TONE = 5
"""Steps of brightness and contrast to either side of the photo as it is."""

FILLS = 4
"""How strongly a mask's inside is tinted: 0 (outline only) to 3."""

Tags = Literal["names", "numbers", "none"]


@dataclass(frozen=True, slots=True)
class Look:
    """`brightness` and `contrast` in -5..5; `equalised`: dark and light parts brought out; `fill` in 0..3.

    `tags`: what stands beside instances, the names of their classes or only the numbers. `bare`: the picture
    alone, without lines of text. `kept`: the next image is shown in the same view. `preview`: a resting
    cursor shows the mask a point there would give. `minimap`: a small map of the image while only a part of
    it is in sight.
    """

    brightness: int = 0
    contrast: int = 0
    equalised: bool = False
    fill: int = 2
    tags: Tags = "names"
    bare: bool = False
    kept: bool = False
    preview: bool = False
    minimap: bool = False

    @property
    def tone(self) -> tuple[int, int, bool]:
        """Brightness, contrast and equalisation: what the photo's pixels depend on."""
        return self.brightness, self.contrast, self.equalised
