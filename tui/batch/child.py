"""A worker process: tasks in, results out, one JSON object a line.

    in    {"open": recipe}                                 out   {"about": {...}} or {"error": {...}}
          {"begin": {"targets": [...], "root": ..., ...}}
          {"do": task}                                            {"done": result}
          {"drop": true}                                          {"dropped": key} of each not begun
          {"finish": true}                                        {"bye": {"problems": [...]}}

Reading, models and writing overlap: while the models work on one image the next ones are decoded and the
last one is traced onto the disk. When the other end goes away, so does this process, at once: every write is
atomic, so there is no bad moment.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from tui.batch.recipe import Result, Task, packed, recipe_of

_T = TypeVar("_T")

_AHEAD = 2
"""Images that wait between two steps."""

MOST_LOADERS = 4

_IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)
"""Signals that a terminal or a scheduler sends to the whole group: the run itself decides what they mean."""


def main() -> None:
    """Entry point of the process."""
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    faulthandler.enable()
    # Native libraries print to descriptor 1: what leads to the run must not be it.
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    lines = queue.SimpleQueue[dict[str, Any]]()
    threading.Thread(target=_read, args=(sys.stdin.buffer, lines), daemon=True).start()
    serve(lines.get, _Writer(out))
    os._exit(0)


def serve(take: Callable[[], dict[str, Any]], send: Callable[[dict[str, Any]], None]) -> None:
    """Answer messages until the work is finished or the models cannot be opened."""
    from tui.batch.models import open_models
    from tui.batch.work import Worker
    from tui.data.sidecar import open_sidecar
    from tui.errors import TtylabelError
    from tui.inference.preference import prefer
    from tui.inference.runtime import core_count

    recipe = recipe_of(take()["open"])
    try:
        prefer(recipe.provider, require_gpu=recipe.require_gpu)
        models = open_models(recipe)
    except TtylabelError as error:
        kind = type(error).__name__
        send({"error": {"kind": kind, "what": error.what, "why": error.why, "fix": error.fix}})
        return
    send({"about": packed(models.about)})
    begin = take().get("begin")
    if begin is None:
        return
    root = Path(begin["root"])
    sidecar = open_sidecar(Path(begin["image_root"]), place=root, durable=False)
    worker = Worker(models, sidecar, targets=begin["targets"], root=root, run=begin["run"])
    overlap(worker, take, send, loaders=max(1, min(MOST_LOADERS, core_count() - 1)))
    send({"bye": {"problems": list(sidecar.problems)}})


def overlap(
    worker: Any,
    take: Callable[[], dict[str, Any]],
    send: Callable[[dict[str, Any]], None],
    *,
    loaders: int,
) -> None:
    """Do tasks until told to finish: the models in this thread, reading and writing in others."""
    tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    loaded: queue.Queue[Any] = queue.Queue(_AHEAD)
    inferred: queue.Queue[Any] = queue.Queue(_AHEAD)

    dropping = threading.Event()

    def give() -> None:
        while "finish" not in (message := take()):
            if "do" in message:
                tasks.put(Task(**message["do"]))
            else:
                dropping.set()
        for _ in range(loaders):
            tasks.put(None)

    def load() -> None:
        while (task := tasks.get()) is not None:
            if dropping.is_set():
                send({"dropped": task.key})
            else:
                loaded.put(_tried(worker.load, task, task))
        loaded.put(None)

    def store() -> None:
        while (item := inferred.get()) is not None:
            result = item if isinstance(item, Result) else _tried(worker.store, item, item.loaded.task)
            send({"done": packed(result)})

    threads = [
        threading.Thread(target=_or_die(step), daemon=True) for step in (give, *[load] * loaders, store)
    ]
    for thread in threads:
        thread.start()
    running = loaders
    while running:
        item = loaded.get()
        if item is None:
            running -= 1
        elif dropping.is_set() and not isinstance(item, Result):
            send({"dropped": item.task.key})
        else:
            inferred.put(item if isinstance(item, Result) else _tried(worker.infer, item, item.task))
    inferred.put(None)
    for thread in threads:
        thread.join()


def _tried(step: Callable[[_T], Any], item: _T, task: Task) -> Any:
    """The step's answer; an error nobody foresaw is this image's failure and is told in full in the log."""
    try:
        return step(item)
    except Exception as error:
        sys.stderr.write(f"{task.image!r}\n")
        sys.excepthook(*sys.exc_info())
        return Result(task.key, "failed", f"an error in this program: {type(error).__name__}: {error}")


def _or_die(step: Callable[[], None]) -> Callable[[], None]:
    """A programming error in a thread must end the process, which the run sees, not leave it waiting."""

    def guarded() -> None:
        try:
            step()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(70)

    return guarded


def _read(stream: BinaryIO, lines: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in stream:
        lines.put(json.loads(line))
    os._exit(1)  # the run is gone


class _Writer:
    """Messages to the run, whole even when several threads send."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._lock = stream, threading.Lock()

    def __call__(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode("ascii") + b"\n"
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[self._stream.write(view) :]
