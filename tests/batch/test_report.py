"""The page of statistics: what is in it, nothing that acts, and never more than it may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from datasets import DrawnDataset
from tui.batch.report import MARKER, Pictures, report, wanted
from tui.data.dataset import Dataset, open_dataset
from tui.data.standing import Standing
from tui.data.statistics import Statistics
from tui.render.scene import Rgb


def grey(class_id: int) -> Rgb:
    return (9, 9, 9)


def counted(dataset: Dataset) -> Statistics:
    found = Statistics(dataset)
    for image, source in dataset.stream():
        found.take(image, source)
    return found


def page(dataset: Dataset, **options: int) -> tuple[str, Pictures]:
    found, pictures = counted(dataset), Pictures(dataset, grey, **options)
    for image, samples in wanted(found).items():
        pictures.add(image, samples)
    return report(found, Standing(), pictures, title="<b>t</b>", made="now").decode("utf-8"), pictures


@pytest.fixture
def made(make_dataset: Callable[..., DrawnDataset]) -> DrawnDataset:
    return make_dataset(labelled=True)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "action", "data")]


def read(text: str) -> Tags:
    found = Tags()
    found.feed(text)
    return found


def test_pictures_and_crops_are_inside(made: DrawnDataset) -> None:
    text, pictures = page(open_dataset(made.root))
    found = read(text)
    assert MARKER in text
    assert "default-src 'none'" in text
    assert found.tags.count("img") == 3 + 6
    assert all(link.startswith("data:image/jpeg;base64,") for link in found.links)
    assert not re.search(r"https?:|url\(|@import", text)
    assert (pictures.omitted, pictures.missing) == (0, 0)
    assert "disc" in text


def test_e1_names_cannot_act(made: DrawnDataset) -> None:
    bad = "<script>x('1')</script>\x1b[2J\u202e"
    made.images[0].path.rename(made.images[0].path.with_name("<img src=x onerror=y>.png"))
    made.images[0].label_path.rename(made.images[0].label_path.with_name("<img src=x onerror=y>.txt"))
    dataset = open_dataset(made.root, class_names=(bad, "slab", "<i>unused"))
    text, _ = page(dataset)
    found = read(text)
    assert not {"script", "b", "i"} & (set(found.tags) - {"b"})
    assert found.tags.count("b") == 5  # the page's own numbers
    assert not set(text) & {"\x1b", "\u202e"}
    assert "&lt;script&gt;" in text
    assert "&lt;img src=x onerror=y&gt;.png" in text
    assert all(link.startswith("data:") for link in found.links)


def test_the_size_is_bounded_and_what_is_missing_is_said(made: DrawnDataset) -> None:
    made.images[1].path.write_bytes(b"no image")
    dataset = open_dataset(made.root)
    whole, pictures = page(dataset)
    assert "3 pictures could not be read" in whole
    left = pictures.left
    small, pictures = page(dataset, left=20_000)
    assert len(small) < 20_000 + 20_000
    assert pictures.omitted > 0
    assert f"{pictures.omitted} pictures found no room" in small
    assert left > 0
