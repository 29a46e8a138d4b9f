"""What the verbs of `ttylabel classes` do: count, show a change, carry it out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tui.cli.hold import held_alone
from tui.cli.output import emit, emit_json, say
from tui.cli.progress import Progress
from tui.cli.signals import StopRequest
from tui.data import class_plan
from tui.data.class_change import (
    carry_origins,
    counts,
    doubled,
    dropped,
    list_files,
    put_histories_aside,
    waiting,
)
from tui.data.class_plan import Plan
from tui.data.dataset import Dataset, open_dataset
from tui.data.formats.yolo import stale_cache
from tui.data.sidecar import sidecar_of
from tui.errors import HeldError, SaveError, UsageError
from tui.types.text import printable

SCHEMA = 1

_FILES_SHOWN = 20

_MEND = "`ttylabel check PATH --fix`"


def list_classes(path: Path, *, labels_dir: Path | None, as_json: bool, quiet: bool) -> int:
    """Print every class with its counts; returns 1 when label files could not be read."""
    dataset = _open(path, labels_dir, quiet=quiet)
    rows, odd, unreadable = counts(dataset)
    if as_json:
        found = [asdict(row) for row in rows]
        emit_json({"schema": SCHEMA, "classes": found, "not_understood": odd, "unreadable": unreadable})
    else:
        width = max((len(printable(row.name)) for row in rows), default=0)
        for row in rows:
            beyond = "" if row.listed else "  not in the list"
            name = printable(row.name).ljust(width)
            emit(f"{row.class_id:>4}  {name}  {row.instances:>8}  {row.images:>8}{beyond}".rstrip())
        say("number, name, instances, images" if rows else "There are no classes yet", quiet=quiet)
    for sentence in (*dataset.warnings, *unreadable):
        say(sentence, quiet=quiet)
    if odd:
        say(f"{odd} lines name a class but are not understood, and not counted", quiet=quiet)
    if cut_off := class_plan.unfinished(dataset.root):
        say(cut_off, quiet=quiet)
    return 1 if unreadable else 0


def change(
    path: Path,
    words: tuple[str, ...],
    plan_of: Callable[[Dataset], Plan],
    *,
    labels_dir: Path | None,
    write: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Show what a change would do, or with `write` do it, or finish what was cut off before.

    Returns 0, or a signal's code where it was stopped. Raises UsageError, LabelFileError where it cannot be
    done, HeldError where someone labels the dataset, SaveError.
    """
    dataset = _open(path, labels_dir, quiet=quiet)
    with ExitStack() as stack:
        lost: Callable[[], bool] = bool
        if write:
            _refuse_view_only(dataset)
            lost = stack.enter_context(held_alone(dataset))
        plan = _unfinished(dataset, words)
        cut_off = plan is not None
        plan = plan or plan_of(dataset)
        if not as_json:
            _show(plan, quiet=quiet, verbose=verbose)
        kept, code = (None, 0)
        if write:
            if not cut_off:
                _begin(dataset, plan)
            kept, code = _carry_out(dataset, plan, lost, quiet=quiet)
        if as_json:
            emit_json(_as_json(plan, written=kept is not None, cut_off=cut_off, kept=kept))
    if not write:
        begun = f"It was begun and cut off: {class_plan.again(words)}" if cut_off else ""
        say(begun or "Nothing was changed: --write does it", quiet=quiet)
    return code


def _open(path: Path, labels_dir: Path | None, *, quiet: bool) -> Dataset:
    """The whole dataset that PATH is in: class numbers hold for all of it."""
    dataset = open_dataset(path, labels_dir=labels_dir)
    described = path.suffix.lower() in (".yaml", ".yml")
    if (
        not described
        and dataset.sources != (dataset.image_root,)
        and path.resolve() != (dataset.image_root.resolve())
    ):
        say(f"Classes hold for the whole dataset: {dataset.image_root}", quiet=quiet)
        return open_dataset(dataset.image_root, labels_dir=labels_dir)
    return dataset


def _refuse_view_only(dataset: Dataset) -> None:
    if class_plan.unfinished(dataset.root):
        return  # which command finishes it is seen to below
    if reason := dataset.read_only_reason():
        raise SaveError("No class was changed", reason)


