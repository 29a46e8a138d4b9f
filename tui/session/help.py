"""Every listing of keys: the hint line, the help screen, `ttylabel keys`, the README's table.

All of it is derived from the command table and the keymap; nothing here says what a command does.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from tui.session import reviewhints
from tui.session.commands.command import Command, reason_against
from tui.session.commands.registry import COMMANDS, GROUPS
from tui.session.firststeps import first_steps
from tui.session.keymap import Keymap, keymap_of, keys_of, shown
from tui.session.state import Mode, Session


@dataclass(frozen=True, slots=True)
class Hint:
    """One entry of the hint line; `reason` says why it is not available, to be shown dimmed.

    `stays`: it is shown beside the last one, at the right end, whatever is cut.
    """

    key: str
    label: str
    available: bool
    reason: str
    stays: bool = False


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One line of the key table: a command, and its keys in each mode that has it."""

    group: str
    command: str
    doc: str
    keys: tuple[str, ...]
    modes: tuple[Mode, ...]
    argument: str


_KEYS_SHOWN = 12
_KEYS_WIDTH = 16
_DIGITS = frozenset("1234567890")

HINTS: dict[Mode, tuple[str, ...]] = {
    Mode.NAVIGATE: (
        "cursor.left",
        "point.positive",
        "hints.start",
        "box.corner",
        "class.set",
        "files.next",
        "grid.open",
        "files.previous",
        "instance.next",
        "edit.undo",
        "view.in",
        "propose.everything",
        "propose.detector",
        "propose.text",
        "review.toggle",
        "files.list",
        "app.quit",
        "app.help",
    ),
    Mode.POINTS: (
        "instance.confirm",
        "box.keep",
        "point.positive",
        "point.negative",
        "prompt.clear",
        "candidate.next",
        "class.set",
        "point.remove",
        "cursor.left",
        "app.help",
    ),
    Mode.BOX: (
        "box.close",
        "cursor.left",
        "grid.open",
        "app.escape",
        "cursor.finer",
        "app.help",
    ),
    Mode.GRID: (
        "grid.pick",
        "grid.act",
        "grid.take",
        "grid.corner",
        "grid.manual",
        "grid.negative",
        "grid.back",
        "app.escape",
    ),
    Mode.EDIT: (
        "edit.left",
        "edit.next",
        "edit.hints",
        "cursor.finer",
        "edit.insert",
        "edit.remove",
        "instance.split",
        "instance.convert",
        "edit.undo",
        "edit.leave",
    ),
    Mode.DRAW: ("polygon.vertex", "grid.open", "polygon.close", "polygon.back", "polygon.drop", "app.help"),
    Mode.HINTS: ("hints.letter", "grid.open", "hints.back", "app.escape"),
    Mode.PROPOSAL: (
        "proposal.accept",
        "proposal.reject",
        "proposal.choose",
        "instance.next",
        "proposal.accept_all",
        "proposal.reject_all",
        "hints.start",
        "app.escape",
    ),
    Mode.REVIEW: (
        "review.accept",
        "review.reject",
        "review.reclass",
        "review.model",
        "review.edit",
        "review.undo",
        "review.next",
        "review.previous",
        "review.accept_image",
        "app.help",
        "app.quit",
        "image.note",
        "review.toggle",
    ),
}
"""What the hint line shows in each mode, the most useful first. The last, a way out or on, is always there; a
narrow terminal cuts what stands before it.
"""

_TOGETHER: dict[str, tuple[str, tuple[str, ...]]] = {
    "cursor.left": ("move", ("cursor.left", "cursor.down", "cursor.up", "cursor.right")),
    "edit.left": ("move", ("edit.left", "edit.down", "edit.up", "edit.right")),
    "cursor.finer": ("step", ("cursor.finer", "cursor.coarser")),
}
"""Keys that the hint line shows as one: the word for them, and their commands."""

_HERE = {
    (Mode.NAVIGATE, "point.positive"): "mask here",
    (Mode.REVIEW, "review.toggle"): "end review",
}
"""Words of the hint line where a command's own says too little to who sees it first."""

OPEN_HINTS = ("proposal.accept", "proposal.accept_all", "proposal.reject_all")
"""What the hint line shows first while there are open proposals."""

SELECTED_HINTS = (
    "edit.enter",
    "instance.delete",
    "class.choose",
    "view.object",
    "instance.next",
    "app.escape",
)
"""What the hint line shows while an instance is selected."""


