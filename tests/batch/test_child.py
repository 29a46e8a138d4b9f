"""A worker's loop, in this process: steps overlap, every task is answered, stopping drops the rest."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

from batch.world import DETECT, make_world, tiny_detector
from tui.batch.child import overlap, serve
from tui.batch.recipe import Result, Task, packed


class Steps:
    """Records what ran; `hold` keeps the models busy until it is set."""

    def __init__(self) -> None:
        self.hold = threading.Event()
        self.inferring = threading.Event()
        self.loaded: list[str] = []

    def load(self, task: Task) -> object:
        self.loaded.append(task.key)
        if task.key == "kept":
            return Result(task.key, "kept")
        if task.key == "bad":
            raise ZeroDivisionError("oh")
        return Item(task)

    def infer(self, item: Item) -> Item:
        self.inferring.set()
        assert self.hold.wait(10)
        return Stored(item.task)

    def store(self, stored: Stored) -> Result:
        return Result(stored.loaded.task.key, "labelled")


class Item:
    def __init__(self, task: Task) -> None:
        self.task = task


class Stored(Item):
    @property
    def loaded(self) -> Item:
        return self


def do(*keys: str) -> list[dict]:
    return [{"do": packed(Task(key, key, key))} for key in keys]


def feed(messages: list[dict]):
    lines: queue.SimpleQueue[dict] = queue.SimpleQueue()
    for message in messages:
        lines.put(message)
    return lines


def test_every_task_is_answered_once(capfd) -> None:
    steps, sent = Steps(), []
    steps.hold.set()
    overlap(steps, feed([*do("a", "kept", "bad", "b"), {"finish": True}]).get, sent.append, loaders=2)
    outcomes = {message["done"]["key"]: message["done"]["outcome"] for message in sent}
    assert outcomes == {"a": "labelled", "kept": "kept", "bad": "failed", "b": "labelled"}
    assert len(sent) == 4
    bad = next(message["done"] for message in sent if message["done"]["key"] == "bad")
    assert "ZeroDivisionError" in bad["reason"]
    assert "Traceback" in capfd.readouterr().err


def test_the_next_images_are_loaded_while_the_models_work() -> None:
    steps, sent, lines = Steps(), [], feed(do("a", "b", "c"))
    thread = threading.Thread(target=overlap, args=(steps, lines.get, sent.append), kwargs={"loaders": 1})
    thread.start()
    assert steps.inferring.wait(10)
    while len(steps.loaded) < 3:
        thread.join(0.01)
    assert sent == []
    steps.hold.set()
    lines.put({"finish": True})
    thread.join(10)
    assert len(sent) == 3


def test_s4_dropping_finishes_what_the_models_work_on_and_gives_the_rest_back() -> None:
    steps, sent, lines = Steps(), [], feed(do(*"abcdefgh"))
    asked = threading.Semaphore(0)

    def take() -> dict:
        asked.release()
        return lines.get()

    thread = threading.Thread(target=overlap, args=(steps, take, sent.append), kwargs={"loaders": 1})
    thread.start()
    assert steps.inferring.wait(10)
    lines.put({"drop": True})
    for _ in range(10):  # eight tasks, the drop, and the question that shows that it was heeded
        assert asked.acquire(timeout=10)
    steps.hold.set()
    lines.put({"finish": True})
    thread.join(10)
    assert [message["done"]["key"] for message in sent if "done" in message] == ["a"]
    assert {message["dropped"] for message in sent if "dropped" in message} == set("bcdefgh")


def test_models_that_cannot_be_opened_are_an_answer(tmp_path: Path) -> None:
    from dataclasses import replace

    sent: list[dict] = []
    serve(feed([{"open": packed(replace(DETECT, model=str(tmp_path / "no.onnx")))}]).get, sent.append)
    assert sent[0]["error"]["kind"] == "ModelError"
    assert "no.onnx" in sent[0]["error"]["what"]


def test_real_models_label_real_files(tmp_path: Path) -> None:
    from dataclasses import replace

    world = make_world(tmp_path / "set", 2)
    recipe = replace(DETECT, model=str(tiny_detector(tmp_path)))
    begin = {"targets": [0, 1, None], "root": str(world.root), "image_root": str(world.root), "run": "now"}
    tasks = [{"do": packed(world.task(i))} for i in range(2)]
    sent: list[dict] = []
    serve(feed([{"open": packed(recipe)}, {"begin": begin}, *tasks, {"finish": True}]).get, sent.append)
    assert sent[0]["about"]["classes"] == ("person", "car", "dog")
    assert [m["done"]["outcome"] for m in sent[1:-1]] == ["labelled", "labelled"]
    assert sent[-1] == {"bye": {"problems": []}}
    assert world.label(1) is not None
