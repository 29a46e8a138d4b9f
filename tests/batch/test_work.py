"""One image through the pipeline: what is kept, what is written, and where it says it comes from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from batch.world import DETECT, LINES, World, make_world, merging
from tui.batch.recipe import Recipe, Result
from tui.data import atomic
from tui.data.sidecar import Origin, line_digest
from tui.errors import ModelError

TIGHTEN = Recipe(mode="tighten", task="detect", segmenter="fake")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "set")


def made_by_model(world: World, *lines: str, accepted: bool = False) -> None:
    """Record that a model made these lines."""
    origins = [Origin(line_digest(line), source="old-model", accepted=accepted) for line in lines]
    image = Path(world.task().image)
    world.sidecar.update(image, state="proposed", objects=len(lines), origins=origins)


def test_an_image_gets_labels_and_the_sidecar_says_who_made_them(world: World) -> None:
    result = world.worker().do(world.task())
    assert (result.outcome, result.objects, result.added) == ("labelled", 2, 2)
    assert world.label() == "".join(f"{line}\n" for line in LINES) or world.label() == "\n".join(LINES)
    record = world.sidecar.record(Path(world.task().image))
    assert (record.image.state, record.image.objects) == ("proposed", 2)
    assert {o.line for o in record.origins} == {line_digest(line) for line in LINES}
    first = record.origins[0]
    assert (first.source, first.sha256, first.pipeline) == ("fake-detector", "fake-detector-1", "detect")
    assert first.score == 1.0
    assert first.box is not None
    assert not first.by_person


def test_where_nothing_is_found_there_is_no_label_file_but_a_record(world: World) -> None:
    result = world.worker(targets=(None, None, 0)).do(world.task())
    assert (result.outcome, world.label()) == ("nothing", None)
    assert world.sidecar.state(Path(world.task().image)).labelled_empty


@pytest.mark.parametrize("text", ["0 0.5 0.5 0.1 0.1\n", "", "# nothing\n"])
def test_s6_keep_leaves_what_is_labelled_also_as_empty(world: World, text: str) -> None:
    world.write(text)
    assert world.worker().do(world.task()).outcome == "kept"
    assert world.label() == text


def test_s6_keep_leaves_what_a_person_judged_as_empty_or_rejected(world: World) -> None:
    for state in ("accepted", "corrected", "rejected"):
        world.sidecar.update(Path(world.task().image), state=state, objects=0)
        assert world.worker().do(world.task()).outcome == "kept"
    assert world.worker(merging()).do(world.task()).outcome == "kept"  # rejected
    assert world.label() is None


def test_s6_merge_adds_to_a_persons_labels_and_changes_none(world: World) -> None:
    own = "0   0.2 0.5 0.19 0.4"  # the red square as a person drew it
    world.write(f"{own}\n")
    result = world.worker(merging()).do(world.task())
    assert (result.outcome, result.objects, result.added) == ("labelled", 2, 1)
    assert world.label() == f"{own}\n{LINES[1]}\n"
    record = world.sidecar.record(Path(world.task().image))
    assert [o.line for o in record.origins] == [line_digest(LINES[1])]


def test_s6_merge_replaces_what_another_model_made_unless_it_was_accepted(world: World) -> None:
    old = "0 0.21 0.5 0.2 0.4"
    world.write(f"{old}\n")
    made_by_model(world, old, accepted=True)
    world.worker(merging()).do(world.task())
    assert world.label() == f"{old}\n{LINES[1]}\n"
    world.write(f"{old}\n")
    made_by_model(world, old)
    world.worker(merging()).do(world.task())
    assert world.label() == f"{LINES[0]}\n{LINES[1]}\n"


def test_an_image_that_a_person_accepted_is_theirs_as_a_whole(world: World) -> None:
    old = "0 0.21 0.5 0.2 0.4"
    world.write(f"{old}\n")
    made_by_model(world, old)
    world.sidecar.update(Path(world.task().image), state="accepted")
    world.worker(merging()).do(world.task())
    assert world.label() == f"{old}\n{LINES[1]}\n"


def test_s6_replace_keeps_the_old_text_where_it_can_be_found(world: World) -> None:
    path = world.write("1 0.5 0.5 0.1 0.1\n")
    replacing = world.worker(replace(DETECT, existing="replace"))
    assert replacing.do(world.task()).outcome == "labelled"
    assert world.label() == f"{LINES[0]}\n{LINES[1]}\n"
    kept = world.root / ".ttylabel/replaced/now" / path.relative_to(world.root)
    assert kept.read_text() == "1 0.5 0.5 0.1 0.1\n"
    # Done twice, as after a kill, the first copy stays.
    assert replacing.do(world.task()).outcome == "unchanged"
    path.write_text("1 0.4 0.4 0.1 0.1\n")
    assert replacing.do(world.task()).outcome == "labelled"
    assert kept.read_text() == "1 0.5 0.5 0.1 0.1\n"


@pytest.mark.parametrize("existing", ["merge", "replace"])
def test_doing_an_image_twice_changes_nothing(world: World, existing: str) -> None:
    world.write("1 0.1 0.1 0.1 0.1\n")
    worker = world.worker(replace(DETECT, existing=existing))
    assert worker.do(world.task()).outcome == "labelled"
    before, made = world.label(), world.sidecar.record(Path(world.task().image)).origins
    assert worker.do(world.task()).outcome == "unchanged"
    assert world.label() == before
    again = world.sidecar.record(Path(world.task().image)).origins
    assert [origin.line for origin in again] == [origin.line for origin in made]


def test_tighten_leaves_a_persons_boxes_alone_unless_told_to_replace(world: World) -> None:
    loose = "0 0.2 0.5 0.26 0.5"
    world.write(f"{loose}\n")
    assert world.worker(TIGHTEN, ()).do(world.task()).outcome == "kept"
    made_by_model(world, loose)
    worker = world.worker(TIGHTEN, ())
    worker._models._segmenter.decode = _tight(worker._models._segmenter.decode)
    assert worker.do(world.task()).outcome == "labelled"
    assert world.label() == f"{LINES[0]}\n"
    (origin,) = [o for o in world.sidecar.record(Path(world.task().image)).origins if o.pipeline]
    assert (origin.pipeline, origin.source) == ("tighten", "fake")
    assert origin.box is not None
    assert origin.box.width == pytest.approx(52)


def _tight(decode):
    """Whatever the box, the red square."""
    from tui.types.prompt import Prompt
    from tui.types.shapes import Box

    def answer(embedding, prompt):
        return decode(embedding, Prompt(box=Box(20, 30, 60, 70)))

    return answer


def test_without_labels_there_is_nothing_to_tighten(world: World) -> None:
    assert world.worker(TIGHTEN, ()).do(world.task()).outcome == "nothing"


@pytest.mark.parametrize("content", [b"", b"no image", b"\xff\xd8\xff\xe0 torn"])
def test_s3_a_bad_image_is_a_result(world: World, content: bytes) -> None:
    Path(world.task().image).write_bytes(content)
    result = world.worker().do(world.task())
    assert result.outcome == "failed"
    assert result.reason


def test_s8_an_image_that_is_gone_is_no_failure(world: World) -> None:
    task = world.task()
    Path(task.image).unlink()
    assert world.worker().do(task) == Result(task.key, "gone")


def test_a_label_file_that_cannot_be_read_is_not_replaced(world: World) -> None:
    path = world.write("")
    path.write_bytes(b"\xff\xfe0\x00")
    result = world.worker(merging()).do(world.task())
    assert result.outcome == "failed"
    assert "UTF-16" in result.reason
    assert path.read_bytes() == b"\xff\xfe0\x00"


def test_a_model_that_fails_is_a_result(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ModelError("tiny.onnx failed", "its answer is not finite")

    worker = world.worker()
    monkeypatch.setattr(worker._models, "propose", fail)
    assert worker.do(world.task()).reason == "tiny.onnx failed: its answer is not finite"


def test_labels_that_somebody_changes_meanwhile_are_merged_with(world: World) -> None:
    worker, task = world.worker(merging()), world.task()
    loaded = worker.load(task)
    assert not isinstance(loaded, Result)
    inferred = worker.infer(loaded)
    assert not isinstance(inferred, Result)
    world.write("1 0.1 0.1 0.1 0.1\n")
    assert worker.store(inferred).outcome == "labelled"
    assert world.label() == f"1 0.1 0.1 0.1 0.1\n{LINES[0]}\n{LINES[1]}\n"


def test_a_disk_that_takes_nothing_is_not_the_images_fault(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    worker = world.worker()
    monkeypatch.setattr(atomic, "_replace", full)
    result = worker.do(world.task())
    assert result.outcome == "unsaved"
    assert "no space left" in result.reason


def test_where_it_comes_from_is_recorded_before_the_label_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.batch.work.save_labels", killed)
    with pytest.raises(KeyboardInterrupt):
        world.worker().do(world.task())
    monkeypatch.undo()
    assert world.label() is None
    assert world.sidecar.record(Path(world.task().image)).origins
    assert world.worker().do(world.task()).outcome == "labelled"
