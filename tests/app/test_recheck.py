"""What models say of an image's labels, and what is said where they cannot look."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from datasets import DrawnDataset
from fakes import FakeSegmenter
from fakes_detect import FakeDetector
from tui.app.embeddings import Embeddings
from tui.app.late import Late
from tui.app.library import Library
from tui.app.proposer import Finders
from tui.app.recheck import Recheck
from tui.app.turns import Turns
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.data.reviewfacts import facts_of
from tui.inference.cancel import Cancel, Interrupted
from tui.session import effects as fx

MAPPED = ("red -> disc", "blue -> slab")


def recheck(made: DrawnDataset, rules: tuple[str, ...] | None = MAPPED) -> tuple[Recheck, Library]:
    library = Library(open_dataset(made.root), Config())
    library.list_all()
    segmenter = FakeSegmenter()
    finders = (
        Finders(Late("fake-detector", FakeDetector), None, None, rules) if rules is not None else Finders()
    )
    found = Recheck(
        library,
        segmenter,
        finders,
        Embeddings(library, segmenter, 10**7),
        Turns(),
        task="detect",
        reason=str,
    )
    return found, library


def test_a_label_that_is_gone_is_offered(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(labelled=True)
    image = made.images[0]
    image.label_path.write_text("")
    looker, library = recheck(made)
    facts = facts_of(library.dataset, library.sidecar, image.path, 0, empty=True)
    assert facts is not None
    found, problem = looker.look(image.path, facts, fx.Gather(1, rivals=True), Cancel())
    assert problem == ""
    assert {one.class_id for one in found.objects} == {0, 1}
    assert all(one.line == "" and one.rival is not None for one in found.objects)


def test_what_cannot_be_looked_at_is_said(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(labelled=True)
    image = made.images[0]
    looker, library = recheck(made, rules=())
    facts = facts_of(library.dataset, library.sidecar, image.path, 0)
    assert facts is not None
    found, problem = looker.look(image.path, facts, fx.Gather(1, rivals=True), Cancel())
    assert found is facts
    assert "no class of the dataset" in problem
    image.path.unlink()
    assert looker.look(image.path, facts, fx.Gather(1, fresh=True), Cancel())[1]
    nobody, _ = recheck(made, rules=None)
    assert "no detector" in nobody.missing(fx.Gather(1, rivals=True))
    assert nobody.missing(fx.Gather(1, fresh=True)) == ""


def test_it_stops_when_nobody_wants_to_know(make_dataset: Callable[..., DrawnDataset]) -> None:
    made = make_dataset(labelled=True)
    looker, library = recheck(made)
    facts = facts_of(library.dataset, library.sidecar, made.images[0].path, 0)
    assert facts is not None
    job = Cancel()
    job.set()
    with pytest.raises(Interrupted):
        looker.look(made.images[0].path, facts, fx.Gather(1, fresh=True), job)
