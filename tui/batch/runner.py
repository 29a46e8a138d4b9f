"""A run over a dataset: what remains, workers, the ledger, and how it ends.

Progress is told as values (`Event`); what they look like is the command line's affair.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from tui import __version__
from tui.batch.ledger import Ledger, held
from tui.batch.pool import Begin, Done, Pool
from tui.batch.recipe import FAILURES, About, Outcome, Recipe, Result, Task
from tui.batch.shard import Shard
from tui.config import state_dir
from tui.data.atomic import sweep, write_atomic
from tui.data.dataset import Dataset
from tui.data.files import why
from tui.data.sidecar import sidecar_of
from tui.errors import SaveError, UsageError

RUNS = "runs"
"""Folder beside the sidecar's records that holds the ledgers, one folder a recipe."""

STOP_WITHIN = 9.0
"""Seconds that an image in hand gets to finish once the run is to stop: a scheduler gives ten."""

_UNSAVED_IN_A_ROW = 3
"""Label files in a row that the disk did not take: then it takes none."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to run, and over what. `again` does images that were done before, and tries failed ones anew."""

    recipe: Recipe
    dataset: Dataset
    shard: Shard = field(default_factory=Shard)
    workers: int = 1
    threads: int = 1
    limit: int | None = None
    dry_run: bool = False
    again: bool = False
    fail_fast: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run finds before it begins: `before` are the results of earlier runs of the same recipe."""

    about: About
    images: int
    tasks: tuple[Task, ...]
    before: tuple[Result, ...]
    unmapped: tuple[str, ...] = ()


@dataclass(slots=True)
class Summary:
    """What a run did. `counts` are this run's outcomes, `failed` all images that do not work, with causes."""

    plan: Plan
    counts: Counter[Outcome] = field(default_factory=Counter)
    failed: list[Result] = field(default_factory=list)
    objects: int = 0
    seconds: float = 0.0
    stopped: bool = False
    disk: str = ""
    problems: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        """Tasks of this run that have a result."""
        return self.counts.total()

    @property
    def exit_code(self) -> int:
        """0 done, 1 some images failed, 3 labels could not be written, 75 stopped early."""
        if self.counts["unsaved"]:
            return 3
        if self.stopped:
            return 75
        return 1 if self.failed else 0


class Engine(Protocol):
    """Something that does tasks: processes of this machine, or a cluster."""

    @property
    def problems(self) -> list[str]: ...

    def open(self) -> About: ...

    def run(
        self, tasks: Iterator[Task], begin: Begin, *, stopped: Callable[[], bool]
    ) -> Iterator[Done | None]: ...


Mapper = Callable[[About], tuple[tuple[int | None, ...], tuple[str, ...]]]
"""From what the models say to the class mapping and the names that lead nowhere; may raise UsageError."""


class Watch(Protocol):
    """Who follows a run."""

    def planned(self, plan: Plan) -> None: ...

    def result(self, result: Result, done: int, failed: int) -> None: ...

    def tick(self) -> None: ...


def run(
    job: Job,
    map_classes: Mapper,
    watch: Watch,
    *,
    stopped: Callable[[], bool] = lambda: False,
    engine: Callable[[Job, int], Pool] | None = None,
) -> Summary:
    """Run a job to its end, or until `stopped`.

    Raises UsageError, ModelError before the first image, HeldError when another run does the same share,
    SaveError when labels, or what was done, cannot be written at all.
    """
    dataset = job.dataset
    sidecar = sidecar_of(dataset)
    images = dataset.list_images()
    if not images:
        raise UsageError("There are no images")
    if not job.dry_run and (reason := dataset.read_only_reason(images[0])):
        raise SaveError("No labels can be written", reason)
    assert sidecar.folder is not None
    runs = sidecar.folder / RUNS
    name = f"share-{job.shard.index + 1}-of-{job.shard.count}"
    with held(runs, name) as lock, (engine or _local)(job, lock) as workers:
        about = workers.open()
        targets, unmapped = map_classes(about)
        ours = runs / job.recipe.digest(*about.fingerprints, targets=targets)
        ledger = Ledger(ours)
        tasks = _tasks(dataset, images, job.shard, sidecar.key)
        plan = _plan(job, about, tasks, ledger, len(images), unmapped)
        watch.planned(plan)
        if job.dry_run:
            return Summary(plan)
        _check_room(plan, dataset)
        for folder in {dataset.label_path(image).parent for image in images}:
            sweep(folder)  # what a run that was killed left half written
        begin = Begin(targets, str(dataset.root), str(dataset.image_root), _begun(ours, job, about))
        return _follow(job, workers, plan, begin, ledger, watch, stopped)


