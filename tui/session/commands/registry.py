"""The table of everything a person can do; keys, help, palette and README are derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tui.session.commands import (
    box,
    classes,
    conflict,
    copying,
    drawing,
    editing,
    files,
    grid,
    hints,
    instances,
    look,
    move,
    panels,
    points,
    program,
    propagate,
    propose,
    reshaping,
    review,
    snap,
    spoken,
    view,
)
from tui.session.commands.command import Command

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        command.name: command
        for module in (
            points,
            box,
            grid,
            snap,
            hints,
            propose,
            review,
            instances,
            copying,
            propagate,
            editing,
            reshaping,
            drawing,
            classes,
            move,
            view,
            look,
            spoken,
            files,
            panels,
            conflict,
            program,
        )
        for command in module.COMMANDS
    }
)
"""Command by name, in the order of the help screen."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(command.group for command in COMMANDS.values()))
"""The groups of commands, in the order of the help screen."""
