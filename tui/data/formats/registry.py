"""The formats labels can be stored in."""

from __future__ import annotations

from tui.data.formats import yolo
from tui.data.formats.base import Format

FORMATS: tuple[Format, ...] = (yolo,)
"""The first is the default."""
