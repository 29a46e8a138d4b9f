"""`ttylabel keys`: the key table, from the keymap and the command table."""

from __future__ import annotations

from tui.cli.output import emit, emit_json
from tui.config import config_path, load_config
from tui.session.help import help_json, help_table, markdown_table
from tui.session.keymap import load_keymap
from tui.session.ownkeys import checked


def print_keys(keymap: str | None, *, as_json: bool, markdown: bool) -> int:
    """Print the keys of a preset and the person's own as text, JSON or Markdown; returns the exit code.

    Raises ConfigError for a preset that does not exist and for own keys that cannot work.
    """
    config = load_config()
    name = keymap or config.keymap
    taken = checked(name, config.keys)
    table = load_keymap(name, config.keys)
    if as_json:
        own = [{"mode": mode, "keys": keys, "does": target} for mode, keys, target in config.keys]
        emit_json(help_json(table) | {"own": own, "taken": list(taken)})
    elif markdown:
        emit(markdown_table(table))
    else:
        for line in help_table(table):
            emit(line)
        if config.keys:
            emit("")
            emit(f"With your own keys from {config_path()}:")
            for line in taken or ("nothing of the preset is lost",):
                emit(f"  {line}")
    return 0
