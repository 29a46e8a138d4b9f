"""`ttylabel doctor`: the terminal, what was chosen for it and why, versions, providers, models, folders.

Works without a terminal and with a damaged configuration: what cannot be found out is said, not raised.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import platformdirs

from tui import __version__
from tui.cli.doctor_dataset import examine_dataset, examine_journals
from tui.cli.doctor_text import as_text
from tui.cli.output import emit, emit_json
from tui.config import APP, Config, config_path, data_dir, load_config, state_dir
from tui.errors import TtylabelError
from tui.inference.store import find, list_models
from tui.render.advice import QUIRK_TEXTS, advise, is_ssh
from tui.render.probe import Finding, examine
from tui.types.text import printable

LEAST_FREE_BYTES = 500_000_000
"""Below this much free disk a person is warned: labels are small, embeddings are not."""

_PACKAGES = {
    "textual": ("textual",),
    "textual-image": ("textual-image",),
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml"),
    "numpy": ("numpy",),
    "opencv": ("opencv-python-headless", "opencv-python", "opencv-contrib-python"),
    "pillow": ("pillow",),
}
_ENVIRONMENT = ("TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR")


@dataclass
class Report:
    """What was found, as JSON values by section, and what is wrong, in sentences."""

    sections: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def wrong(self, error: TtylabelError | str) -> None:
        """Note something that is wrong."""
        self.problems.append(tilde(error if isinstance(error, str) else error.sentence))


def run_doctor(path: Path | None = None, *, as_json: bool) -> int:
    """Print the report as text or as one JSON object; returns 1 when something is wrong, else 0."""
    report = examine_all(os.environ, path)
    ok = not report.problems
    if as_json:
        emit_json({"ok": ok, "problems": report.problems, **report.sections})
    else:
        for line in as_text(report.sections, report.problems):
            emit(printable(line, limit=2000))
    return 0 if ok else 1


def examine_all(env: Mapping[str, str], path: Path | None = None) -> Report:
    """Look at everything; each part stands for itself."""
    report = Report()
    config = _configuration(report)
    _terminal(report, config, env)
    _versions(report)
    _providers(report)
    _models(report, config)
    _folders(report)
    examine_journals(report.sections, report.wrong)
    if path is not None:
        examine_dataset(path, report.sections, report.wrong)
    report.sections["log"] = tilde(state_dir() / "ttylabel.log")
    return report


def tilde(text: str | Path) -> str:
    """A text without the home directory's path: a report is made to be shown to others."""
    home = str(Path.home())
    return re.sub(re.escape(home) + r"(?![\w.-])", "~", str(text)) if len(home) > 1 else str(text)


def _configuration(report: Report) -> Config:
    try:
        return load_config()
    except TtylabelError as error:
        report.wrong(error)
        return Config()


def _terminal(report: Report, config: Config, env: Mapping[str, str]) -> None:
    # Standard error is what the labeler draws on; standard output may be a pipe here.
    fd_out = 2 if os.isatty(2) else 1
    try:
        finding = examine(config.graphics, env, fd_out=fd_out)
    except TtylabelError as error:
        report.wrong(error)
        finding = examine("auto", env, fd_out=fd_out)
    said = {name: env[name] for name in _ENVIRONMENT if name in env} | {"ssh": is_ssh(env)}
    if not finding.asked:
        reason = "TERM is dumb" if env.get("TERM") == "dumb" else "input or output is no terminal"
        report.sections["terminal"] = {"asked": False, "why": f"not asked: {reason}", "environment": said}
        return
    report.sections["terminal"] = _terminal_facts(finding, env) | {"environment": said}


def _terminal_facts(finding: Finding, env: Mapping[str, str]) -> dict[str, object]:
    terminal, answers, window = finding.terminal, finding.answers, finding.window
    return {
        "asked": True,
        "name": terminal.name or "unknown",
        "version": answers.version,
        "graphics": terminal.protocol,
        "why": terminal.why,
        "cell": list(terminal.cell),
        "cells": [window.cols, window.rows],
        "colours": terminal.colours,
        "synchronized": terminal.sync,
        "tmux": terminal.tmux,
        "outside_tmux": answers.outer_name if terminal.tmux else "",
        "answers": {
            "kitty_graphics": answers.kitty_graphics,
            "sixel": 4 in (answers.da1 or ()),
            "sixel_registers": answers.sixel_registers,
            "sixel_max": list(answers.sixel_max or ()),
            "truecolor": answers.truecolor,
            "device_attributes": sorted(answers.da1) if answers.da1 is not None else None,
        },
        "quirks": {name: QUIRK_TEXTS.get(name, "") for name in sorted(terminal.quirks)},
        "better": list(advise(terminal, answers, env)),
    }


def _versions(report: Report) -> None:
    versions = {"ttylabel": __version__, "python": platform.python_version(), "system": platform.platform()}
    for name, distributions in _PACKAGES.items():
        found = next((version for d in distributions if (version := _version(d))), "")
        versions[name] = found or "absent"
        if not found:
            report.wrong(f"{name} is not installed. Install ttylabel again")
    report.sections["versions"] = versions


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _providers(report: Report) -> None:
    from tui.inference.preference import preference
    from tui.inference.providers import check_providers

    try:
        checks = check_providers()
    except ImportError as error:
        report.wrong(f"ONNX Runtime cannot be loaded: {error}. SAM models will not run")
        report.sections["providers"] = []
        return
    report.sections["providers"] = [
        {"name": check.name, "runs": check.runs, "note": check.note} for check in checks
    ]
    for check in checks:
        if not check.runs and check.name in preference().providers:
            report.wrong(f"{check.name} does not run: {check.note}")


def _models(report: Report, config: Config) -> None:
    models, errors = list_models()
    for error in errors:
        report.wrong(error)
    report.sections["models"] = [
        {
            "name": model.manifest.name,
            "title": model.manifest.title,
            "ready": not model.absent,
            "absent": [file.name for file in model.absent],
            "folder": tilde(model.folders[-1]),
        }
        for model in models
    ]
    try:
        chosen = find(config.segmenter)
    except TtylabelError as failure:
        report.wrong(failure)
        return
    if chosen.absent:
        names = ", ".join(file.name for file in chosen.absent)
        report.wrong(f"Files of the configured segmenter '{config.segmenter}' are not here: {names}")


def _folders(report: Report) -> None:
    places = {
        "settings": config_path().parent,
        "state": state_dir(),
        "models": data_dir(),
        "cache": platformdirs.user_cache_path(APP),
    }
    rows = []
    for what, path in places.items():
        standing = next(p for p in (path, *path.parents) if p.exists())
        writable, free = is_writable(standing), shutil.disk_usage(standing).free
        rows.append(
            {
                "what": what,
                "path": tilde(path),
                "exists": path.exists(),
                "writable": writable,
                "free_bytes": free,
            }
        )
        if not writable:
            report.wrong(f"The {what} folder {path} cannot be written. Change its rights or set XDG_*_HOME")
        elif free < LEAST_FREE_BYTES:
            report.wrong(f"Only {free / 1e6:.0f} MB are free for {what} at {path}. Make room")
    report.sections["folders"] = rows


def is_writable(folder: Path) -> bool:
    """Whether a file can be made in a folder, tried: rights alone do not show a read-only file system."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
