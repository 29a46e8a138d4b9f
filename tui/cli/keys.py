"""`ttylabel keys`: the key table, from the keymap and the command table."""

from __future__ import annotations

from tui.cli.output import emit, emit_json
from tui.config import load_config
from tui.session.help import help_json, help_table, markdown_table
from tui.session.keymap import load_keymap


def print_keys(keymap: str | None, *, as_json: bool, markdown: bool) -> int:
    """Print the keys of a preset as text, JSON or Markdown; returns the exit code."""
    table = load_keymap(keymap or load_config().keymap)
    if as_json:
        emit_json(help_json(table))
    elif markdown:
        emit(markdown_table(table))
    else:
        for line in help_table(table):
            emit(line)
    return 0
