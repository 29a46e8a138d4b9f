"""Fixtures of the whole suite: datasets, the shared reference material, a home of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from datasets import DrawnDataset, draw_dataset

# Several people's work shares the machine: an example may take long without being wrong. Mutation testing
# runs every test many times over, and wants few examples.
_EXAMPLES = int(os.environ.get("TTYLABEL_EXAMPLES", "100"))
settings.register_profile("ttylabel", deadline=None, max_examples=_EXAMPLES)
settings.load_profile("ttylabel")

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory: no test reads or writes the settings and state of who runs it."""
    path = tmp_path_factory.mktemp("home")
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