def hints(session: Session) -> tuple[Hint, ...]:
    """The hint line for this very moment, the most useful first."""
    keymap = keymap_of(session)
    names = HINTS[session.mode]
    if session.held:
        names = ("app.escape",)
    elif session.image.status == "failed" and session.mode is Mode.REVIEW:
        names = ("review.next", "review.previous", "review.toggle", "app.help")
    elif session.image.status == "failed":
        names = ("files.next", "files.previous", "files.goto", "app.help")
    elif session.mode is Mode.POINTS:
        without = {} if session.draft.box is not None else {"box.keep": ""}
        without |= {} if session.classes else {"class.set": "class.choose"}
        names = tuple(filter(None, (without.get(name, name) for name in names)))
    elif session.selection is not None and session.mode is Mode.NAVIGATE:
        names = (*SELECTED_HINTS, *(name for name in names if name not in SELECTED_HINTS))
    elif session.mode is Mode.NAVIGATE and not session.classes:
        names = ("class.choose", *(name for name in names if name != "class.set"))
    elif session.mode is Mode.NAVIGATE and session.proposals.offered:
        names = (*OPEN_HINTS, *names)
    elif session.mode is Mode.NAVIGATE and session.proposals.run is not None:
        names = ("app.escape", *names)
    names = reviewhints.arranged(session, names)
    return tuple(_hint(session, keymap, COMMANDS[name]) for name in names)


def _keys_shown(session: Session, keymap: Keymap, command: Command) -> str:
    """The key of a command as the hint line shows it; a group, and the digits of the classes, as one."""
    if command.name in _TOGETHER:
        found = [keys_of(keymap, session.mode, name) for name in _TOGETHER[command.name][1]]
        return "".join(keys[0] for keys in found if keys)
    if command.name in ("class.set", "review.reclass") and session.classes:
        last = min(len(session.classes), 10) - 1
        ends = [
            keys_of(keymap, session.mode, command.name, str(number)) for number in dict.fromkeys((0, last))
        ]
        digits = "…".join(keys[0] for keys in ends if keys)
        every = keys_of(keymap, session.mode, command.name)
        every = every or keys_of(keymap, session.mode, "class.choose")
        return " ".join((digits, *every[:1])).strip()
    keys = keys_of(keymap, session.mode, command.name)
    return keys[0] if keys else ""


def _hint(session: Session, keymap: Keymap, command: Command) -> Hint:
    if session.image.status == "loading" and not command.loading:
        reason: str | None = "The image is still loading"
    else:
        reason = reason_against(command, session)
    shown_as = _keys_shown(session, keymap, command) or command.typed or ":"
    together = _TOGETHER.get(command.name)
    label = together[0] if together else _word(session, command)
    label = reviewhints.label(session, command.name) or label
    return Hint(shown_as, label, reason is None, reason or "", command.name == "app.quit")


def _word(session: Session, command: Command) -> str:
    """What the hint line calls a command here."""
    if command.name == "class.choose" and not session.classes:
        return "add a class"
    if command.name == "instance.confirm" and session.options.task == "detect":
        return "keep box"  # and not the mask that is on the screen
    return _HERE.get((session.mode, command.name), command.label)


def help_rows(keymap: Keymap) -> tuple[HelpRow, ...]:
    """Every command with its keys, in the order of groups; a command without a key is there too."""
    return tuple(
        _row(keymap, command) for group in GROUPS for command in COMMANDS.values() if command.group == group
    )


def _row(keymap: Keymap, command: Command) -> HelpRow:
    keys = dict.fromkeys(key for mode in Mode for key in _keys_in(keymap, mode, command))
    modes = tuple(mode for mode in Mode if mode in command.modes)
    return HelpRow(command.group, command.name, command.doc, _shortened(tuple(keys)), modes, command.argument)


def _shortened(keys: tuple[str, ...]) -> tuple[str, ...]:
    """A whole keyboard of keys as its first and last."""
    return keys if len(keys) <= _KEYS_SHOWN else (f"{keys[0]}…{keys[-1]}",)


def _keys_in(keymap: Keymap, mode: Mode, command: Command) -> Iterator[str]:
    """The command's keys in a mode, those that give it an argument too."""
    if mode in command.modes:
        for keys, binding in keymap.tables[mode].items():
            if binding.command == command.name:
                yield shown(keys)


def help_table(keymap: Keymap) -> tuple[str, ...]:
    """The key table as plain text lines, grouped, for a terminal or the help screen."""
    rows = help_rows(keymap)
    width = max(len(_joined(row)) for row in rows)
    lines: list[str] = [f"{keymap.name}: {keymap.doc}"]
    for group in GROUPS:
        lines += ("", group)
        lines += (f"  {_joined(row):<{width}}  {row.doc}{_where(row)}" for row in rows if row.group == group)
    lines += ("", _count_line(keymap))
    return tuple(lines)


ASIDE = " " * (_KEYS_WIDTH + 5)
"""Begins the lines that say why the command above them cannot be run."""

