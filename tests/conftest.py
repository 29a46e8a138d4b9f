"""For the whole suite: datasets, the shared reference material, a home of one's own, and what runs when."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from datasets import DrawnDataset, draw_dataset

# Several people's work shares the machine: an example may take long without being wrong. Mutation testing
# runs every test many times over, and wants few examples.
_EXAMPLES = int(os.environ.get("TTYLABEL_EXAMPLES", "100"))
settings.register_profile("ttylabel", deadline=None, max_examples=_EXAMPLES)
settings.load_profile("ttylabel")

# Hundreds of processes start here: the program is compiled once, not in each, whatever the environment says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_SECONDS = {"web": 20.0, "slow": 10.0, "real": 15.0, "e2e": 6.0}
"""What a test with this marker takes, roughly; others take hundredths. Only the order depends on it."""

_HOMES = count()
_TESTS = Path(__file__).resolve().parent
_SHARED = _TESTS.parents[1] / "shared"


def pytest_xdist_auto_num_workers() -> int:
    """Two workers more than cores: a program in a terminal is waited for a third of the time."""
    return len(os.sched_getaffinity(0)) + 2 if hasattr(os, "sched_getaffinity") else 4


def pytest_configure(config: pytest.Config) -> None:
    """Of a whole run, each worker reads other folders first: what one has compiled the others need not."""
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is None or [Path(arg).resolve() for arg in config.args] != [_TESTS]:
        return
    parts = sorted({_TESTS / path.relative_to(_TESTS).parts[0] for path in _TESTS.rglob("test_*.py")})
    first = int(worker["workerid"].removeprefix("gw")) * len(parts) // worker["workercount"] % len(parts)
    config.args[:] = map(str, parts[first:] + parts[:first])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first: what begins last is short, and the workers end together."""
    seconds: Counter[Path] = Counter()
    for item in items:
        marked = [_SECONDS[mark.name] for mark in item.iter_markers() if mark.name in _SECONDS]
        seconds[item.path] += max(marked, default=0.02)
    items.sort(key=lambda item: (-seconds[item.path], item.path))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory: no test reads or writes the settings and state of who runs it."""
    # Thousands of them: pytest's own numbered folders look through all that there are.
    path = tmp_path_factory.getbasetemp() / "homes" / str(next(_HOMES))
    path.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(path))
    for name, below in (
        ("CONFIG", ".config"),
        ("DATA", ".local/share"),
        ("STATE", ".local/state"),
        ("CACHE", ".cache"),
    ):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(path / below))
    return path


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference material beside the checkout; the test is skipped where it is absent."""
    if not _SHARED.is_dir():
        pytest.skip("../shared is absent")
    return _SHARED


@pytest.fixture
def dataset(tmp_path: Path) -> DrawnDataset:
    """Three drawn images without labels."""
    return draw_dataset(tmp_path / "set")


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., DrawnDataset]:
    """`make_dataset(name="set", count=3, labelled=True, ...)`: see `datasets.draw_dataset`."""

    def make(name: str = "set", **options: object) -> DrawnDataset:
        return draw_dataset(tmp_path / name, **options)

    return make
