"""What a review is made of, read from label files and the sidecar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from datasets import DrawnDataset, yolo_line
from tui.data.dataset import open_dataset
from tui.data.reviewfacts import around, facts_of, next_unlabeled, next_unverified
from tui.data.sidecar import sidecar_of
from tui.data.sidecar_records import Origin, line_digest


def test_scores_states_and_what_a_person_agreed_with(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(labelled=True)
    dataset = open_dataset(made.root)
    sidecar = sidecar_of(dataset)
    image = made.images[0]
    first, second = image.label_lines()
    origins = [
        Origin(line_digest(first), source="yolo", score=0.3),
        Origin(line_digest(second), source="yolo", score=0.8, accepted=True),
    ]
    assert sidecar.update(image.path, state="proposed", note="dark", origins=origins)
    facts = facts_of(dataset, sidecar, image.path, 7)
    assert facts is not None
    assert (facts.index, facts.state, facts.noted) == (7, "proposed", True)
    (one,) = facts.objects
    assert (one.line, one.score, one.fault) == (first, 0.3, "")
    x0, y0, x1, y1 = image.box(0)
    assert abs(one.share - (x1 - x0) * (y1 - y0) / (320 * 240)) < 1e-5


def test_faults(dataset: DrawnDataset) -> None:
    image = dataset.images[0]
    image.label_path.parent.mkdir(parents=True)
    wh = image.wh
    texts = [
        yolo_line(0, (10, 10, 60, 60), wh),
        yolo_line(0, (10, 10, 60, 60), wh),
        yolo_line(9, (20, 10, 60, 60), wh),
        yolo_line(1, (20, 10, 400, 60), wh),
        yolo_line(1, (20, 10, 20.5, 10.5), wh),
    ]
    image.label_path.write_text("\n".join(texts))
    opened = open_dataset(dataset.root)
    facts = facts_of(opened, sidecar_of(opened), image.path, 0)
    assert facts is not None
    faults = [one.fault for one in facts.objects]
    assert faults[0] == faults[1] == "the same line stands twice"
    assert faults[2:] == ["there is no class 9", "it reaches out of the image", "it is tiny"]


def test_images_without_usable_labels_have_no_facts(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    sidecar = sidecar_of(opened)
    image = dataset.images[0]
    assert facts_of(opened, sidecar, image.path, 0) is None
    image.label_path.parent.mkdir(parents=True)
    image.label_path.write_bytes("0 0.5 0.5 0.1 0.1\n".encode("utf-16"))
    assert facts_of(opened, sidecar, image.path, 0) is None


def test_around_goes_on_from_the_other_end() -> None:
    images = [Path(name) for name in "abcd"]
    assert [i for i, _ in around(images, 1, 1)] == [2, 3, 0]
    assert [i for i, _ in around(images, 1, -1)] == [0, 3, 2]


def test_seeking(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(count=30, labelled=True)
    dataset = open_dataset(made.root)
    sidecar, images = sidecar_of(dataset), dataset.list_images()
    assert next_unlabeled(dataset, around(images, 0, 1)) is None
    made.images[4].label_path.unlink()
    assert next_unlabeled(dataset, around(images, 0, 1)) == 4
    assert next_unlabeled(dataset, around(images, 9, -1)) == 4
    assert next_unverified(sidecar, around(images, 0, 1)) == 1
    for image in images:
        if image != images[28]:
            sidecar.update(image, state="accepted")
    assert next_unverified(sidecar, around(images, 0, 1)) == 28
    sidecar.update(images[28], state="rejected")
    assert next_unverified(sidecar, around(images, 0, 1)) is None
