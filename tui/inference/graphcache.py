"""Optimised graphs kept on disk, for models that take long to open.

ONNX Runtime rewrites a graph at every opening, for this processor and this version of itself; for SAM 2 that
is most of a second. What it made can be saved and opened as it is. One file per model, runtime and processor;
a digest beside it tells damage, and a damaged, foreign or half-written entry is one that is not there.
Nothing here raises because of the disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import platformdirs

from tui.config import APP

_LARGEST_TOGETHER = 4_000_000_000
"""Bytes of all entries; the least recently used are removed beyond it."""


def default_folder() -> Path:
    """Where this user's entries are."""
    return platformdirs.user_cache_path(APP) / "graphs"


class GraphCache:
    """Saved graphs in a folder, by model digest, runtime version and provider."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or default_folder()

    def find(self, digest: str, runtime: str, provider: str) -> Path | None:
        """The saved graph, read and found whole, or None."""
        path = self._path(digest, runtime, provider)
        try:
            stated = path.with_suffix(".sha256").read_text("ascii").strip()
            with path.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() == stated:
                    os.utime(path)
                    return path
        except (OSError, UnicodeDecodeError):
            return None
        self.forget(digest, runtime, provider)
        return None

    def save(self, digest: str, runtime: str, provider: str, write: Callable[[Path], None]) -> bool:
        """Have `write` put the graph at a path, and keep it; whether it is kept."""
        path = self._path(digest, runtime, provider)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._folder) as work:
                made, stated = Path(work) / "graph.onnx", Path(work) / "graph.sha256"
                write(made)
                with made.open("rb") as stream:
                    stated.write_text(hashlib.file_digest(stream, "sha256").hexdigest(), "ascii")
                # The digest goes first: until the graph follows, the old one does not agree with it.
                stated.replace(path.with_suffix(".sha256"))
                made.replace(path)
            self._sweep()
        except OSError:
            return False
        return True

    def forget(self, digest: str, runtime: str, provider: str) -> None:
        """Remove an entry."""
        path = self._path(digest, runtime, provider)
        for part in (path, path.with_suffix(".sha256")):
            with contextlib.suppress(OSError):
                part.unlink()

    def _path(self, digest: str, runtime: str, provider: str) -> Path:
        key = "\n".join((digest, runtime, provider, processor()))
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.onnx"

    def _sweep(self) -> None:
        """Remove the least recently used entries beyond the bound."""
        entries = sorted(self._folder.glob("*.onnx"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
        together = 0
        for path in entries:
            together += path.stat().st_size
            if together > _LARGEST_TOGETHER:
                path.unlink()
                path.with_suffix(".sha256").unlink(missing_ok=True)


@cache
def processor() -> str:
    """What tells processors apart for which graphs are rewritten differently."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    told = [line for line in lines if line.startswith(("model name", "flags", "Features"))]
    return "\n".join((platform.machine(), platform.processor(), *dict.fromkeys(told)))
