"""File names made of foreign names, usable on any disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

_MARKS = frozenset("-_.+ ")
_BYTES = 100
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10)))
)
"""Names that Windows keeps for devices."""


def folder_names(names: Sequence[str]) -> tuple[str, ...]:
    """A folder name for each class: its own name where that is one, else what is left of it and its number.

    All differ, on disks that do not tell capitals too.
    """
    plain = [_plain(name) for name in names]
    times = Counter(one.casefold() for one in plain)
    own = [one == name != "" and times[one.casefold()] == 1 for one, name in zip(plain, names, strict=True)]
    taken = {one.casefold() for one, is_own in zip(plain, own, strict=True) if is_own}
    for number, is_own in enumerate(own):
        while not is_own:
            plain[number] = f"{plain[number]}-{number}".lstrip("-")
            is_own = plain[number].casefold() not in taken
        taken.add(plain[number].casefold())
    return tuple(plain)


def _plain(name: str) -> str:
    kept = "".join(char if char.isalnum() or char in _MARKS else "_" for char in name)
    kept = kept.encode("utf-8", "replace")[:_BYTES].decode("utf-8", "ignore").strip(" .")
    return f"{kept}_" if kept.split(".")[0].casefold() in _RESERVED else kept
