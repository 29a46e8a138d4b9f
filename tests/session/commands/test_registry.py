from __future__ import annotations

from pathlib import Path

import pytest

from tui.session.commands.command import Command
from tui.session.commands.registry import COMMANDS, GROUPS
from tui.session.state import Mode

TESTS = "\n".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
ALL = list(COMMANDS.values())
NAMES = list(COMMANDS)


@pytest.mark.parametrize("command", ALL, ids=NAMES)
def test_a_command_says_what_it_does(command: Command) -> None:
    assert command.doc[0].isupper()
    assert not command.doc.endswith(".")
    assert len(command.doc) < 60
    assert 0 < len(command.label) <= 16
    assert command.group in GROUPS
    assert command.modes
    assert command.modes <= set(Mode)


@pytest.mark.parametrize("command", ALL, ids=NAMES)
def test_a_command_is_named_by_a_test(command: Command) -> None:
    assert f'"{command.name}"' in TESTS


@pytest.mark.parametrize("command", ALL, ids=NAMES)
def test_a_name_has_a_group_word_and_a_verb(command: Command) -> None:
    first, _, second = command.name.partition(".")
    assert first.isidentifier()
    assert second.isidentifier()


def test_names_docs_and_labels_are_distinct_within_a_group() -> None:
    assert len({c.doc for c in ALL}) == len(ALL)
    assert len({(c.group, c.label) for c in ALL}) == len(ALL)


def test_what_leaves_an_image_works_while_it_loads() -> None:
    assert all(command.loading for command in ALL if command.leaves)
    assert not any(command.loading and command.edits for command in ALL)
