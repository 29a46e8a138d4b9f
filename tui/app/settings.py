"""The user's settings as the settings screen shows and writes them. Comments in the file survive."""

from __future__ import annotations

import ast
import inspect
import math
from dataclasses import dataclass, fields
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from tui import config
from tui.config import Config, load_config
from tui.data.atomic import write_checked
from tui.data.files import read_regular, why
from tui.errors import ConfigError, SaveError
from tui.session.keymap import load_keymap

GRAPHICS = ("auto", "kitty", "sixel", "halfblock", "textual-image")
_LARGEST_FILE = 1_000_000
Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of `Config`: its value now, its default, and its documentation."""

    name: str
    value: Value
    default: Value
    doc: str


def settings(current: Config) -> tuple[Setting, ...]:
    """All settings in the order of `Config`."""
    docs, default = _docs(), Config()
    names = [field.name for field in fields(Config) if isinstance(getattr(default, field.name), Value)]
    return tuple(Setting(n, getattr(current, n), getattr(default, n), docs.get(n, "")) for n in names)


def parsed(setting: Setting, text: str) -> Value:
    """What a person typed for a setting, as its kind of value. Raises ConfigError."""
    text = text.strip()
    if isinstance(setting.default, bool):
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        raise ConfigError(f"'{setting.name}' is true or false", "", "Type one of the two")
    if isinstance(setting.default, int):
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        raise ConfigError(f"'{setting.name}' is a whole number", "", "Type digits")
    if isinstance(setting.default, float):
        return _number(setting, text)
    if setting.name == "keymap":
        load_keymap(text)
    elif setting.name == "graphics" and text not in GRAPHICS:
        raise ConfigError(f"'{text}' is no way to draw", "", f"One of {', '.join(GRAPHICS)}")
    return text


def _number(setting: Setting, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigError(f"'{setting.name}' is a number", "", "Type digits, with a point if need be")
    return value


def store(path: Path, name: str, value: Value) -> Config:
    """Set one value in the file, leave every other byte of it alone, and return the settings it then holds.

    Raises ConfigError for a file that cannot be read, SaveError or ConflictError for one that cannot be
    written.
    """
    before = _read(path)
    try:
        document = tomlkit.parse((before or b"").decode("utf-8"))
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigError(f"Cannot read {path}", str(error), "Correct the file or move it away") from error
    document[name] = value
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"Not saved: {path}", why(error)) from error
    write_checked(path, tomlkit.dumps(document).encode(), expected=before)
    return load_config(path)


def _read(path: Path) -> bytes | None:
    try:
        return read_regular(path, _LARGEST_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"Cannot read {path}", why(error)) from error


def _docs() -> dict[str, str]:
    """The text under each field of `Config`."""
    (node,) = (
        node
        for node in ast.parse(inspect.getsource(config)).body
        if isinstance(node, ast.ClassDef) and node.name == Config.__name__
    )
    found, name = {}, ""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and name:
            found[name] = " ".join(str(statement.value.value).split())
            name = ""
    return found
