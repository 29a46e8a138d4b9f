"""A labeling session as lines of JSON: what was given to it, and in which order the answers came.

The person's events are written in full. An answer is written as a mark that says which one it was, because it
can be made again from what the session asked for: `{"t":1.2,"answer":"Decoded","ticket":3}`. The marks keep
the order, and with it the meaning of keys that were typed before an answer came.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_type_hints

from tui.errors import UsageError
from tui.session import events as ev

VERSION = 1

GIVEN: tuple[type[ev.Event], ...] = (ev.Key, ev.Invoke, ev.Pointed, ev.Resized)
"""Events that come from the person and the window: nothing else can tell what they hold."""

IDENTITY = ("index", "ticket", "revision", "count", "complete", "read", "start", "done")
"""The fields that tell answers of one kind apart, where they have them."""

_KINDS = {kind.__name__: kind for kind in GIVEN}


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a log: what the session was opened with.

    `dataset` is the path that was opened, `first` the image it began on, by its path below the dataset's
    folder.
    """

    dataset: str
    first: str
    task: str
    segmenter: str
    keymap: str
    classes: tuple[str, ...] = ()
    autosave: bool = True
    read_only: str = ""
    detector: str = ""
    detector_names: tuple[str, ...] = ()
    detector_size: str = ""
    detector_task: str = ""
    grounder: str = ""
    text: str = ""
    rules: tuple[str, ...] = ()
    look_ahead: bool = True
    keys: tuple[str, ...] = ()
    """The person's own keys, each as mode, keys and target with tabs between them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An answer came: its kind and the fields that identify it.

    `image` is the image it was about where the mark names one, `labels` the text of the label file that was
    read (None: there was none), `names` the class list it brought.
    """

    kind: str
    identity: tuple[tuple[str, int], ...] = ()
    image: str = ""
    labels: str | None = None
    names: tuple[str, ...] = ()

    def fits(self, event: object) -> bool:
        """Whether this is the mark of `event`."""
        return type(event).__name__ == self.kind and all(
            getattr(event, name, None) == value for name, value in self.identity
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: seconds since the session began, and what happened then."""

    seconds: float
    what: ev.Event | Mark


def header_line(header: Header) -> str:
    """The first line of a log."""
    return _packed({"ttylabel": "session", "version": VERSION, **{n: getattr(header, n) for n in _HEADER}})


def mark_of(event: ev.Event, *, image: str = "", labels: str | None = None) -> Mark:
    """The mark of an answer."""
    identity = tuple((name, getattr(event, name)) for name in IDENTITY if hasattr(event, name))
    names = event.names if isinstance(event, ev.ClassesChanged) else ()
    return Mark(type(event).__name__, identity, image, labels, names)


def entry_line(entry: Entry) -> str:
    """A line for something that happened; fields that say nothing are left out."""
    what: dict[str, Any] = {"t": round(entry.seconds, 3)}
    if isinstance(entry.what, Mark):
        mark = entry.what
        what |= {"answer": mark.kind, **dict(mark.identity)}
        what |= {"image": mark.image} if mark.image else {}
        what |= {"labels": mark.labels} if mark.labels is not None else {}
        what |= {"names": list(mark.names)} if mark.kind == "ClassesChanged" else {}
    else:
        what["event"] = type(entry.what).__name__
        for field in fields(entry.what):
            value = getattr(entry.what, field.name)
            if field.default is MISSING or value != field.default:
                what[field.name] = value
    return _packed(what)


def read_header(text: str) -> Header:
    """The header out of the first line. Raises UsageError where this is no log of a session."""
    try:
        raw = _object(text, 1)
    except UsageError:
        raw = {}
    if raw.get("ttylabel") != "session":
        raise UsageError("This is no log of a session", "", "`ttylabel PATH --record FILE` makes one")
    if raw.get("version") != VERSION:
        raise UsageError(f"The log has version {raw.get('version')}", f"this program reads {VERSION}")
    return Header(
        dataset=_text(raw, "dataset"),
        first=_text(raw, "first"),
        task="segment" if raw.get("task") == "segment" else "detect",
        segmenter=_text(raw, "segmenter"),
        keymap=_text(raw, "keymap"),
        classes=_texts(raw, "classes"),
        autosave=raw.get("autosave") is not False,
        read_only=_text(raw, "read_only"),
        detector=_text(raw, "detector"),
        detector_names=_texts(raw, "detector_names"),
        detector_size=_text(raw, "detector_size"),
        detector_task=_text(raw, "detector_task"),
        grounder=_text(raw, "grounder"),
        text=_text(raw, "text"),
        rules=_texts(raw, "rules"),
        look_ahead=raw.get("look_ahead") is not False,
        keys=_texts(raw, "keys"),
    )


def read_entry(text: str, number: int) -> Entry:
    """An entry out of line `number`. Raises UsageError that names the line."""
    raw = _object(text, number)
    seconds = raw.get("t", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _bad(number, "'t' is no number")
    if isinstance(raw.get("answer"), str):
        return Entry(float(seconds), _mark(raw))
    kind = _KINDS.get(str(raw.get("event")))
    if kind is None:
        raise _bad(number, "it names no event of a person")
    return Entry(float(seconds), _event(kind, raw, number))


_HEADER = tuple(field.name for field in fields(Header))


def _mark(raw: Mapping[str, Any]) -> Mark:
    labels = raw.get("labels")
    return Mark(
        kind=raw["answer"],
        identity=tuple((name, raw[name]) for name in IDENTITY if isinstance(raw.get(name), int)),
        image=_text(raw, "image"),
        labels=labels if isinstance(labels, str) else None,
        names=_texts(raw, "names"),
    )


def _event(kind: type[ev.Event], raw: Mapping[str, Any], number: int) -> ev.Event:
    values: dict[str, Any] = {}
    for name, (allowed, needed) in _SCHEMAS[kind.__name__].items():
        if name not in raw:
            if needed:
                raise _bad(number, f"'{name}' is missing")
            continue
        value = raw[name]
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            raise _bad(number, f"'{name}' is of the wrong kind")
        values[name] = float(value) if float in allowed and isinstance(value, int) else value
    return kind(**values)


def _schema(kind: type) -> dict[str, tuple[tuple[type, ...], bool]]:
    """Field -> the types its value may have, and whether it must be there."""
    hints = get_type_hints(kind)
    found = {}
    for field in fields(kind):
        hint = hints[field.name]
        parts: tuple[type, ...] = getattr(hint, "__args__", (hint,))
        allowed = (*parts, int) if float in parts else parts
        found[field.name] = (allowed, field.default is MISSING)
    return found


_SCHEMAS = {kind.__name__: _schema(kind) for kind in GIVEN}


def _object(text: str, number: int) -> dict[str, Any]:
    try:
        raw = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise _bad(number, "it is no JSON") from error
    if not isinstance(raw, dict):
        raise _bad(number, "it is no JSON object")
    return raw


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _no_number(text: str) -> float:
    raise ValueError(text)


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name, "")
    return value if isinstance(value, str) else ""


def _texts(raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = raw.get(name)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _packed(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _bad(number: int, why: str) -> UsageError:
    return UsageError(
        f"Line {number} of the log cannot be used", why, "Everything before it can: cut it there"
    )