def _unfinished(dataset: Dataset, words: tuple[str, ...]) -> Plan | None:
    """The plan that an earlier call of these very words left. Raises UsageError for one of other words."""
    if not class_plan.unfinished(dataset.root):
        return None
    plan = class_plan.read_plan(dataset.root)
    if plan.words != words:
        raise UsageError("Another change of classes was cut off", "", class_plan.again(plan.words))
    return plan


def _begin(dataset: Dataset, plan: Plan) -> None:
    if plan.moves.gone and (reason := waiting(dataset)):
        raise UsageError("No class was changed", reason)
    class_plan.begin(dataset.root, plan)


def _carry_out(
    dataset: Dataset, plan: Plan, lost: Callable[[], bool], *, quiet: bool
) -> tuple[Path | None, int]:
    """Where the plan was put when all is done, and the exit code."""
    sidecar, progress = sidecar_of(dataset), Progress(quiet=quiet)
    caches: dict[Path, None] = {}
    lists = list_files(dataset, plan.old, plan.new)
    done = 0
    with StopRequest() as stop:
        try:
            progress.start(len(plan.files))
            for file in class_plan.carry_out(dataset.root, plan, lists, stopped=lambda: stop() or lost()):
                done += 1
                if not file.is_list:
                    carry_origins(sidecar, dataset.root, plan, file)
                    if cache := stale_cache(dataset.root / file.path):
                        caches[cache] = None
                progress.update(done, 0)
        finally:
            progress.finish()
        if lost():
            raise HeldError("Another session took this dataset over", "", class_plan.again(plan.words))
        if stop() and done < len(plan.files):
            say(f"Stopped early: {class_plan.again(plan.words)}", quiet=quiet)
            return None, stop.exit_code
        if plan.moves.gone and put_histories_aside(dataset):
            say("Undo of earlier sessions ends here: their journals were put aside", quiet=quiet)
        kept = class_plan.end(dataset.root)
    say(f"Done. What every file held before is in {kept}", quiet=quiet)
    for text in (*sidecar.problems, *(f"Delete {one} before training: it is out of date" for one in caches)):
        say(text, quiet=quiet)
    return kept, 0


def _show(plan: Plan, *, quiet: bool, verbose: bool) -> None:
    old = {name: i for i, name in enumerate(plan.old)}
    for i, name in enumerate(plan.new):
        came = "new" if name not in old else "" if old[name] == i else f"was {old[name]}"
        if plan.words[0] == "rename" and came == "new":
            came = f"was {printable(plan.old[i])}"
        emit(f"{i:>4}  {printable(name)}{f'  ({came})' if came else ''}")
    for i in plan.moves.gone:
        fate = "deleted" if plan.moves.into is None else f"now {printable(plan.old[plan.moves.into])}"
        emit(f"   -  {printable(plan.old[i])}  (was {i}, {fate})")
    files = plan.files if verbose else plan.files[:_FILES_SHOWN]
    for file in files:
        emit(f"{printable(file.path)}: {'class list' if file.is_list else f'{file.lines} lines'}")
    if len(files) < len(plan.files):
        emit(f"and {len(plan.files) - len(files)} more files (-v names all)")
    lines, of = dropped(plan)
    gone = f", {lines} of them in {of} files are deleted" if lines else ""
    say(f"{plan.lines} label lines in {plan.label_files} files change{gone}", quiet=quiet)
    twice, of = doubled(plan)
    if twice:
        say(f"{twice} lines in {of} files then say the same as another: {_MEND} deletes them", quiet=quiet)


def _as_json(plan: Plan, *, written: bool, cut_off: bool, kept: Path | None) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "change": list(plan.words),
        "written": written,
        "cut_off_before": cut_off,
        "old": list(plan.old),
        "new": list(plan.new),
        "lines": plan.lines,
        "deleted_lines": dropped(plan)[0],
        "doubled_lines": doubled(plan)[0],
        "files": [
            {"path": file.path, "lines": file.lines, "class_list": file.is_list} for file in plan.files
        ],
        "plan": str(kept) if kept else None,
    }