_ASIDE_WIDTH = 75
"""What a dialog holds beside its scroll bar on a terminal of 80 columns."""

_UNDER = " " * (_KEYS_WIDTH + 3)
"""Begins what goes on under a text of the second column."""


def reasons(session: Session) -> dict[str, str]:
    """Why commands that this mode has cannot be run now, by name."""
    found = {name: reason_against(command, session) for name, command in COMMANDS.items()}
    return {name: why for name, why in found.items() if why and session.mode in COMMANDS[name].modes}


def mode_help(keymap: Keymap, mode: Mode, reasons: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What every key does now, grouped, and behind that what more the other modes know; titles stand at the
    margin. `reasons`, by command, are told below what cannot be done now.
    """
    lines = list(_steps(keymap))
    for group in GROUPS:
        lines += _section(group, _rows_in(keymap, mode, group), reasons or {})
    here = set(keymap.tables[mode].values())
    for other in Mode:
        if other is not mode:
            own = {b for b in keymap.tables[other].values() if b not in here}
            names = {binding.command for binding in own}
            rows = [row for group in GROUPS for row in _rows_in(keymap, other, group, names)]
            lines += _section(f"in mode {other}", rows, {})
    return (*lines, "", _count_line(keymap), *wrap(f"These keys: {keymap.doc}", _ASIDE_WIDTH))


def _steps(keymap: Keymap) -> Iterator[str]:
    """The few keys that labeling takes, for who opens the help first."""
    yield "the first steps"
    for name, text in first_steps(keymap).items():
        first = f"  {name:<{_KEYS_WIDTH}} "
        yield from wrap(text, _ASIDE_WIDTH, initial_indent=first, subsequent_indent=_UNDER)


def _section(title: str, rows: Sequence[tuple[str, str, str]], reasons: Mapping[str, str]) -> list[str]:
    lines = ["", title] if rows else []
    for keys, doc, name in rows:
        fits = len(keys) <= _KEYS_WIDTH
        lines += [f"  {keys:<{_KEYS_WIDTH}} {doc}"] if fits else [f"  {keys}", f"{_UNDER}{doc}"]
        if name in reasons:
            text = f"not now: {reasons[name]}"
            lines += wrap(text, _ASIDE_WIDTH, initial_indent=ASIDE, subsequent_indent=ASIDE)
    return lines


def _rows_in(
    keymap: Keymap, mode: Mode, group: str, names: Container[str] = COMMANDS
) -> list[tuple[str, str, str]]:
    """Keys in this mode, what they do, and the command, for each command of a group that has keys there and
    is among `names`.
    """
    found = []
    for command in COMMANDS.values():
        if command.group != group or command.name not in names:
            continue
        keys = tuple(dict.fromkeys(_keys_in(keymap, mode, command)))
        if keys:
            found.append((" ".join(_shortened(_without_digits(keys))), command.doc, command.name))
    return found


def _without_digits(keys: tuple[str, ...]) -> tuple[str, ...]:
    """All ten digits as one."""
    others = tuple(key for key in keys if key not in _DIGITS)
    return (*others, "1…0") if len(keys) - len(others) == len(_DIGITS) else keys


def markdown_table(keymap: Keymap) -> str:
    """The key table for the README, between its markers."""
    lines = ["| Keys | Does | Group |", "|---|---|---|"]
    for row in help_rows(keymap):
        keys = " ".join(f"`{_escaped(key)}`" for key in row.keys) or f"`:{row.command}`"
        lines.append(f"| {keys} | {row.doc} | {row.group}{_where(row)} |")
    return "\n".join((*lines, "", _count_line(keymap)))


def help_json(keymap: Keymap) -> dict[str, object]:
    """The key table as JSON-ready values."""
    return {
        "keymap": keymap.name,
        "doc": keymap.doc,
        "count_prefix": keymap.count_prefix,
        "commands": [
            {
                "name": row.command,
                "group": row.group,
                "doc": row.doc,
                "keys": list(row.keys),
                "modes": [str(mode) for mode in row.modes],
                "argument": row.argument,
            }
            for row in help_rows(keymap)
        ],
    }


def _joined(row: HelpRow) -> str:
    return " ".join(row.keys) or f":{row.command}"


def _where(row: HelpRow) -> str:
    return "" if len(row.modes) == len(Mode) else f" ({', '.join(row.modes)})"


def _count_line(keymap: Keymap) -> str:
    prefix = keymap.count_prefix
    how = f"A number after {prefix} repeats the next key" if prefix else "A number before a key repeats it"
    return f"{how}: {prefix}12l moves 12 steps to the right."


def _escaped(key: str) -> str:
    return key.replace("|", "\\|")
