"""The statistics of a dataset as one HTML file: no network, no script, sample pictures inside it.

Everything that comes from files passes `printable` and is escaped. The size is bounded: pictures that find no
room are left out, and that is said.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tui.data.classes import class_name
from tui.data.dataset import Dataset
from tui.data.formats.yolo import read_labels
from tui.data.image import DecodedImage, read_image
from tui.data.standing import Standing
from tui.data.statistics import Sample, Statistics, number_names, side_names
from tui.errors import InputError
from tui.render.pictures import crop, encoded, labelled, shrunk
from tui.render.scene import Rgb
from tui.types.shapes import Box
from tui.types.text import printable

MARKER = "<!-- ttylabel report -->"
"""Stands in every report: a file that has it may be replaced by the next one."""

MAX_BYTES = 12_000_000
"""Bytes of all pictures, as they stand in the file."""

_OVERVIEW, _CROP = 720, 160
_MARGIN = 0.15
_LARGEST = 4_000_000_000

_CSS = """
:root{color-scheme:light dark;--ink:#1c2430;--soft:#69737f;--ground:#fff;--line:#d9dee4;--bar:#3b7dd8}
@media (prefers-color-scheme:dark){
:root{--ink:#e4e9ef;--soft:#98a3b0;--ground:#14181d;--line:#323a44;--bar:#5a9bf0}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
body{margin:2rem auto;max-width:76rem;padding:0 1.5rem}
h1{font-size:1.5rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin-top:2.2rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%}
td,th{padding:.15rem .6rem .15rem 0;text-align:left;vertical-align:middle}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;width:1%}
td.name{max-width:18rem;overflow-wrap:anywhere;width:26%}
.bar{background:var(--bar);height:.75rem;border-radius:2px;min-width:1px}
.chip{display:inline-block;width:.7rem;height:.7rem;border-radius:2px}
.chip{margin-right:.4rem;outline:1px solid var(--line)}
.facts{display:flex;flex-wrap:wrap;gap:1rem 2.5rem}.facts b{display:block;font-size:1.5rem}
.soft{color:var(--soft)}
.grid{columns:20rem;column-gap:1rem}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(26rem,1fr));gap:0 3rem}
figure{margin:0 0 1rem;break-inside:avoid}figure img{width:100%;display:block;border-radius:4px}
figcaption{color:var(--soft);font-size:.8rem;overflow-wrap:anywhere}
.crops{display:flex;flex-wrap:wrap;gap:.4rem;margin:.2rem 0 .8rem}
.crops img{height:6rem;max-width:12rem;border-radius:3px}
"""


@dataclass
class Pictures:
    """Reads sample images and turns them into data URIs until `left` bytes are used up.

    `colour` gives a class's colour. `missing` counts samples that could not be read, `omitted` those that
    found no room.
    """

    dataset: Dataset
    colour: Callable[[int], Rgb]
    left: int = MAX_BYTES
    max_bytes: int = _LARGEST
    max_pixels: int = 200_000_000
    missing: int = 0
    omitted: int = 0
    uris: dict[Sample, str] = field(default_factory=dict)

    def add(self, image: str, samples: Sequence[Sample]) -> None:
        """Make the pictures of samples that lie in one image."""
        if self.left <= 0:
            self.omitted += len(samples)
            return
        try:
            picture = read_image(Path(image), max_bytes=self.max_bytes, max_pixels=self.max_pixels)
            for sample in samples:
                self._keep(sample, self._made(sample, picture))
        except InputError:
            self.missing += len(samples)

    def _made(self, sample: Sample, picture: DecodedImage) -> bytes:
        if sample.class_id >= 0:
            w, h = picture.wh
            x0, y0, x1, y1 = sample.box
            box = Box(x0 * w, y0 * h, x1 * w, y1 * h)
            return encoded(crop(picture.rgb, box, margin=_MARGIN, side=_CROP), ".jpg", 80)
        path = self.dataset.label_path(Path(sample.image))
        # Drawn at twice the size and then shrunk: lines get smooth edges.
        drawn = labelled(
            picture.rgb,
            read_labels(path, picture.wh).instances,
            colour=self.colour,
            names=self.dataset.classes.names,
            side=2 * _OVERVIEW,
            grow=True,
            letters=1 / 36,
        )
        return encoded(shrunk(drawn, _OVERVIEW), ".jpg", 80)

    def _keep(self, sample: Sample, data: bytes) -> None:
        uri = f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
        if len(uri) > self.left:
            self.omitted += 1
            return
        self.left -= len(uri)
        self.uris[sample] = uri


def wanted(found: Statistics) -> dict[str, list[Sample]]:
    """The samples of a report by image, so that each is read once; whole pictures come first."""
    by_image: dict[str, list[Sample]] = {}
    for sample in found.pictures.samples:
        by_image.setdefault(sample.image, []).append(sample)
    for class_id in _by_count(found):
        for sample in found.crops[class_id].samples if class_id in found.crops else ():
            by_image.setdefault(sample.image, []).append(sample)
    return by_image


def report(found: Statistics, standing: Standing, pictures: Pictures, *, title: str, made: str) -> bytes:
    """The HTML file. `made` says when and by which version."""
    names, root = pictures.dataset.classes.names, pictures.dataset.image_root
    parts = [
        "<!doctype html>",
        MARKER,
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title><style>{_CSS}</style></head><body>",
        f'<h1>{_text(title)}</h1><p class="soft">{_text(made)}</p>',
        _facts(found, standing),
        '<div class="two"><div><h2>Progress</h2>',
        _table(_states(found, standing)),
        "</div><div><h2>Images a day</h2>",
        _table(sorted(standing.days.items())[-14:]) if standing.days else '<p class="soft">Nothing yet.</p>',
        "</div><div><h2>Size of objects</h2>",
        _table(zip(side_names(), found.sides, strict=True)),
        "</div><div><h2>Objects in an image</h2>",
        _table(zip(number_names(), found.numbers, strict=True)),
        "</div></div>",
        f"<h2>Classes</h2>{_classes(found, names, pictures.colour)}",
        f"<h2>Pictures</h2>{''.join(_figures(found, pictures, root))}",
        f"<h2>Objects by class</h2>{''.join(_crops(found, pictures, names))}",
        _left_out(pictures),
        "</body></html>\n",
    ]
    return "\n".join(parts).encode("utf-8")


def _by_count(found: Statistics) -> list[int]:
    return [class_id for class_id, _ in found.tally.by_class.most_common()]


def _text(text: str) -> str:
    return html.escape(printable(text, limit=500))


def _facts(found: Statistics, standing: Standing) -> str:
    tally = found.tally
    done = tally.labelled + tally.empty
    facts = [
        (f"{tally.seen:,}", "images"),
        (f"{tally.instances:,}", "objects"),
        (f"{len(tally.by_class):,}", "classes in use"),
        (f"{done / tally.seen:.0%}" if tally.seen else "–", f"labelled ({tally.empty:,} as empty)"),
        (f"{standing.per_hour:.0f}" if standing.done else "–", "images an hour"),
    ]
    return f'<div class="facts">{"".join(f"<div><b>{a}</b>{b}</div>" for a, b in facts)}</div>'


def _states(found: Statistics, standing: Standing) -> list[tuple[str, int]]:
    return [*standing.rows(found.tally.seen), ("labelled as empty", found.tally.empty)]


def _table(rows: Iterator[tuple[str, int]] | Sequence[tuple[str, int]]) -> str:
    rows = list(rows)
    most = max((count for _, count in rows), default=0) or 1
    lines = (
        f'<tr><td class="name">{_text(name)}</td><td class="n">{count:,}</td>'
        f"<td>{_bar(count, most)}</td></tr>"
        for name, count in rows
    )
    return f"<table>{''.join(lines)}</table>"


def _classes(found: Statistics, names: Sequence[str], colour: Callable[[int], Rgb]) -> str:
    splits = sorted(found.splits) if len(found.splits) > 1 else []
    head = "".join(f'<th class="n">{_text(split)}</th>' for split in splits)
    most = max(found.tally.by_class.values(), default=1)
    lines = [f'<tr><th>Class</th><th class="n">objects</th><th class="n">images</th>{head}<th></th></tr>']
    shown = _by_count(found)[:500]
    for class_id in shown:
        count = found.tally.by_class[class_id]
        cells = "".join(f'<td class="n">{found.splits[split].by_class[class_id]:,}</td>' for split in splits)
        lines.append(
            f'<tr><td class="name">{_chip(colour(class_id))}{_text(class_name(names, class_id))}</td>'
            f'<td class="n">{count:,}</td><td class="n">{found.images_with[class_id]:,}</td>{cells}'
            f"<td>{_bar(count, most)}</td></tr>"
        )
    more = len(found.tally.by_class) - len(shown)
    unused = [name for i, name in enumerate(names) if not found.tally.by_class[i]]
    notes = [f"{more:,} more classes."] if more else []
    notes += [f"Not used: {', '.join(unused[:100])}{' …' if len(unused) > 100 else ''}."] if unused else []
    said = html.escape(printable(" ".join(notes), 20_000))
    return f'<table>{"".join(lines)}</table><p class="soft">{said}</p>'


def _bar(count: int, most: int) -> str:
    return f'<div class="bar" style="width:{100 * count / most:.1f}%"></div>' if count else ""


def _chip(rgb: Rgb) -> str:
    return f'<span class="chip" style="background:rgb({rgb[0]},{rgb[1]},{rgb[2]})"></span>'


def _figures(found: Statistics, pictures: Pictures, root: Path) -> Iterator[str]:
    yield '<div class="grid">'
    for sample in found.pictures.samples:
        if uri := pictures.uris.get(sample):
            path = Path(sample.image)
            name = _text(str(path.relative_to(root) if path.is_relative_to(root) else path))
            yield f'<figure><img alt="" src="{uri}"><figcaption>{name}</figcaption></figure>'
    yield "</div>"


def _crops(found: Statistics, pictures: Pictures, names: Sequence[str]) -> Iterator[str]:
    for class_id in _by_count(found):
        samples = found.crops[class_id].samples if class_id in found.crops else []
        uris = [pictures.uris[sample] for sample in samples if sample in pictures.uris]
        if uris:
            images = "".join(f'<img alt="" src="{uri}">' for uri in uris)
            name = _text(class_name(names, class_id))
            yield f'<div>{_chip(pictures.colour(class_id))}{name}</div><div class="crops">{images}</div>'


def _left_out(pictures: Pictures) -> str:
    notes = [f"{pictures.omitted:,} pictures found no room."] if pictures.omitted else []
    notes += [f"{pictures.missing:,} pictures could not be read."] if pictures.missing else []
    return f'<p class="soft">{" ".join(notes)}</p>' if notes else ""