def _local(job: Job, lock: int) -> Pool:
    return Pool(job.recipe, job.workers, logs=state_dir() / "workers", threads=job.threads, holds=(lock,))


def _tasks(
    dataset: Dataset, images: Iterable[Path], shard: Shard, key_of: Callable[[Path], str]
) -> Iterator[Task]:
    for image in images:
        key = key_of(image)
        if shard.holds(key):
            yield Task(key, str(image), str(dataset.label_path(image)))


def _plan(
    job: Job, about: About, tasks: Iterator[Task], ledger: Ledger, images: int, unmapped: tuple[str, ...]
) -> Plan:
    todo: list[Task] = []
    before: list[Result] = []
    for task in tasks:
        earlier = None if job.again else ledger.done(task)
        if earlier is not None:
            before.append(earlier)
        elif job.limit is None or len(todo) < job.limit:
            todo.append(task)
    return Plan(about, images, tuple(todo), tuple(before), unmapped)


def _check_room(plan: Plan, dataset: Dataset) -> None:
    """Refuse what the disk has no room for: a file a label needs an inode, and four kilobytes."""
    if not plan.tasks:
        return
    place = Path(plan.tasks[0].label).parent
    while not place.exists():
        place = place.parent
    free = os.statvfs(place)
    count = len(plan.tasks)
    if free.f_files > 0 and free.f_favail < count:
        raise UsageError(
            f"The run would need up to {count:,} files; this disk has room for {free.f_favail:,} more",
            "",
            "Free some, take a part with --limit, or save elsewhere with --labels-dir",
        )
    if shutil.disk_usage(place).free < 4096:
        raise SaveError("No labels can be written", f"the disk that holds {place} is full")


def _begun(folder: Path, job: Job, about: About) -> str:
    """Write down who runs what, and give the run's name: the time it began first, kept when it goes on."""
    now = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    line = {
        "time": now,
        "version": __version__,
        "host": os.uname().nodename,
        "share": str(job.shard),
        "recipe": asdict(job.recipe),
        "models": asdict(about),
    }
    log, started = folder / "runs.jsonl", folder / "started.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="ascii") as lines:
            lines.write(json.dumps(line) + "\n")
        if job.again or not started.exists():
            write_atomic(started, now.encode())
        return started.read_text("ascii")
    except OSError as error:
        raise SaveError("The run cannot be written down", why(error)) from error


def _follow(
    job: Job,
    pool: Engine,
    plan: Plan,
    begin: Begin,
    ledger: Ledger,
    watch: Watch,
    stopped: Callable[[], bool],
) -> Summary:
    """Take results until there are no more."""
    start = time.monotonic()
    summary = Summary(plan, failed=[one for one in plan.before if one.outcome in FAILURES])
    enough = _Enough(stopped)
    for done in pool.run(iter(plan.tasks), begin, stopped=enough):
        if done is None:
            watch.tick()
        else:
            ledger.enter(done.task, done.result, final=done.final)
            _count(summary, done.result)
            watch.result(done.result, summary.done, len(summary.failed))
            enough.consider(summary, done.result, job.fail_fast)
        if enough.overdue:
            break
    summary.seconds = time.monotonic() - start
    summary.stopped = summary.done < len(plan.tasks)
    summary.disk = enough.disk
    summary.problems = tuple(pool.problems)
    return summary


def _count(summary: Summary, result: Result) -> None:
    summary.counts[result.outcome] += 1
    summary.objects += result.objects
    if result.outcome in FAILURES:
        summary.failed.append(result)


class _Enough:
    """Whether a run is to stop: it was asked to, the disk takes nothing, or one failure is too many."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._asked, self._decided, self._since = stopped, False, 0.0
        self._unsaved = 0
        self.disk = ""

    def __call__(self) -> bool:
        if not (self._decided or self._asked()):
            return False
        self._since = self._since or time.monotonic()
        return True

    @property
    def overdue(self) -> bool:
        """Whether what is in hand has had its time."""
        return self() and time.monotonic() - self._since > STOP_WITHIN

    def consider(self, summary: Summary, result: Result, fail_fast: bool) -> None:
        """Look at one more result."""
        self._unsaved = self._unsaved + 1 if result.outcome == "unsaved" else 0
        if self._unsaved >= _UNSAVED_IN_A_ROW:
            self._decided, self.disk = True, result.reason
        if fail_fast and summary.failed:
            self._decided = True
