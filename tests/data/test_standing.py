"""How far images are: states, days, pace, and records of images that are gone."""

from __future__ import annotations

from datasets import DrawnDataset
from tui.data.dataset import open_dataset
from tui.data.sidecar import open_sidecar
from tui.data.standing import standing_of

NOON = 1_790_000_000 // 86_400 * 86_400 + 43_200


def test_states_days_and_pace(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    clock = [float(NOON)]
    sidecar = open_sidecar(opened.image_root, now=lambda: clock[0])
    first, second, third = (image.path for image in dataset.images)
    sidecar.update(first, state="accepted", objects=0)
    clock[0] += 60
    sidecar.update(second, objects=3, note="look")  # saved in the labeler, not judged
    clock[0] += 86_400
    sidecar.update(third, state="proposed", objects=1)
    sidecar.update(dataset.root / "images" / "gone.png", state="accepted", objects=1)
    found = standing_of(sidecar, opened.image_root, opened.membership())
    assert dict(found.rows(5)) == {
        "todo": 1,
        "proposed": 1,
        "accepted": 1,
        "corrected": 0,
        "rejected": 0,
        "never opened": 2,
    }
    assert (found.known, found.empty, found.noted, found.done) == (3, 1, 1, 2)
    assert list(found.days.values()) == [2]
    assert (found.hours, found.per_hour) == (1 / 6, 12)


def test_nothing_is_recorded(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    found = standing_of(
        open_sidecar(opened.image_root, read_only=True), opened.image_root, opened.membership()
    )
    assert dict(found.rows(3))["never opened"] == 3
    assert (found.done, found.per_hour) == (0, 0)


def test_it_can_be_stopped(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    sidecar = open_sidecar(opened.image_root)
    sidecar.update(dataset.images[0].path, state="accepted")
    assert standing_of(sidecar, opened.image_root, opened.membership(), stop=lambda: True).known == 0
