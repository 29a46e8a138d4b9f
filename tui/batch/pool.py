"""Worker processes of one machine: tasks out, results back, and what to do when one of them dies.

A worker holds several images at once, so when it dies nobody knows which was to blame. Those it held are then
done one at a time; the one that kills its worker alone is the one, and is left out.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tui.batch.child import MOST_LOADERS
from tui.batch.recipe import About, Recipe, Result, Task, about_of, packed
from tui.errors import ModelError, TtylabelError, UsageError

_WINDOW = MOST_LOADERS + 6
"""Tasks a worker has at once: enough for every step of it to be busy."""

_TICK = 0.2
_PARTING = 30.0
"""Seconds that workers without work get to end by themselves."""

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from tui.batch.child import main; main()"
_CAUSES = {signal.SIGKILL: "was killed, most likely because memory ran out", signal.SIGSEGV: "crashed"}


@dataclass(frozen=True, slots=True)
class Begin:
    """What workers need besides the recipe: the class mapping and where things lie."""

    targets: tuple[int | None, ...]
    root: str
    image_root: str
    run: str


@dataclass(frozen=True, slots=True)
class Done:
    """A finished task; `final` when it must not be tried again."""

    task: Task
    result: Result
    final: bool = False


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    log: Path
    held: dict[str, Task] = field(default_factory=dict)
    window: int = _WINDOW
    ready: bool = False

    def send(self, message: dict[str, Any]) -> None:
        """Give it a message; a pipe that broke shows in the end of its output."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            self.process.stdin.flush()
        except OSError:
            pass


_Event = tuple[int, dict[str, Any] | None]


