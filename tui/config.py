"""Settings of a person, and where the program keeps its files.

Defaults, then the user's `config.toml`, then flags. Every field's comment is its documentation.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path

import platformdirs

from tui.errors import ConfigError

APP = "ttylabel"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, with their defaults."""

    segmenter: str = "sprout"
    """Name of the segmenter to start with (`ttylabel models list`)."""

    keymap: str = "anylabeling"
    """Key preset (`ttylabel keys --keymap NAME`)."""

    keys: tuple[tuple[str, str, str], ...] = ()
    """Keys of one's own as (mode or `all`, keys, command): the tables `[keys]` and `[keys.MODE]`."""

    colours: tuple[tuple[str, tuple[int, int, int]], ...] = ()
    """Colours of one's own as (class name, (red, green, blue) in 0..255): the table `[colours]`."""

    graphics: str = "auto"
    """auto, kitty, sixel, halfblock or textual-image."""

    autosave: bool = True
    """Save after every change, and say so in the status line."""

    embedding_memory_mb: int = 512
    """Memory for embeddings of images seen lately or next."""

    embedding_disk_mb: int = 10_000
    """Disk for embeddings of images encoded once, so that they need not be encoded again; 0 for none."""

    detector: str = ""
    """Name or .onnx file of the detector that proposes instances."""

    grounder: str = ""
    """Name or .onnx file of the model that finds what a text describes."""

    look_ahead: bool = True
    """Look for objects while nothing else is to do, so that hints have something to stand on."""

    everything_side: int = 0
    """Points along each side of the grid of "everything"; 0 for what suits the segmenter."""

    everything_score: float = 0.0
    """Least predicted IoU of what "everything" finds; 0 for what suits the segmenter."""

    everything_stability: float = 0.0
    """Least stability of what "everything" finds; 0 for what suits the segmenter."""

    max_image_mb: int = 512
    """Largest image file that is read, in megabytes."""

    max_pixels_m: int = 200
    """Largest image that is decoded, in megapixels."""

    @property
    def max_image_bytes(self) -> int:
        """`max_image_mb` in bytes."""
        return self.max_image_mb * 1_000_000

    @property
    def max_pixels(self) -> int:
        """`max_pixels_m` in pixels."""
        return self.max_pixels_m * 1_000_000


def config_path() -> Path:
    """The user's settings file."""
    return platformdirs.user_config_path(APP) / "config.toml"


def state_dir() -> Path:
    """Logs, journals, claims and places of this user, and sidecars of datasets that cannot be written."""
    return platformdirs.user_state_path(APP)


def data_dir() -> Path:
    """Models this user added."""
    return platformdirs.user_data_path(APP)


def embedding_dir() -> Path:
    """Embeddings of images, made once."""
    return platformdirs.user_cache_path(APP) / "embeddings"


def load_config(path: Path | None = None) -> Config:
    """The user's settings over the defaults; a missing file means defaults.

    Raises ConfigError for a file that is not TOML, an unknown key (naming the nearest), a wrong type, or a
    number or colour that cannot be meant.
    """
    path = path or config_path()
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Cannot read {path}", str(error), "Correct the file or move it away") from error
    own = _own_keys(raw.pop("keys", {}), path)
    colours = _own_colours(raw.pop("colours", {}), path)
    known = {f.name: f.default for f in fields(Config) if f.name not in _TABLES}
    for key, value in raw.items():
        if key not in known:
            near = difflib.get_close_matches(key, (*known, *_TABLES), 1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Known settings: {', '.join(known)}"
            raise ConfigError(f"{path}: unknown setting '{key}'", "", hint)
        if type(known[key]) is float and type(value) is int:
            raw[key] = value = float(value)
        if type(value) is not type(known[key]):
            raise ConfigError(
                f"{path}: '{key}' must be {_kind(known[key])}, not {_kind(value)}", "", "Correct the file"
            )
        if wrong := _out_of_range(key, value):
            raise ConfigError(f"{path}: '{key}' must be {wrong}, not {value}", "", "Correct the file")
    return replace(Config(), keys=own, colours=colours, **raw)


def _out_of_range(key: str, value: object) -> str:
    """What a number must be, in words, when it is not."""
    if isinstance(value, float):
        return "" if 0 <= value <= 1 else "0 to 1"
    least = 1 if key.startswith("max_") else 0
    return f"{least} or more" if type(value) is int and value < least else ""


def _own_keys(table: object, path: Path) -> tuple[tuple[str, str, str], ...]:
    """`[keys]` holds for all modes, `[keys.MODE]` for one; whether they make sense the keymap knows."""
    found: list[tuple[str, str, str]] = []
    for key, value in _pairs(table, "keys", path):
        if isinstance(value, str):
            found.append(("all", key, value))
            continue
        for inner, target in _pairs(value, f"keys.{key}", path):
            if not isinstance(target, str):
                what = f"{path}: '{inner}' in [keys.{key}] must be text, not {_kind(target)}"
                raise ConfigError(what, "", _KEYS_ADVICE)
            found.append((key, inner, target))
    return tuple(found)


def _own_colours(table: object, path: Path) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    """`[colours]`: which classes there are each dataset knows for itself."""
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: 'colours' must be a table, not {_kind(table)}", "", _COLOURS_ADVICE)
    return tuple((name, _colour(f"{path}: '{name}' in [colours]", value)) for name, value in table.items())


def _colour(what: str, value: object) -> tuple[int, int, int]:
    if not isinstance(value, str):
        raise ConfigError(f"{what} must be a colour in text, not {_kind(value)}", "", _COLOURS_ADVICE)
    if not _COLOUR.fullmatch(value):
        raise ConfigError(f"{what} is '{value}', which is no colour", "", _COLOURS_ADVICE)
    red, green, blue = bytes.fromhex(value[1:])
    return red, green, blue


def _pairs(table: object, name: str, path: Path) -> list[tuple[str, object]]:
    if not isinstance(table, dict):
        raise ConfigError(
            f"{path}: '{name}' must be a table or a command, not {_kind(table)}", "", _KEYS_ADVICE
        )
    return list(table.items())


_TABLES = ("keys", "colours")
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_COLOURS_ADVICE = (
    'Write "#" and two hex digits each for red, green and blue: [colours], below it: cat = "#e69f00"'
)
_KEYS_ADVICE = 'Write [keys], and below it: "ctrl+x" = "instance.delete"'


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    return names.get(type(value), type(value).__name__)
