"""Bars of block characters, for plots on standard output."""

from __future__ import annotations

from collections.abc import Sequence

from tui.types.text import printable

_EIGHTHS = " ▏▎▍▌▋▊▉"
_NAME = 24


def bar(count: int, most: int, width: int) -> str:
    """A bar of `width` characters for `most`, in steps of an eighth; at least one step for what is not 0."""
    eighths = max(1, round(8 * width * count / most)) if count and most else 0
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def bars(rows: Sequence[tuple[str, int]], width: int) -> list[str]:
    """A line for each (name, count): the name, the count, and a bar in what is left of `width`."""
    if not rows:
        return []
    names = [printable(name, _NAME) for name, _ in rows]
    numbers = [f"{count:,}" for _, count in rows]
    left, right = max(map(len, names)), max(map(len, numbers))
    room = max(8, width - left - right - 6)
    most = max(count for _, count in rows)
    return [
        f"  {name:<{left}}  {number:>{right}}  {bar(count, most, room)}".rstrip()
        for name, number, (_, count) in zip(names, numbers, rows, strict=True)
    ]
