"""`ttylabel models pull`."""

from __future__ import annotations

import sys
import time

from tui.cli.output import complain, emit_json, say
from tui.errors import TtylabelError
from tui.inference.pull import Pulled, missing, pull
from tui.inference.store import find
from tui.types.text import printable

_REDRAW_S = 0.2


def pull_models(names: tuple[str, ...], *, offline: bool, as_json: bool, quiet: bool) -> int:
    """Fetch each model; one that fails does not keep the others from coming. Returns the exit code."""
    wanted = [find(name) for name in names]
    rows, code = [], 0
    for model in wanted:
        name, licence = model.manifest.name, model.manifest.licence
        if missing(model) and not offline:
            say(f"{name}: licence of the weights: {licence}", quiet=quiet)
        meter = Meter(quiet=quiet)
        try:
            files = pull(model, offline=offline, progress=meter.show)
        except TtylabelError as error:
            meter.end()
            complain(error)
            code = code or error.exit_code
            rows.append({"name": name, "ok": False, "problem": error.sentence, "files": []})
        else:
            meter.end()
            rows.append({"name": name, "ok": True, "problem": "", "files": [_facts(f) for f in files]})
            say(_summary(name, files), quiet=quiet)
    if as_json:
        emit_json({"models": rows})
    return code


class Meter:
    """One line of standard error that says how far a fetch is; in a log file a line at the beginning."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet, self._live = quiet, sys.stderr.isatty()
        self._name, self._begun, self._start, self._drawn = "", 0.0, 0, 0.0

    def show(self, name: str, done: int, total: int | None) -> None:
        """Show `done` of `total` bytes of a file."""
        now = time.monotonic()
        if name != self._name:
            self.end()
            self._name, self._begun, self._start, self._drawn = name, now, done, 0.0
            if not self._live:
                say(f"Fetching {name}{f' ({total / 1e6:.1f} MB)' if total else ''}", quiet=self._quiet)
        if self._quiet or not self._live or (now - self._drawn < _REDRAW_S and done != total):
            return
        self._drawn = now
        share = f"{done / total:4.0%} of {total / 1e6:.1f} MB" if total else f"{done / 1e6:.1f} MB"
        speed = (done - self._start) / 1e6 / max(now - self._begun, 0.001)
        sys.stderr.write(f"\r{printable(name, 40)}  {share}  {speed:.1f} MB/s \x1b[K")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._name and self._live and not self._quiet:
            sys.stderr.write("\n")
        self._name = ""


def _facts(file: Pulled) -> dict[str, object]:
    return {"path": str(file.path), "fetched": file.fetched, "sha256": file.file.sha256 or None}


def _summary(name: str, files: tuple[Pulled, ...]) -> str:
    unchecked = [file.file.name for file in files if not file.file.sha256]
    warning = f" No sha256 is published for {', '.join(unchecked)}: not compared." if unchecked else ""
    fetched = sum(file.fetched for file in files)
    state = f"{fetched} of {len(files)} files fetched" if fetched else "was complete already"
    return f"{name}: {state}; ready.{warning}"
