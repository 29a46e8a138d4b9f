from __future__ import annotations

import pytest

from tui.errors import ConfigError
from tui.session.effects import Load
from tui.session.start import start
from tui.session.state import Options


def test_the_first_thing_asked_for_is_the_image() -> None:
    session, effects = start(Options(task="segment"), ("cat",), "vim", index=4, image_count=9)
    assert effects == (Load(4),)
    assert (session.image.index, session.image_count, session.keymap) == (4, 9, "vim")
    assert session.image.status == "loading"
    assert session.listing


def test_a_wrong_key_preset_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="no key preset 'emacs'"):
        start(Options(), (), "emacs")
