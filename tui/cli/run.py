"""`ttylabel run`: a pipeline over a whole dataset, without a screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from tui.batch.classes import Classes
from tui.batch.recipe import FAILURES, Mode, Outcome, Recipe, Result
from tui.batch.runner import Job, Plan, Summary, run
from tui.batch.shard import parse_shard
from tui.cli.output import emit_json
from tui.cli.progress import Progress
from tui.cli.signals import StopRequest
from tui.config import Config, load_config
from tui.data.dataset import Dataset, open_dataset
from tui.data.shards import escaped
from tui.errors import SaveError, UsageError
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.names import names_of
from tui.inference.grounding.prompt import parse_text_prompt
from tui.inference.preference import preferred
from tui.inference.runtime import core_count

_GROUNDER = "grounding-dino-tiny-int8"
"""Model for --text where neither a flag nor the settings name one."""

_FLAGS: dict[Mode, str] = {
    "detect": "--detector",
    "text": "--text",
    "everything": "--everything",
    "tighten": "--tighten",
}
_MEANT_FOR: dict[str, tuple[str, tuple[Mode, ...]]] = {
    "grounder": ("--grounder", ("text",)),
    "rules": ("--map", ("detect",)),
    "only": ("--only", ("detect",)),
    "class_name": ("--class", ("everything",)),
    "grid": ("--grid", ("everything",)),
    "crops": ("--crops", ("everything",)),
    "add_classes": ("--add-classes", ("detect", "text", "everything")),
    "confidence": ("--confidence", ("detect", "text", "everything")),
    "nms": ("--nms", ("detect", "text", "everything")),
}
"""Flags that some pipelines only heed."""

_WORDS: dict[Outcome, str] = {
    "labelled": "labelled",
    "unchanged": "unchanged",
    "nothing": "with nothing found",
    "kept": "kept as they are",
    "gone": "gone meanwhile",
    "failed": "failed",
    "unsaved": "not saved",
}


class _Talk:
    """Tells about a run: JSON on standard output, talk and progress on standard error."""

    def __init__(self, progress: Progress, *, as_json: bool, verbose: bool) -> None:
        self._progress, self._as_json, self._verbose = progress, as_json, verbose

    def planned(self, plan: Plan) -> None:
        about = plan.about
        providers = "/".join(dict.fromkeys(about.providers))
        self._progress.say(f"{about.name} on {providers}: {_planned(plan)}")
        for note in about.notes:
            self._progress.say(note)
        if plan.unmapped:
            shown = ", ".join(plan.unmapped[:5])
            more = f" and {len(plan.unmapped) - 5} more" if len(plan.unmapped) > 5 else ""
            self._progress.say(f"Not in the dataset, so not looked for: {shown}{more}")
        for result in plan.before:
            if result.outcome in FAILURES:
                self._progress.say(f"Left out after it failed before: {result.key}: {result.reason}")
        self._progress.start(len(plan.tasks))

    def result(self, result: Result, done: int, failed: int) -> None:
        if self._as_json:
            emit_json({"type": "image", **_as_json(result)})
        if result.outcome in FAILURES:
            self._progress.say(f"{result.key}: {result.reason}")
        elif self._verbose:
            self._progress.say(
                f"{result.key}: {result.outcome}, {result.objects} objects, {result.ms:.0f} ms"
            )
        self._progress.update(done, failed)

    def tick(self) -> None:
        self._progress.tick()


def run_pipeline(
    path: Path, *, as_json: bool, quiet: bool, verbose: bool, dry_run: bool, **options: Any
) -> int:
    """Do what `ttylabel run` was asked for; returns the exit code."""
    config = load_config()

    def reopen() -> Dataset:
        return open_dataset(
            path,
            labels_dir=options["labels_dir"],
            classes_file=options["classes_file"],
            class_names=names_of(options["classes_file"]),
            task=options["task"],
        )

    dataset = reopen()
    recipe = recipe_from(options, dataset, config)
    job = Job(
        recipe,
        dataset,
        shard=parse_shard(options["shard"]),
        workers=options["workers"],
        threads=max(1, core_count() // options["workers"]),
        limit=options["limit"],
        dry_run=dry_run,
        again=options["again"],
        fail_fast=options["fail_fast"],
    )
    classes = Classes(
        recipe, reopen, name=options["class_name"] or "", add=options["add_classes"], change=not dry_run
    )
    progress = Progress(quiet=quiet)
    talk = _Talk(progress, as_json=as_json, verbose=verbose)
    with StopRequest() as stop:
        try:
            summary = run(job, classes, talk, stopped=stop)
        finally:
            progress.finish()
    return _end(summary, progress, stop.exit_code, as_json=as_json, dry_run=dry_run)


def recipe_from(options: dict[str, Any], dataset: Dataset, config: Config) -> Recipe:
    """The recipe that the flags describe. Raises UsageError for flags that do not go together."""
    given: dict[Mode, bool] = {
        "detect": bool(options["detector"]),
        "text": options["text"] is not None,
        "everything": options["everything"],
        "tighten": options["tighten"],
    }
    chosen = [mode for mode in get_args(Mode) if given[mode]]
    if len(chosen) != 1:
        raise UsageError(
            "Which pipeline?" if not chosen else "Two pipelines at once",
            "",
            "Give one of --detector, --text, --everything and --tighten",
        )
    mode = chosen[0]
    _refuse_idle(options, mode)
    facts = options["detector_facts"]
    if mode != "detect" and facts != DetectorOptions():
        raise UsageError("--detector-names, --detector-size and --detector-task say more of a --detector")
    wish = preferred()
    recipe = Recipe(
        mode=mode,
        task=options["task"] or dataset.task,
        existing=options["existing"],
        segmenter=options["segmenter"] or "",
        rules=options["rules"],
        only=options["only"],
        confidence=options["confidence"],
        iou=options["nms"],
        layers=options["crops"],
        side=options["grid"] or 0,
        max_bytes=config.max_image_bytes,
        max_pixels=config.max_pixels,
        provider=wish.asked.lower() or "auto",
        require_gpu=wish.required,
    )
    if mode == "detect":
        return replace(recipe, model=options["detector"], facts=facts)
    if mode == "text":
        parse_text_prompt(options["text"])  # before a model is opened for it
        return replace(
            recipe, model=options["grounder"] or config.grounder or _GROUNDER, text=options["text"]
        )
    return replace(recipe, segmenter=options["segmenter"] or config.segmenter)


def _refuse_idle(options: dict[str, Any], mode: Mode) -> None:
    """Flags that would change nothing are most often meant for another pipeline. Raises UsageError."""
    for name, (flag, modes) in _MEANT_FOR.items():
        if options[name] not in (None, (), False, 0) and mode not in modes:
            fits = " or ".join(_FLAGS[fit] for fit in modes)
            raise UsageError(f"{flag} says nothing with {_FLAGS[mode]}", "", f"It goes with {fits}")


def _planned(plan: Plan) -> str:
    before = f", {len(plan.before)} done before" if plan.before else ""
    return f"{plan.images} images{before}, {len(plan.tasks)} to do"


def _end(summary: Summary, progress: Progress, signal_code: int, *, as_json: bool, dry_run: bool) -> int:
    if as_json:
        emit_json({"type": "summary", **_summary(summary, dry_run)})
    if dry_run:
        progress.say("Nothing was changed (--dry-run).")
        return 0
    counts = [f"{n} {_WORDS[outcome]}" for outcome, n in summary.counts.items()]
    if counts:
        rate = f" ({summary.done / summary.seconds:.3g} images/s)" if summary.seconds else ""
        progress.say(f"{', '.join(counts)}; {summary.objects} objects{rate}")
    for problem in summary.problems:
        progress.say(problem)
    if summary.disk:
        raise SaveError("Stopped", summary.disk, "Run it again to continue")
    if summary.stopped:
        progress.say("Stopped early. Run it again to continue.")
        return signal_code or summary.exit_code
    return summary.exit_code


def _as_json(result: Result) -> dict[str, object]:
    fields: dict[str, object] = {
        "image": escaped(result.key),
        "outcome": result.outcome,
        "objects": result.objects,
        "added": result.added,
        "ms": round(result.ms, 1),
    }
    return fields | ({"reason": result.reason} if result.reason else {})


def _summary(summary: Summary, dry_run: bool) -> dict[str, object]:
    plan = summary.plan
    return {
        "models": plan.about.name,
        "providers": list(plan.about.providers),
        "images": plan.images,
        "before": len(plan.before),
        "planned": len(plan.tasks),
        "done": summary.done,
        "counts": dict(summary.counts),
        "objects": summary.objects,
        "seconds": round(summary.seconds, 2),
        "stopped": summary.stopped,
        "dry_run": dry_run,
        "failed": [{"image": escaped(one.key), "reason": one.reason} for one in summary.failed],
    }
