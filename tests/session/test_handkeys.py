from __future__ import annotations

from tui.session.grid import KEYS
from tui.session.handkeys import HANDS, MODES
from tui.session.keymap import parse_table
from tui.session.state import Mode


def test_tables_belong_to_modes() -> None:
    assert set(HANDS) | set(MODES) <= {"all", *Mode}


def test_every_key_of_the_grid_names_itself() -> None:
    table = parse_table(HANDS["grid"])
    assert [table[key] for key in KEYS] == [f"grid.pick {key}" for key in KEYS]
