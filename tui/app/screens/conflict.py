"""Two versions of one image's labels: what differs, and whose counts. Nothing is preselected."""

from __future__ import annotations

from collections import Counter

from tui.app.screens.ask import ChoiceScreen
from tui.data.classes import class_name
from tui.session.commands.conflict import both
from tui.session.edit import sourced
from tui.session.state import Session
from tui.types.instance import Instance
from tui.types.text import printable


def conflict_screen(session: Session) -> ChoiceScreen:
    """The question for the image in front; on the canvas theirs are drawn in magenta, dashed."""
    yours, theirs = session.image.instances, session.theirs.get(session.image.index, ())
    only_yours = len(both(yours, theirs)) - len(theirs)
    only_theirs = len(theirs) - (len(yours) - only_yours)
    text = f"{printable(session.image.name)} was labelled here and changed by another program."
    lines = (
        f"yours:  {_summary(sourced(yours, theirs), session.classes)}; {only_yours} only here",
        f"theirs: {_summary(theirs, session.classes)}; {only_theirs} only there (magenta)",
    )
    choices = (
        ("1", "yours: write what you see, in your colours"),
        ("2", "theirs: take the file as it is now"),
        ("3", "both: every object of either"),
    )
    return ChoiceScreen(text, choices, lines=lines, stay="decide later: nothing is written")


def _summary(instances: tuple[Instance, ...], classes: tuple[str, ...]) -> str:
    counts = Counter(instance.class_id for instance in instances)
    parts = [
        f"{count} {printable(class_name(classes, number), 20)}" for number, count in counts.most_common(4)
    ]
    more = f" and {len(counts) - 4} more classes" if len(counts) > 4 else ""
    return f"{', '.join(parts)}{more}" if parts else "nothing"
