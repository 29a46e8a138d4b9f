"""What `ttylabel stats` prints: widths, what is left out, numbers beyond the class list."""

from __future__ import annotations

from collections.abc import Callable

from datasets import DrawnDataset
from tui.cli.stats_text import as_json, text
from tui.data.dataset import open_dataset
from tui.data.standing import Standing
from tui.data.statistics import Statistics


def counted(made: DrawnDataset) -> Statistics:
    dataset = open_dataset(made.root)
    found = Statistics(dataset)
    for image, source in dataset.stream():
        found.take(image, source)
    return found


def test_many_classes_are_cut_unless_all_are_wanted(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(count=1)
    made.images[0].label_path.parent.mkdir(parents=True)
    lines = [f"{n} 0.5 0.5 0.1 0.{n + 10}" for n in range(40)]
    made.images[0].label_path.write_text("\n".join(lines))
    found = counted(made)
    short = text(found, Standing(), ("a" * 60, "b"), width=70, full=False)
    assert "and 10 more classes" in short
    assert "class 7" in short
    assert max(map(len, short.splitlines())) <= 70
    assert "class 39" in text(found, Standing(), ("a", "b"), width=70, full=True)
    unused = text(found, Standing(), tuple(map(str, range(60))), width=70, full=False)
    assert "not used: 40, 41" in unused
    assert "and 10 more" in unused


def test_an_empty_dataset(dataset: DrawnDataset) -> None:
    found = Statistics(open_dataset(dataset.root))
    assert "0 objects by class\n  none" in text(found, Standing(), (), width=70, full=False)
    assert as_json(found, Standing(), open_dataset(dataset.root), complete=True, html=None)["images"] == 0
