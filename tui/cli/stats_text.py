"""What `ttylabel stats` prints: text with plots, or one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.cli.bars import bar, bars
from tui.data.classes import class_name
from tui.data.dataset import Dataset
from tui.data.shards import escaped
from tui.data.standing import Standing
from tui.data.statistics import Statistics, number_names, side_names
from tui.types.text import printable

SCHEMA = 1

_CLASSES, _DAYS, _NAME = 30, 14, 24


def text(found: Statistics, standing: Standing, names: Sequence[str], *, width: int, full: bool) -> str:
    """Counts in words, and plots at most `width` characters wide; `full` shows every class and day."""
    tally = found.tally
    done = tally.labelled + tally.empty
    lines = [
        f"{tally.seen:,} images: {tally.labelled:,} with objects, {tally.empty:,} labelled as empty, "
        f"{tally.unlabelled:,} without labels"
        + (f", {tally.unreadable:,} unreadable" if tally.unreadable else ""),
    ]
    if tally.seen:
        room = max(8, width - 20)
        filled = bar(done, tally.seen, room)
        lines.append(f"  {filled}{'░' * (room - len(filled))} {done / tally.seen:.0%} labelled")
    states = [*standing.rows(tally.seen), ("labelled as empty", tally.empty)]
    lines += _section("Images by state", bars(states, width))
    days = sorted(standing.days.items())
    if days:
        shown = days if full else days[-_DAYS:]
        pace = f"{standing.done:,} in {standing.hours:.1f} h of work, {standing.per_hour:.0f} an hour"
        lines += _section(f"Images by the day a person did them ({pace})", bars(shown, width))
    lines += _section(f"{tally.instances:,} objects by class", _classes(found, names, width, full=full))
    sides = list(zip(side_names(), found.sides, strict=True))
    lines += _section("Objects by size (side of their square, of the image's)", bars(sides, width))
    numbers = list(zip(number_names(), found.numbers, strict=True))
    while numbers and not numbers[-1][1]:
        numbers.pop()
    lines += _section("Images by number of objects", bars(numbers, width))
    return "\n".join(lines)


def as_json(
    found: Statistics, standing: Standing, dataset: Dataset, *, complete: bool, html: str | None
) -> dict[str, object]:
    """All counts as one JSON object."""
    tally, names = found.tally, dataset.classes.names
    ids = sorted({*range(len(names)), *tally.by_class})
    return {
        "schema": SCHEMA,
        "complete": complete,
        "images": tally.seen,
        "labelled": tally.labelled,
        "empty": tally.empty,
        "unlabelled": tally.unlabelled,
        "unreadable": tally.unreadable,
        "unreadable_folders": dataset.skipped_folders,
        "objects": tally.instances,
        "not_understood_lines": found.not_understood,
        "classes": [
            {
                "class_id": class_id,
                "name": class_name(names, class_id),
                "objects": tally.by_class[class_id],
                "images": found.images_with[class_id],
                "splits": {
                    escaped(name): split.by_class[class_id] for name, split in sorted(found.splits.items())
                },
            }
            for class_id in ids
        ],
        "splits": {
            escaped(name): {
                "images": split.images,
                "labelled": split.labelled,
                "objects": split.by_class.total(),
            }
            for name, split in sorted(found.splits.items())
        },
        "states": {name.replace(" ", "_"): count for name, count in standing.rows(tally.seen)},
        "notes": standing.noted,
        "sizes": dict(zip(side_names(), found.sides, strict=True)),
        "objects_per_image": dict(zip(number_names(), found.numbers, strict=True)),
        "days": dict(sorted(standing.days.items())),
        "hours": round(standing.hours, 2),
        "images_per_hour": round(standing.per_hour, 1),
        "html": html,
    }


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield from ("", title, *(lines or ["  none"]))


def _classes(found: Statistics, names: Sequence[str], width: int, *, full: bool) -> list[str]:
    """A line for each class: name, objects, images, objects in each split, and a bar."""
    every = found.tally.by_class.most_common()
    rows = every if full else every[:_CLASSES]
    if not rows:
        return []
    splits = sorted(found.splits) if len(found.splits) > 1 else []
    table = [["", "objects", "images", *(printable(split, 12) for split in splits)]]
    for class_id, count in rows:
        counts = (count, found.images_with[class_id], *(found.splits[s].by_class[class_id] for s in splits))
        table.append([printable(class_name(names, class_id), _NAME), *(f"{one:,}" for one in counts)])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    room = max(8, width - sum(widths) - 2 * len(widths) - 3)
    lines = []
    for place, (name, *numbers) in enumerate(table):
        cells = "  ".join(f"{one:>{wide}}" for one, wide in zip(numbers, widths[1:], strict=True))
        drawn = bar(rows[place - 1][1], rows[0][1], room) if place else ""
        lines.append(f"  {name:<{widths[0]}}  {cells}  {drawn}".rstrip())
    if more := len(every) - len(rows):
        lines.append(f"  and {more:,} more classes (-v shows all)")
    unused = [name for i, name in enumerate(names) if not found.tally.by_class[i]]
    if unused:
        shown = unused if full else unused[:10]
        rest = f" and {len(unused) - len(shown)} more" if len(unused) > len(shown) else ""
        lines.append(f"  not used: {', '.join(printable(name, _NAME) for name in shown)}{rest}")
    return lines
