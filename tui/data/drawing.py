"""Drawn scenes with exact masks: the demo's photographs, made by the program so that they may be shipped.

Objects are shaded shapes on textured ground. Each scene is a function of a random generator alone, so the
same seed gives the same picture everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Points = NDArray[np.float64]
Rgb = tuple[float, float, float]


@dataclass(slots=True)
class Scene:
    """A picture in the making: float RGB 0..255 [H, W, 3], and (class name, visible mask) per object."""

    rgb: Image
    objects: list[tuple[str, Mask]] = field(default_factory=list)

    def add(self, name: str, alpha: Image, colour: Image) -> None:
        """Paint `colour` [H, W, 3] through `alpha` [H, W] in 0..1, cut out of older masks."""
        self.paint(alpha, colour)
        mask = alpha > 0.5
        self.objects = [(n, m & ~mask) for n, m in self.objects]
        self.objects.append((name, mask))

    def paint(self, alpha: Image, colour: Image) -> None:
        """Paint without making an object (shadows, stems that belong to no mask)."""
        self.rgb = self.rgb * (1 - alpha[..., None]) + colour * alpha[..., None]


def _f32(values: ArrayLike) -> Image:
    return np.asarray(values, np.float32)


def _f64(values: ArrayLike) -> Points:
    return np.asarray(values, np.float64)


def noise(rng: np.random.Generator, hw: tuple[int, int], scale: float) -> Image:
    """Smooth noise in about -1..1 with features of about `scale` pixels."""
    height, width = hw
    grid = rng.normal(0, 1, (max(2, int(height / scale) + 2), max(2, int(width / scale) + 2)))
    return _f32(cv2.resize(_f32(grid), (width, height), interpolation=cv2.INTER_CUBIC))


def _grid(hw: tuple[int, int]) -> tuple[Image, Image]:
    ys, xs = np.mgrid[0 : hw[0], 0 : hw[1]].astype(np.float32)
    return xs, ys


def _solid(hw: tuple[int, int], rgb: Rgb) -> Image:
    return np.broadcast_to(_f32(rgb), (*hw, 3)).astype(np.float32)


def _polygon(hw: tuple[int, int], points: Points) -> Image:
    """Antialiased filled polygon as alpha."""
    canvas = np.zeros(hw, np.uint8)
    cv2.fillPoly(canvas, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return _f32(canvas) / np.float32(255)


def _shadow(scene: Scene, alpha: Image, *, shift: tuple[int, int], blur: float, depth: float) -> None:
    moved = np.roll(alpha, (shift[1], shift[0]), (0, 1))
    soft = cv2.GaussianBlur(moved, (0, 0), blur) * depth
    scene.paint(soft.astype(np.float32), _solid(alpha.shape, (20, 14, 12)))


def _blob(
    rng: np.random.Generator, centre: tuple[float, float], radii: tuple[float, float], wobble: float
) -> NDArray[np.float64]:
    angle = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    bump = sum(rng.normal(0, wobble / k) * np.cos(k * angle + rng.uniform(0, 6.3)) for k in (2, 3, 4, 5))
    turn = rng.uniform(0, np.pi)
    x, y = radii[0] * (1 + bump) * np.cos(angle), radii[1] * (1 + bump) * np.sin(angle)
    return np.stack(
        [centre[0] + x * np.cos(turn) - y * np.sin(turn), centre[1] + x * np.sin(turn) + y * np.cos(turn)], 1
    )


def _lit(
    alpha: Image, colour: Rgb, rng: np.random.Generator, *, gloss: float = 0.5, grain: float = 4
) -> Image:
    """Colour of a rounded body lit from the upper left: its height is the distance from the edge."""
    hw = alpha.shape
    inside = (alpha > 0.5).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    top = max(1.0, float(depth.max()))
    height = np.sqrt(np.clip(1 - (1 - depth / top) ** 2, 0, 1)) * top
    height = cv2.GaussianBlur(height.astype(np.float32), (0, 0), max(1.0, top / 10))
    gy, gx = np.gradient(height)
    normal = np.stack([-gx, -gy, np.ones_like(gx)], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    light = _f32((-0.5, -0.62, 0.6))
    diffuse = np.clip(normal @ light, 0, 1)
    shine = np.clip(normal @ _f32((-0.32, -0.4, 0.86)), 0, 1) ** 40 * gloss
    body = _f32(colour) * (0.35 + 0.75 * diffuse[..., None]) + 255 * shine[..., None]
    speckle = noise(rng, hw, 3) * grain
    return _f32(np.clip(body + speckle[..., None], 0, 255))


def _wood(rng: np.random.Generator, hw: tuple[int, int]) -> Image:
    xs, ys = _grid(hw)
    warp = noise(rng, hw, 160) * 26
    grain = cv2.resize(noise(rng, (hw[0], 48), 3), hw[::-1])  # short across the board, long along it
    rings = np.sin((ys + warp) / 7.0) * 9 + grain * 7
    plank = ((ys // 150) % 2) * 8 - 4 - 40 * (np.abs(ys % 150) < 2)
    shade = rings + plank + (xs / hw[1] - 0.5) * -26
    return _f32(np.clip(_f32((151, 112, 76)) + shade[..., None], 0, 255))


def fruit(rng: np.random.Generator, hw: tuple[int, int]) -> Scene:
    """Apples, oranges and lemons on a wooden table."""
    scene = Scene(_wood(rng, hw))
    kinds = (
        ("apple", (186, 38, 34), 0.045),
        ("orange", (236, 130, 28), 0.02),
        ("lemon", (238, 206, 62), 0.05),
    )
    unit = min(hw) / 853
    places = (
        (260, 300),
        (560, 230),
        (860, 330),
        (420, 560),
        (1040, 590),
        (740, 620),
        (180, 640),
        (1090, 210),
    )
    for number, (x, y) in enumerate(places):
        name, colour, wobble = kinds[number % 3]
        radius = rng.uniform(84, 118) * unit
        flat = 0.74 if name == "lemon" else 0.95
        centre = (x * hw[1] / 1280 + rng.uniform(-16, 16), y * hw[0] / 853 + rng.uniform(-16, 16))
        alpha = _polygon(hw, _blob(rng, centre, (radius, radius * flat), wobble))
        _shadow(scene, alpha, shift=(int(26 * unit), int(30 * unit)), blur=16 * unit + 1, depth=0.55)
        tint = tuple(float(c) for c in np.clip(_f32(colour) + rng.uniform(-14, 14, 3), 0, 255))
        scene.add(name, alpha, _lit(alpha, (tint[0], tint[1], tint[2]), rng))
    return scene


def harbour(rng: np.random.Generator, hw: tuple[int, int]) -> Scene:
    """Sailing boats on water under an evening sky."""
    _, ys = _grid(hw)
    horizon = hw[0] * 0.4
    sky = np.stack([232 - ys * 0.10, 178 - ys * 0.02, 140 + ys * 0.16], -1)
    ripple = np.sin(ys * 0.9 + noise(rng, hw, 18) * 3) * (6 + (ys - horizon) / 60) + noise(rng, hw, 40) * 8
    sea = np.stack([62 + ripple, 104 + ripple, 128 + ripple], -1)
    scene = Scene(
        np.where((ys > horizon)[..., None], sea, sky + noise(rng, hw, 120)[..., None] * 6).astype(np.float32)
    )
    hills = _polygon(
        hw,
        _f64(
            [
                [0, horizon],
                [0, horizon - 60],
                *[[x * hw[1] / 8, horizon - 40 - rng.uniform(0, 70)] for x in range(1, 8)],
                [hw[1], horizon - 50],
                [hw[1], horizon],
            ]
        ),
    )
    scene.paint(hills, _solid(hw, (92, 92, 108)) + noise(rng, hw, 12)[..., None] * 6)
    for x, y, size in ((240, 420, 0.7), (980, 440, 0.8), (600, 520, 1.15), (300, 690, 1.6), (950, 720, 1.7)):
        _boat(scene, rng, (x * hw[1] / 1280, y * hw[0] / 853), size * min(hw) / 853)
    return scene


def _boat(scene: Scene, rng: np.random.Generator, base: tuple[float, float], size: float) -> None:
    hw = scene.rgb.shape[:2]
    at = _f64(base)
    hull = _polygon(hw, at + size * _f64([[-80, -18], [84, -18], [58, 16], [-62, 16]]))
    main = _polygon(hw, at + size * _f64([[2, -190], [4, -26], [72, -26]]))
    jib = _polygon(hw, at + size * _f64([[-4, -176], [-4, -26], [-62, -26]]))
    mast = _polygon(hw, at + size * _f64([[-4, -200], [2, -200], [3, -18], [-5, -18]]))
    alpha = np.maximum.reduce([hull, main, jib, mast])
    mirror = cv2.GaussianBlur(np.roll(hull, int(30 * size), 0), (0, 0), 7 * size + 1) * 0.5
    scene.paint(mirror.astype(np.float32), _solid(hw, (30, 46, 60)))
    sail = _f32(rng.choice([(240, 236, 224), (214, 92, 70), (246, 220, 150)]))
    paint = _f32(rng.choice([(120, 30, 34), (34, 60, 104), (236, 236, 236)]))
    xs, _ = _grid(hw)
    fold = np.sin((xs - base[0]) / (9 * size))[..., None] * 7
    colour = np.where(
        (hull > 0.5)[..., None], paint + noise(_texture_rng(rng), hw, 10)[..., None] * 5, sail + fold
    )
    colour = np.where(((mast > 0.5) & (hull < 0.5))[..., None], _f32((84, 64, 44)), colour)
    scene.add("boat", alpha, np.clip(colour, 0, 255).astype(np.float32))


def _texture_rng(rng: np.random.Generator) -> np.random.Generator:
    """A generator of its own, so that texture does not shift the layout that is drawn after it."""
    return np.random.default_rng(int(rng.integers(2**31)))


def parking(rng: np.random.Generator, hw: tuple[int, int]) -> Scene:
    """Cars on a parking lot from above."""
    ground = _f32((104, 106, 108)) + (noise(rng, hw, 2) * 6 + noise(rng, hw, 90) * 7)[..., None]
    scene = Scene(ground.astype(np.float32))
    lane, length = hw[1] / 9, hw[0] / 3.1
    for column in range(1, 9):
        for top in (0.06 * hw[0], 0.94 * hw[0] - length):
            x = column * lane
            line = _polygon(
                hw, _f64([[x - 3, top], [x + 3, top], [x + 3, top + length], [x - 3, top + length]])
            )
            scene.paint(line * 0.8, _solid(hw, (216, 214, 206)))
    colours = ((188, 44, 40), (236, 236, 238), (44, 82, 150), (36, 38, 42), (150, 156, 162), (216, 178, 60))
    for column in range(8):
        for row, top in enumerate((0.06 * hw[0], 0.94 * hw[0] - length)):
            if rng.uniform() < 0.4:
                continue
            centre = (column * lane + lane / 2 + rng.uniform(-4, 4), top + length / 2 + rng.uniform(-12, 12))
            _car(
                scene, rng, centre, (lane * 0.34, length * 0.4), colours[int(rng.integers(6))], flip=row == 1
            )
    return scene


def _car(
    scene: Scene,
    rng: np.random.Generator,
    centre: tuple[float, float],
    half: tuple[float, float],
    colour: Rgb,
    *,
    flip: bool,
) -> None:
    hw = scene.rgb.shape[:2]
    turn = rng.normal(0, 0.03) + (np.pi if flip else 0)
    rotate = _f64([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])

    def part(outline: Points) -> Image:
        return _polygon(hw, _f64(centre) + (outline * _f64(half)) @ rotate.T)

    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    rounded = np.stack(
        [
            np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.35,
            np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.28,
        ],
        1,
    )
    body = part(rounded)
    _shadow(scene, body, shift=(9, 11), blur=7, depth=0.6)
    scene.add("car", body, _lit(body, colour, rng, gloss=0.25, grain=2))
    glass = _solid(hw, (30, 38, 48))
    scene.paint(part(_f64([[-0.78, -0.42], [0.78, -0.42], [0.62, -0.16], [-0.62, -0.16]])), glass)
    scene.paint(part(_f64([[-0.6, 0.46], [0.6, 0.46], [0.74, 0.66], [-0.74, 0.66]])), glass)
    for side in (-1, 1):
        lamp = part(
            _f64([[side * 0.5, -0.97], [side * 0.86, -0.93], [side * 0.84, -0.86], [side * 0.5, -0.9]])
        )
        scene.paint(lamp, _solid(hw, (250, 240, 200)))


def dish(rng: np.random.Generator, hw: tuple[int, int]) -> Scene:
    """Cells under a microscope: soft, crowded, low contrast."""
    xs, ys = _grid(hw)
    glow = 1 - ((xs / hw[1] - 0.5) ** 2 + (ys / hw[0] - 0.5) ** 2) * 0.7
    base = _f32((214, 216, 226)) * glow[..., None] + noise(rng, hw, 30)[..., None] * 3
    scene = Scene((base + rng.normal(0, 2, hw)[..., None]).astype(np.float32))
    taken: list[tuple[float, float, float]] = []
    unit = min(hw) / 853
    while len(taken) < 16:
        radius = rng.uniform(44, 78) * unit
        x, y = rng.uniform(radius, hw[1] - radius), rng.uniform(radius, hw[0] - radius)
        if any(np.hypot(x - a, y - b) < (radius + r) * 0.98 for a, b, r in taken):
            continue
        taken.append((float(x), float(y), float(radius)))
        alpha = _polygon(hw, _blob(rng, (x, y), (radius, radius * rng.uniform(0.8, 1)), 0.05))
        rim = cv2.GaussianBlur(alpha, (0, 0), 6 * unit + 1)
        tone = _f32((196, 150, 186)) * (1.08 - 0.25 * np.abs(rim - 0.6))[..., None]
        scene.add(
            "cell", alpha * 0.92, (tone + noise(_texture_rng(rng), hw, 9)[..., None] * 7).astype(np.float32)
        )
        core = _polygon(
            hw, _blob(rng, (x + rng.uniform(-9, 9), y + rng.uniform(-9, 9)), (radius * 0.36,) * 2, 0.05)
        )
        scene.paint(cv2.GaussianBlur(core, (0, 0), 2) * 0.75, _solid(hw, (104, 62, 128)))
    return scene


SCENES: dict[str, Callable[[np.random.Generator, tuple[int, int]], Scene]] = {
    "fruit": fruit,
    "harbour": harbour,
    "parking": parking,
    "dish": dish,
}
