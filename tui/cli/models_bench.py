"""`ttylabel models bench`."""

from __future__ import annotations

import re
import time

from tui.cli.output import emit, emit_json, say
from tui.errors import UsageError
from tui.inference.grounding.prompt import parse_text_prompt
from tui.inference.kinds import open_model
from tui.inference.measure import Cost, costs, picture
from tui.inference.segmenters.base import provider_note
from tui.inference.store import find

_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")


def bench_model(name: str, *, size: str, repeat: int, text: str, as_json: bool, quiet: bool) -> int:
    """Open a model, run it on a drawn picture, and print milliseconds and ratios."""
    match = _SIZE.fullmatch(size)
    if match is None or "0" in match.groups():
        raise UsageError(f"--size {size}", "", "Write WxH in pixels, for example 1920x1080")
    wh, phrases = (int(match[1]), int(match[2])), parse_text_prompt(text).phrases
    stored = find(name)
    start = time.perf_counter()
    model = open_model(stored)
    load_ms = (time.perf_counter() - start) * 1e3
    say(f"Measuring {model.name} on {model.provider} ...", quiet=quiet)
    try:
        found = costs(model, picture(wh), phrases, repeat)
    finally:
        model.close()
    note = provider_note(model)
    if as_json:
        emit_json(
            {
                "name": model.name,
                "provider": model.provider,
                "provider_note": note,
                "size": list(wh),
                "load_ms": round(load_ms, 2),
                "steps": {step: _facts(cost) for step, cost in found.items()},
            }
        )
        return 0
    emit(f"{model.name} on {model.provider}, {size}" + (f" ({note})" if note else ""))
    emit(f"  load   {load_ms:9.1f} ms, reading and checking the files included")
    for step, cost in found.items():
        emit(_line(step, cost))
    return 0


def _facts(cost: Cost) -> dict[str, float | None]:
    return {
        "ms": round(cost.ms, 3),
        "bare_ms": None if cost.bare_ms is None else round(cost.bare_ms, 3),
        "ratio": None if cost.ratio is None else round(cost.ratio, 3),
    }


def _line(step: str, cost: Cost) -> str:
    line = f"  {step:<6} {cost.ms:9.1f} ms"
    if cost.bare_ms is not None and cost.ratio is not None:
        line += f", the bare call {cost.bare_ms:.1f} ms: {cost.ratio:.2f} times"
    return line