class Pool:
    """`workers` processes with the models of one recipe.

    `holds` are descriptors that they inherit, so that a lock lasts as long as the last of them. What they
    print goes to files in `logs`. Use as a context manager: leaving it ends them.
    """

    def __init__(
        self, recipe: Recipe, workers: int, *, logs: Path, threads: int, holds: tuple[int, ...] = ()
    ) -> None:
        self._recipe, self._workers, self._logs, self._threads = recipe, workers, logs, threads
        self._holds = holds
        self._children: dict[int, _Child] = {}
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._begin: Begin | None = None
        self._next = 0
        self.problems: list[str] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children.values():
            child.process.kill()
        for child in self._children.values():
            child.process.wait()
            _close(child)
        self._children.clear()

    def open(self) -> About:
        """Start the first worker and let it open the models. Raises ModelError, UsageError."""
        self._start()
        return self._about()

    def run(
        self,
        tasks: Iterator[Task],
        begin: Begin,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Done | None]:
        """Do the tasks; results come in no order, and None whenever nothing came for a moment.

        Once `stopped`, nothing new is begun and what is in hand is finished. Raises ModelError when workers
        cannot be started any more.
        """
        self._begin = begin
        suspects = deque[Task]()
        for child in self._children.values():
            child.send({"begin": _packed(begin)})
        more = True
        while True:
            if more and stopped():
                more, tasks = False, iter(())
                suspects.clear()
                for child in self._children.values():
                    child.send({"drop": True})
            while (more or suspects) and len(self._children) < self._workers:
                self._start()
            for child in self._children.values():
                more = self._fill(child, suspects, tasks) and more
            if not more and not suspects and not any(c.held for c in self._children.values()):
                break
            yield from self._next_events(suspects)
        self._finish()

    def _fill(self, child: _Child, suspects: deque[Task], tasks: Iterator[Task]) -> bool:
        """Give a worker as much as it should have; False when there are no more tasks."""
        if not child.held:
            child.window = 1 if suspects else _WINDOW
            if suspects:
                self._give(child, suspects.popleft())
        # Beside a suspect there must be nothing that could be blamed for its death.
        while len(child.held) < child.window:
            task = next(tasks, None)
            if task is None:
                return False
            self._give(child, task)
        return True

    def _give(self, child: _Child, task: Task) -> None:
        child.held[task.key] = task
        child.send({"do": packed(task)})

    def _next_events(self, suspects: deque[Task]) -> Iterator[Done | None]:
        """What came since; waits a moment for the first."""
        try:
            number, message = self._events.get(timeout=_TICK)
        except queue.Empty:
            yield None
            return
        child = self._children.get(number)
        if child is None:
            return
        if message is None:
            yield from self._died(number, child, suspects)
        elif "done" in message:
            result = Result(**message["done"])
            yield Done(child.held.pop(result.key), result)
        elif "about" in message:
            child.ready = True
        elif "dropped" in message:
            child.held.pop(message["dropped"], None)
        elif "error" in message:
            raise _error(message["error"])

    def _died(self, number: int, child: _Child, suspects: deque[Task]) -> Iterator[Done]:
        code = child.process.wait()
        del self._children[number]
        _close(child)
        if not child.ready:
            raise ModelError("The models could not be opened", _last_words(child.log), f"See {child.log}")
        held = list(child.held.values())
        if child.window == 1 and held:
            reason = f"the worker {_cause(code)} on this image, twice"
            yield Done(held[0], Result(held[0].key, "failed", reason), final=True)
        else:
            suspects.extend(held)

    def _start(self) -> None:
        """One more worker; it begins at once where the work is known."""
        number, self._next = self._next, self._next + 1
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"worker-{os.getpid()}-{number}.log"
        environment = dict(os.environ, TTYLABEL_THREADS=str(self._threads), OPENBLAS_NUM_THREADS="1")
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, str(Path(__file__).resolve().parents[2])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                pass_fds=self._holds,
                env=environment,
            )
        child = _Child(process, log)
        self._children[number] = child
        assert process.stdout is not None
        threading.Thread(target=_listen, args=(number, process.stdout, self._events), daemon=True).start()
        child.send({"open": packed(self._recipe)})
        if self._begin is not None:
            child.send({"begin": _packed(self._begin)})

    def _about(self) -> About:
        while True:
            number, message = self._events.get()
            child = self._children[number]
            if message is None:
                child.process.wait()
                raise ModelError("The models could not be opened", _last_words(child.log), f"See {child.log}")
            if "error" in message:
                raise _error(message["error"])
            if "about" in message:
                child.ready = True
                return about_of(message["about"])

    def _finish(self) -> None:
        """Let all workers end by themselves, and hear what they have to complain about."""
        for child in self._children.values():
            child.send({"finish": True})
        while self._children:
            try:
                number, message = self._events.get(timeout=_PARTING)
            except queue.Empty:
                return
            if number not in self._children:
                continue
            if message is None:
                child = self._children.pop(number)
                child.process.wait()
                _close(child)
                child.log.unlink(missing_ok=True)
            elif "bye" in message:
                self.problems += [p for p in message["bye"]["problems"] if p not in self.problems]


def _listen(number: int, stream: IO[bytes], events: queue.SimpleQueue[_Event]) -> None:
    """Pass on what a worker says; None when it has nothing more to say."""
    try:
        for line in stream:
            events.put((number, json.loads(line)))
    except (OSError, ValueError):  # torn by its death, or closed by ours
        pass
    events.put((number, None))


def _close(child: _Child) -> None:
    for stream in (child.process.stdin, child.process.stdout):
        if stream is not None:
            stream.close()


def _packed(begin: Begin) -> dict[str, Any]:
    return {name: getattr(begin, name) for name in Begin.__slots__}


def _error(raw: dict[str, str]) -> TtylabelError:
    kind = UsageError if raw["kind"] == "UsageError" else ModelError
    return kind(raw["what"], raw["why"], raw["fix"])


def _cause(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with code {code}"
    known = _CAUSES.get(signal.Signals(-code)) if -code in signal.valid_signals() else None
    return known or f"was ended by signal {-code}"


def _last_words(log: Path) -> str:
    """The last line a worker printed."""
    try:
        lines = log.read_bytes()[-4000:].decode("utf-8", "replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1].strip() if lines else "it said nothing"
