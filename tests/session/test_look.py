from __future__ import annotations

from tui.session.look import Look


def test_the_tone_is_what_the_pixels_depend_on() -> None:
    assert Look(brightness=2, contrast=-1, equalised=True).tone == (2, -1, True)
    assert Look(fill=0, tags="none").tone == Look().tone
