"""The doctor's report as lines: a heading per section, facts below it, what is wrong at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_LABEL_WIDTH = 24


def as_text(sections: Mapping[str, object], problems: Sequence[str]) -> list[str]:
    """Lines for the JSON values of the report's sections, and for what is wrong."""
    lines: list[str] = []
    for name, value in sections.items():
        lines += [name.capitalize(), *(f"  {line}" for line in _section(name, value))]
    if problems:
        return [*lines, "Wrong", *(f"  {problem}" for problem in problems)]
    return [*lines, "Nothing is wrong."]


def _section(name: str, value: object) -> Iterable[str]:
    if isinstance(value, dict):
        return _facts(value)
    if isinstance(value, list):
        row = _ROWS[name]
        return [row(each) for each in value] or ["none"]
    return [str(value)]


def _facts(facts: Mapping[str, object], depth: int = 0) -> list[str]:
    """Facts as `label value`, groups and sentences below their label; what is empty is left out."""
    lines = []
    for name, value in facts.items():
        label = name if depth else name.replace("_", " ")
        if value in ("", None, [], {}):
            continue
        if isinstance(value, dict):
            lines += [label, *(f"  {line}" for line in _facts(value, depth + 1))]
        elif isinstance(value, list) and isinstance(value[0], str):
            lines += [label, *(f"  {sentence}" for sentence in value)]
        else:
            lines.append(f"{label:<{_LABEL_WIDTH - 2 * depth}} {_plain(value)}")
    return lines


def _provider(row: Mapping[str, Any]) -> str:
    state = "runs" if row["runs"] else "does not run"
    return f"{row['name']:<{_LABEL_WIDTH}} {state}" + (f"; {row['note']}" if row["note"] else "")


def _model(row: Mapping[str, Any]) -> str:
    state = "ready" if row["ready"] else f"absent: {', '.join(row['absent'])} (wanted in {row['folder']})"
    return f"{row['name']:<{_LABEL_WIDTH}} {state}"


def _folder(row: Mapping[str, Any]) -> str:
    state = "writable" if row["writable"] else "NOT writable"
    return f"{row['what']:<{_LABEL_WIDTH}} {row['path']}  {state}, {row['free_bytes'] / 1e9:.1f} GB free"


_ROWS = {"providers": _provider, "models": _model, "folders": _folder}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ("x" if len(value) == 2 else ";").join(map(str, value))
    return str(value)
