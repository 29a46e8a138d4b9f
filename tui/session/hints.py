"""Hints: one or two letters for everything that can be taken, typed to take it.

A target is any labelled point of the image: an instance, a proposal, a vertex. Labels are prefix-free, so no
key is needed to end one, and the first targets get the letters under the fingers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

LETTERS = "fjdkslahgruiewptyvncmbxz"
"""The home row from the strong fingers outwards, then the row above, then the row below.

O and Q are left out: small on a picture they look like D and like each other.
"""

MOST = len(LETTERS) ** 2
"""Targets that can be told apart with two letters."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something to be taken: `kind` names what takes it, `key` tells it from others of its kind.

    (`x`, `y`) is where its label stands, in image pixels.
    """

    kind: str
    key: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Hints:
    """Targets and their labels, in the same order; `typed` is what was typed of a label so far.

    `back` is the mode that the hints were opened from.
    """

    targets: tuple[Target, ...] = ()
    labels: tuple[str, ...] = ()
    typed: str = ""
    back: str = ""

    @property
    def given(self) -> dict[tuple[str, int], str]:
        """The label of each target, by kind and key."""
        return {(t.kind, t.key): label for t, label in zip(self.targets, self.labels, strict=True)}

    @property
    def open(self) -> tuple[tuple[str, Target], ...]:
        """The labels that what was typed can still become, and their targets."""
        pairs = zip(self.labels, self.targets, strict=True)
        return tuple((label, target) for label, target in pairs if label.startswith(self.typed))

    def typing(self, letter: str) -> Hints | Target | None:
        """After one more letter: the target it names, fewer hints, or None when nothing begins like that."""
        typed = self.typed + letter
        left = [
            (label, t) for label, t in zip(self.labels, self.targets, strict=True) if label.startswith(typed)
        ]
        if not left:
            return None
        return left[0][1] if left[0][0] == typed else replace(self, typed=typed)


def hint(targets: Iterable[Target], *, back: str = "") -> Hints:
    """Labels for the targets, the most wanted first; those beyond `MOST` get none."""
    wanted = tuple(targets)[:MOST]
    return Hints(wanted, labels(len(wanted)), back=back)


def steady(targets: Iterable[Target], known: Mapping[tuple[str, int], str], *, back: str = "") -> Hints:
    """Labels for targets of which more may come: those in `known`, by kind and key, have them already.

    Beyond `STEADY` targets all labels are given anew.
    """
    wanted = tuple(targets)[:MOST]
    table = STEADY if len(wanted) <= len(STEADY) else labels(len(wanted))
    used: set[str] = set()
    kept: list[str] = []
    for target in wanted:
        label = known.get((target.kind, target.key), "")
        kept.append(label if label in table and label not in used else "")
        used.add(kept[-1])
    fresh = (label for label in table if label not in used)
    given = tuple(label or next(fresh) for label in kept)
    return Hints(wanted, given, back=back)


def labels(count: int) -> tuple[str, ...]:
    """`count` labels (at most `MOST`), no one a prefix of another, the shortest first."""
    count, letters = min(count, MOST), len(LETTERS)
    single = next(n for n in range(letters, -1, -1) if n + (letters - n) * letters >= count)
    pairs = (first + second for first in LETTERS[single:] for second in LETTERS)
    return (*LETTERS[: min(single, count)], *islice(pairs, max(0, count - single)))


_SINGLE = 20
STEADY = (*LETTERS[:_SINGLE], *(first + second for first in LETTERS[_SINGLE:] for second in LETTERS))
"""Labels that do not depend on how many there are: a letter for the first ones, two for the others."""
