"""A labeling session without a screen: the real session, the real runner, and nobody's clock.

Nothing runs by itself. Work that the session asked for waits in order until an answer is wanted, so the same
events always lead to the same labels. Replays, the bench of keystrokes and tests drive it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Any

from tui.app.lanes import Job
from tui.app.library import Library
from tui.app.proposer import Finders
from tui.app.runner import Runner
from tui.inference.segmenters.base import Segmenter
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.log import Mark
from tui.session.start import start
from tui.session.state import Options, Session
from tui.session.update import update


class Patient:
    """A lane that runs a job when told to. Nothing is replaced, and nothing is worked on ahead."""

    def __init__(self, name: str, slots: tuple[str, ...], on_error: Callable[[BaseException], None]) -> None:
        self._jobs: deque[Job] = deque()

    def submit(self, slot: str, job: Job) -> None:
        """Let the job wait behind the others."""
        self._jobs.append(job)

    def when_idle(self, jobs: tuple[Job, ...]) -> None:
        """Nothing is idle here."""

    def waiting(self, slot: str) -> bool:
        """Nothing that runs is ever out of date before it has run."""
        return False

    @property
    def busy(self) -> bool:
        """Whether a job waits."""
        return bool(self._jobs)

    def step(self) -> bool:
        """Run the next job; False when none waits."""
        if not self._jobs:
            return False
        self._jobs.popleft()()
        return True

    def close(self, timeout: float = 1.0) -> None:
        """Drop what waits."""
        self._jobs.clear()


class AtOnce(Executor):
    """Runs what is submitted before it returns."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Headless:
    """One session and its world. `notices` are the sentences said, `asked` the dialogs it wanted opened.

    An error of the program itself is raised from the call that met it. Classes are added to the session only:
    a replay must not write to the dataset it reads.
    """

    def __init__(
        self,
        library: Library,
        segmenter: Segmenter,
        options: Options,
        classes: tuple[str, ...],
        keymap: str,
        *,
        index: int = 0,
        finders: Finders | None = None,
        memory_bytes: int = 256_000_000,
    ) -> None:
        self._library = library
        self._inbox: deque[ev.Event] = deque()
        self._lanes: list[Patient] = []
        self._errors: list[BaseException] = []
        self.notices: list[fx.Notify] = []
        self.asked: list[fx.Ask] = []
        self.left = False
        self.runner = Runner(
            library,
            segmenter,
            task=options.task,
            memory_bytes=memory_bytes,
            finders=finders,
            post=self._post,
            on_error=self._errors.append,
            lanes=self._lane,
            saver=AtOnce(),
        )
        self.session: Session
        self.session, effects = start(options, classes, keymap, index=index, image_count=len(library))
        self._run(effects)

    def give(self, event: ev.Event) -> Session:
        """Take one event to the session and start what it asks for; answers wait."""
        self.session, effects = update(self.session, event)
        self._run(effects)
        if isinstance(event, ev.Encoded) and event.index == self.session.image.index:
            self.runner.embedded()
        elif isinstance(event, ev.EncodeFailed) and event.index == self.session.image.index:
            self.runner.not_embedded(event.reason)
        self._check()
        return self.session

    def answer(self, mark: Mark) -> bool:
        """Make and deliver the answer that `mark` names; False when nothing asked for leads to it."""
        while (found := next((event for event in self._inbox if mark.fits(event)), None)) is None:
            if not self._step():
                return False
        self._inbox.remove(found)
        if isinstance(found, ev.ClassesChanged):
            found = replace(found, names=mark.names)
        self.give(found)
        return True

    def list_images(self) -> Session:
        """Read the whole folder, as the app does behind the first image."""
        front = self._library.path(self.session.image.index)
        self._library.list_all()
        return self.give(ev.Listed(len(self._library), True, self._library.index(front) or 0))

    def settle(self) -> Session:
        """Deliver every answer there is, in the order it was asked for, until nothing is left to do."""
        while True:
            while self._inbox:
                self.give(self._inbox.popleft())
            if not self._step():
                return self.session

    def press(self, *keys: str) -> Session:
        """Keys by name, each after everything before it has been answered."""
        for key in keys:
            self.give(ev.Key(key))
            self.settle()
        return self.session

    def close(self) -> None:
        """Release the model; saves are on disk already."""
        self.runner.close()

    def _step(self) -> bool:
        """Run one job of the first lane that has one."""
        worked = any(lane.step() for lane in self._lanes)
        self._check()
        return worked

    def _lane(self, name: str, slots: tuple[str, ...], on_error: Callable[[BaseException], None]) -> Patient:
        lane = Patient(name, slots, on_error)
        self._lanes.append(lane)
        return lane

    def _post(self, event: ev.Event | fx.Notify) -> None:
        if isinstance(event, fx.Notify):
            self.notices.append(event)
        else:
            self._inbox.append(event)

    def _run(self, effects: tuple[fx.Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case fx.Notify():
                    self.notices.append(effect)
                case fx.Ask():
                    self.asked.append(effect)
                case fx.Quit():
                    self.left = True
                case fx.AddClass():
                    self._inbox.append(ev.ClassesChanged((*self.session.classes, effect.name)))
                case _:
                    self.runner.run(effect)

    def _check(self) -> None:
        if self._errors:
            raise self._errors[0]
