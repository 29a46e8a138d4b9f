"""The sidecar's records as values, and as the JSON they are kept in.

Reading never raises: a field of a wrong type counts as absent, a state of a newer program as "todo".
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tui.types.prompt import Point
from tui.types.shapes import Box

State = Literal["todo", "proposed", "accepted", "corrected", "rejected"]
"""todo: nobody judged it. proposed: a pipeline labelled it. accepted, corrected: a person agreed, or changed
something. rejected: a person wants it left out."""

HUMAN = "human"

_STATES: dict[str, State] = {state: state for state in get_args(State)}
_LONGEST_NOTE = 4_000


@dataclass(frozen=True, slots=True)
class ImageState:
    """How far one image is.

    `known` is False for an image that nothing is recorded of: it was never opened. `objects` counts its
    labelled instances as last saved; 0 is "labelled, nothing in it", None is "not labelled". `time` is when
    the record changed last, in seconds since 1970.
    """

    key: str
    state: State = "todo"
    known: bool = False
    objects: int | None = None
    note: str = ""
    time: int = 0

    @property
    def labelled_empty(self) -> bool:
        """A person or a pipeline looked and found nothing, which is not the same as never having looked."""
        return self.objects == 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one instance comes from, and the prompt that made it, so that a better model can make it again.

    `line` is the `line_digest` of its label line. `source` is "human" or the name of the model, `sha256` the
    fingerprint of its files. `pipeline` is "detect", "text", "everything", "tighten", "points", ...; `score`
    and `stability` are 0..1 where there is one. `points` and `box` are in pixels of the upright image.
    `accepted`: a person agreed with what a model made. `time` is in seconds since 1970; 0 means now when
    it is written.
    """

    line: str
    source: str = HUMAN
    sha256: str = ""
    pipeline: str = ""
    score: float | None = None
    stability: float | None = None
    points: tuple[Point, ...] = ()
    box: Box | None = None
    accepted: bool = False
    time: int = 0

    @property
    def by_person(self) -> bool:
        """Whether a person stands behind it: nothing automatic may change it then."""
        return self.source == HUMAN or self.accepted


def line_digest(line: str) -> str:
    """How an instance is known: a digest of its label line, indifferent to blanks and line ends."""
    text = " ".join(line.split()).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def state_of(key: str, raw: dict[str, Any]) -> ImageState:
    """A state as it was kept; an empty record is an image that was never opened."""
    if not raw:
        return ImageState(key)
    said, objects, note = raw.get("state"), raw.get("objects"), raw.get("note")
    return ImageState(
        key,
        state=_STATES.get(said, "todo") if isinstance(said, str) else "todo",
        known=True,
        objects=objects if isinstance(objects, int) and objects >= 0 else None,
        note=note[:_LONGEST_NOTE] if isinstance(note, str) else "",
        time=packed_time(raw),
    )


def packed_time(raw: dict[str, Any]) -> int:
    """When a record was made; 0 where it does not say."""
    time = raw.get("time")
    return time if isinstance(time, int) else 0


def packed_origin(origin: Origin, now: int) -> dict[str, Any]:
    """An origin as JSON; what is not known is left out."""
    packed: dict[str, Any] = {"line": origin.line, "source": origin.source, "time": origin.time or now}
    optional: dict[str, Any] = {
        "sha256": origin.sha256,
        "pipeline": origin.pipeline,
        "score": _rounded(origin.score),
        "stability": _rounded(origin.stability),
        "points": [[round(p.x, 2), round(p.y, 2), int(p.positive)] for p in origin.points],
        "box": [round(v, 2) for v in origin.box.xyxy] if origin.box else None,
        "accepted": origin.accepted,
    }
    # A score of 0 is a score; False, "" and an empty list are what reading takes for absent anyway.
    return packed | {k: v for k, v in optional.items() if v or (v == 0 and v is not False)}


def origins_of(raw: dict[str, Any]) -> tuple[Origin, ...]:
    """The origins of one image as they were kept, without those that cannot be read."""
    instances = raw.get("instances")
    found = [_origin(entry) for entry in instances] if isinstance(instances, list) else []
    return tuple(origin for origin in found if origin is not None)


def _origin(raw: Any) -> Origin | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("line"), str):
        return None
    return Origin(
        raw["line"],
        source=_text(raw, "source") or HUMAN,
        sha256=_text(raw, "sha256"),
        pipeline=_text(raw, "pipeline"),
        score=_number(raw.get("score")),
        stability=_number(raw.get("stability")),
        points=_points(raw.get("points")),
        box=_box(raw.get("box")),
        accepted=raw.get("accepted") is True,
        time=packed_time(raw),
    )


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None


def _points(value: Any) -> tuple[Point, ...]:
    if not isinstance(value, list):
        return ()
    points = []
    for entry in value:
        numbers = [_number(v) for v in entry] if isinstance(entry, list) else []
        if len(numbers) != 3 or numbers[0] is None or numbers[1] is None:
            return ()
        points.append(Point(numbers[0], numbers[1], bool(numbers[2])))
    return tuple(points)


def _box(value: Any) -> Box | None:
    numbers = [_number(v) for v in value] if isinstance(value, list) else []
    x0, y0, x1, y1 = numbers if len(numbers) == 4 else (None,) * 4
    if x0 is None or y0 is None or x1 is None or y1 is None:
        return None
    return Box(x0, y0, x1, y1)


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), 4)
