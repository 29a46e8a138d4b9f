"""The two programs that `screen.py` runs side by side: ours, and the naive way with textual-image's widgets.

    python screen_apps.py ours  kitty|sixel|halfblock FOLDER
    python screen_apps.py naive kitty|sixel|halfblock FOLDER

Both have the same keys and show the same pictures. Ours is the labeler itself with a model that answers at
once. The naive program composes the picture of the same scene and hands it to the widget, the obvious way.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
from draw import draw_mask
from numpy.typing import NDArray

from fakes import FakeSegmenter
from tui.inference.embedding import Embedding
from tui.types.instance import Candidate
from tui.types.prompt import Prompt

STEP = 8


class DrawnMasks(FakeSegmenter):
    """A blob over a third of the image at once; every further point changes it at one side."""

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        mask = draw_mask(bump=3.0 * (len(prompt.points) - 1)).mask
        return (Candidate(mask, 0.9, 0.9),)


def ours(protocol: str, folder: Path) -> int:
    """The labeler on a folder."""
    from tui.app import start
    from tui.config import Config

    start.find_segmenter = lambda *_: DrawnMasks()
    return start.run_labeler(start.Request(folder, graphics=protocol), Config(look_ahead=False))


def naive(protocol: str, folder: Path) -> int:
    """A widget of textual-image that is given a new picture for every key."""
    import textual_image.widget as widgets
    from PIL import Image as Pictures
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    from tui.render import compose
    from tui.render.scene import Canvas, Photo, PointMark, Scene, ShapeMark, View

    kinds = {
        "kitty": widgets.TGPImage,
        "sixel": widgets.SixelImage,
        "halfblock": widgets.HalfcellImage,
    }
    files = sorted(folder.glob("images/*.png"))
    red = (220, 60, 60)

    class Naive(App[int]):
        CSS = "#picture { width: 100%; height: 1fr; } Static { height: 1; }"

        def compose(self) -> ComposeResult:
            yield Static("naive", id="top")
            yield kinds[protocol](id="picture")
            yield Static("keys: l h q r b z Z d", id="bottom")

        def on_mount(self) -> None:
            self.number, self.start, self.masks = 0, None, 0
            self.call_after_refresh(self.open)

        def open(self) -> None:
            rgb: NDArray[np.uint8] = cv2.cvtColor(
                cv2.imdecode(np.fromfile(files[self.number], np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB
            )
            size = self.query_one("#picture").size
            self.canvas = Canvas(0, 1, size.width, size.height, (10, 20))
            self.wh = (
                (size.width, size.height * 2)
                if protocol == "halfblock"
                else (
                    size.width * 10,
                    size.height * 20,
                )
            )
            scale = min(self.wh[0] / rgb.shape[1], self.wh[1] / rgb.shape[0])
            middle = (rgb.shape[1] / 2, rgb.shape[0] / 2)
            self.scene = Scene(
                self.canvas, Photo(files[self.number].name, rgb), View(0, 0, scale), cursor=middle
            )
            self.start, self.masks = None, 0
            self.show()

        def show(self) -> None:
            pen = compose.Pen(1, 1, 2, 0, 1) if protocol == "halfblock" else compose.pen_for((10, 20))
            frame = compose.rgb_frame(self.scene, self.wh, pen)
            self.query_one("#picture").image = Pictures.fromarray(frame)

        def on_key(self, event: object) -> None:
            key = getattr(event, "key", "")
            x, y = self.scene.cursor or (0.0, 0.0)
            if key in "lh":
                x += STEP if key == "l" else -STEP
                self.scene = replace(self.scene, cursor=(x, y))
            elif key == "q":
                points = (*self.scene.points, PointMark(x, y, True))
                self.scene = replace(self.scene, points=points, mask=draw_mask(bump=3.0 * (len(points) - 1)))
            elif key == "r":
                self.start = (x, y - 200)
            elif key == "b":
                self.start = None
                self.scene = replace(self.scene, points=(), mask=None)
            elif key in "zZ":
                view = self.scene.view
                zoom = 1.25 if key == "z" else 0.8
                self.scene = replace(self.scene, view=View(view.x + 50, view.y + 50, view.scale * zoom))
            elif key == "d":
                self.number = (self.number + 1) % len(files)
                self.open()
                return
            else:
                return
            shapes = ()
            if self.start is not None:
                (x0, y0), x1, y1 = self.start, x, y
                shapes = (ShapeMark(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), red, "open"),)
            self.scene = replace(self.scene, shapes=shapes)
            self.show()

    return Naive().run() or 0


if __name__ == "__main__":
    way, how, where = sys.argv[1:]
    sys.exit({"ours": ours, "naive": naive}[way](how, Path(where)))
