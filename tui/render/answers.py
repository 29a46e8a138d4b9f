"""What a terminal said when asked what it can do, read without touching a terminal.

`parse_answers` turns the raw bytes into facts, `choose` turns facts into a `Terminal`. The answers each
known terminal gives were recorded in the real programs (kitty 0.41, konsole 25.04, foot 1.21, xterm 379,
mlterm 3.9, tmux 3.3a); `tests/render/test_answers.py` holds them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tui.errors import UsageError
from tui.render.kittyskills import kitty_in_tmux, kitty_skills
from tui.render.terminal import Colours, Protocol, Terminal

KITTY_QUERY_ID = 4211
FALLBACK_CELL = (10, 20)

_CHOICES = ("kitty", "sixel", "halfblock", "textual-image")

_XTERM_JS_DA1 = frozenset({62, 4, 9, 22})
"""What xterm.js with its image addon (VS Code, web terminals) says; its releases give no other name."""

_ANSWER = re.compile(
    rb"\x1bP>\|(?P<version>[^\x1b]*)\x1b\\"
    rb"|\x1b\[48;(?P<inband>\d+[:\d]*;\d+[:\d]*;\d+[:\d]*;\d+[:\d]*)t"
    rb"|\x1b\[4;(?P<area>\d+;\d+)t"
    rb"|\x1b\[6;(?P<cell>\d+;\d+)t"
    rb"|\x1b\[\?2026;(?P<sync>\d+)\$y"
    rb"|\x1b\[\?1;(?P<registers>[\d;]*)S"
    rb"|\x1b\[\?2;(?P<geometry>[\d;]*)S"
    rb"|\x1bP[01]\$r(?P<sgr>[^\x1b]*)\x1b\\"
    rb"|\x1b_Gi=%d;(?P<graphics>[^\x1b]*)\x1b\\"
    rb"|\x1b\[\?(?P<da1>[\d;]*)c"
    # What other programs asked for before us: a shell, an editor that just ended.
    rb"|\x1b\[[?>=][\d;]*\$?[a-zA-Z]"
    rb"|\x1b\[8;\d+;\d+t|\x1b\[\d+;\d+R|\x1b\[[IO]"
    rb"|\x1b[P_][^\x1b]*\x1b\\|\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)" % KITTY_QUERY_ID
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[?>=\d][\d;:]*\$?|[P_\]][^\x1b\x07]*\x1b?)\Z")
_TERMS = ("mlterm", "foot", "konsole", "wezterm", "ghostty", "kitty", "alacritty", "contour")
_PROGRAMS = {
    "vscode": "xterm.js",
    "iterm.app": "iterm2",
    "apple_terminal": "apple terminal",
    "wezterm": "wezterm",
    "ghostty": "ghostty",
    "mintty": "mintty",
}
"""Names by TERM_PROGRAM in lower case."""
_WINDOWS_TERMINAL = {61, 28, 32, 42}
"""Device attributes of Windows Terminal, which says no name, and no variable of its own over ssh."""

QUIRKS: Mapping[str, frozenset[str]] = {
    "xterm": frozenset({"sixel-slots-16", "sixel-max-1000"}),
    "mlterm": frozenset({"sixel-opaque"}),
    "konsole": frozenset({"sixel-opaque", "sixel-bands", "stretch-from-offset", "truecolor"}),
    "wezterm": frozenset({"text-erases", "truecolor"}),
    "tmux": frozenset({"sixel-opaque"}),
    "windows terminal": frozenset({"sixel-opaque", "truecolor"}),
    "xterm.js": frozenset({"sixel-opaque", "fractional-cells", "truecolor"}),
    "iterm2": frozenset({"sixel-opaque", "truecolor"}),
    "kitty": frozenset({"truecolor"}),
    "ghostty": frozenset({"truecolor"}),
    "foot": frozenset({"truecolor"}),
    "alacritty": frozenset({"truecolor"}),
    "vte": frozenset({"truecolor"}),
    "contour": frozenset({"truecolor"}),
    "mintty": frozenset({"truecolor"}),
}
"""Known peculiarities by terminal name.

sixel-slots-16: keeps 16 pictures and drops the topmost after that. sixel-max-1000: shows no picture beyond
1000x1000 pixels. sixel-opaque: unset pixels of a sixel are painted black instead of left alone.
sixel-bands: all six rows of the last band are painted. fractional-cells: a cell need not be a whole number
of pixels, and pictures are cut into cells with the fractions (`tui.render.fractions`). text-erases: text
written over a placement removes it. stretch-from-offset: a placement of so many cells has their full size,
wherever in the first cell it begins (by the protocol it ends with the last cell). truecolor: known to have
24-bit colour whatever it answers. frame-edits (set by `choose`, for kitty): rectangles of a stored picture
can be replaced.
library-kitty, library-sixel (set by `choose`, for textual-image): the protocol that package is to speak.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """What the kernel says of the terminal: cells and pixels (0 where it does not know)."""

    cols: int = 0
    rows: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Answers:
    """The facts in a terminal's answers; None or an empty value where it gave none.

    `cell` and `area` are (width, height) in pixels, `window` is the in-band report. `outer_name` and
    `outer_version` are those of the terminal around tmux, as its passthrough let it speak, or of the terminal
    itself. `typed` is what was no answer, in order.
    """

    da1: frozenset[int] | None = None
    name: str = ""
    version: str = ""
    outer_name: str = ""
    outer_version: str = ""
    cell: tuple[int, int] | None = None
    area: tuple[int, int] | None = None
    window: Window | None = None
    sync: bool = False
    sixel_registers: int = 0
    sixel_max: tuple[int, int] | None = None
    truecolor: bool | None = None
    kitty_graphics: bool = False
    typed: bytes = b""


def parse_answers(raw: bytes) -> Answers:
    """Read the answers out of `raw`; the bytes between them are what a person typed meanwhile.

    An answer cut off at the end is dropped: its head would arrive in the app as keys.
    """
    found: dict[str, list[str]] = {}
    typed, end = b"", 0
    for match in _ANSWER.finditer(raw):
        typed, end = typed + raw[end : match.start()], match.end()
        for key, value in match.groupdict().items():
            if value is not None:
                found.setdefault(key, []).append(value.decode("latin-1"))
    names = [_split_version(text) for text in found.get("version", [])]
    outer = next((each for each in names if each[0] != "tmux"), ("", ""))
    da1 = found.get("da1")
    return Answers(
        da1=frozenset(_numbers(da1[0])) if da1 else None,
        name=names[0][0] if names else "",
        version=names[0][1] if names else "",
        outer_name=outer[0],
        outer_version=outer[1],
        cell=_wh(found.get("cell")),
        area=_wh(found.get("area")),
        window=_window(found.get("inband")),
        sync=any(value in ("1", "2", "3") for value in found.get("sync", [])),
        sixel_registers=_status_value(found.get("registers"), 0),
        sixel_max=_geometry(found.get("geometry")),
        truecolor=_keeps_rgb(found.get("sgr")),
        kitty_graphics="OK" in found.get("graphics", []),
        typed=typed + _UNFINISHED.sub(b"", raw[end:]),
    )


def unfinished(raw: bytes) -> bool:
    """Whether `raw` ends within an answer."""
    return _UNFINISHED.search(raw) is not None


def choose(
    answers: Answers, env: Mapping[str, str], override: str = "auto", window: Window | None = None
) -> Terminal:
    """The way of drawing for a terminal that gave these answers.

    Kitty graphics before sixel before half-blocks; `override` is the person's `--graphics` and wins.
    Raises UsageError when `override` names no protocol.
    """
    if override not in (*_CHOICES, "auto"):
        raise UsageError(
            f"--graphics {override} is not known", "", f"Choose one of auto, {', '.join(_CHOICES)}"
        )
    tmux = _in_tmux(answers, env)
    name = _name(answers, env, tmux=tmux)
    quirks = QUIRKS.get(name, frozenset())
    protocol, why = _protocol(answers, override, tmux=tmux)
    if protocol == "kitty":
        quirks |= kitty_skills(answers.outer_name, answers.outer_version)
    if protocol == "textual-image":
        quirks |= _library_quirks(answers, tmux=tmux)
    return Terminal(
        protocol=protocol,
        cell=cell_size(answers, window or Window()),
        colours=_colours(answers, env, quirks),
        sync=answers.sync,
        tmux=tmux,
        name=name,
        quirks=quirks,
        why=why,
        typed=answers.typed,
        exact_cell=_exact_cell(answers, window or Window()) if "fractional-cells" in quirks else None,
    )


def cell_size(answers: Answers, window: Window) -> tuple[int, int]:
    """A cell's (width, height) in pixels.

    The in-band report, then the kernel's figure, then CSI 16 t, then CSI 14 t, then 10x20.
    """
    for said in (answers.window, window):
        if said and said.cols and said.rows and said.width >= said.cols and said.height >= said.rows:
            return said.width // said.cols, said.height // said.rows
    if answers.cell:
        return answers.cell
    if answers.area and window.cols and window.rows:
        width, height = answers.area[0] // window.cols, answers.area[1] // window.rows
        if width and height:
            return width, height
    return FALLBACK_CELL


def _exact_cell(answers: Answers, window: Window) -> tuple[float, float] | None:
    """CSI 14 t by the cells: the report of one cell is rounded."""
    if not (answers.area and window.cols and window.rows):
        return None
    return answers.area[0] / window.cols, answers.area[1] / window.rows


def _protocol(answers: Answers, override: str, *, tmux: bool) -> tuple[Protocol, str]:
    if tmux and override in ("auto", "kitty"):
        return kitty_in_tmux(
            answers.outer_name,
            answers.outer_version,
            answered=answers.kitty_graphics,
            forced=override == "kitty",
        )
    if override == "kitty":
        return "kitty", "asked for with --graphics"
    if override == "sixel":
        return "sixel", "asked for with --graphics"
    if override == "halfblock":
        return "halfblock", "asked for with --graphics"
    if override == "textual-image":
        return "textual-image", "asked for with --graphics"
    if answers.da1 is None:
        return "halfblock", "the terminal answered no question: half-blocks"
    if answers.kitty_graphics:
        return "kitty", "the terminal knows kitty graphics"
    if 4 in answers.da1:
        return "sixel", "the terminal knows sixel"
    return "halfblock", "the terminal knows neither kitty graphics nor sixel: half-blocks"


def _library_quirks(answers: Answers, *, tmux: bool) -> frozenset[str]:
    """textual-image shows kitty pictures through placeholders, which among the known only kitty has."""
    if not tmux and answers.kitty_graphics and answers.name in ("kitty", "ghostty"):
        return frozenset({"library-kitty"})
    if not tmux and answers.da1 and 4 in answers.da1:
        return frozenset({"library-sixel"})
    return frozenset()


def _in_tmux(answers: Answers, env: Mapping[str, str]) -> bool:
    return bool(env.get("TMUX")) or answers.name == "tmux" or env.get("TERM_PROGRAM") == "tmux"


def _name(answers: Answers, env: Mapping[str, str], *, tmux: bool) -> str:
    """The terminal's name in lower case; the environment names those that do not answer XTVERSION."""
    if tmux:
        return "tmux"
    if answers.name:
        return answers.name
    if env.get("WT_SESSION") or (answers.da1 and answers.da1 >= _WINDOWS_TERMINAL):
        return "windows terminal"
    if env.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    if answers.da1 == _XTERM_JS_DA1:
        return "xterm.js"
    program = _PROGRAMS.get(env.get("TERM_PROGRAM", "").lower())
    if program:
        return program
    term = env.get("TERM", "")
    return next((known for known in _TERMS if known in term), "")


def _colours(answers: Answers, env: Mapping[str, str], quirks: frozenset[str]) -> Colours:
    term = env.get("TERM", "")
    if env.get("NO_COLOR") or term == "dumb":
        return "none"
    if answers.truecolor or env.get("COLORTERM") in ("truecolor", "24bit") or "truecolor" in quirks:
        return "truecolor"
    if "direct" in term:
        return "truecolor"
    if "256color" in term or term in ("mlterm", "foot", "alacritty") or answers.truecolor is False:
        return "256"
    return "16"


def _split_version(text: str) -> tuple[str, str]:
    """Lower-case name and version of `"XTerm(379)"`, `"foot(1.21.0)"`, `"tmux 3.3a"`, `"Konsole 25.04.2"`."""
    name, _, version = text.replace("(", " ").replace(")", " ").strip().partition(" ")
    return name.lower(), version.strip()


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(";") if part]


def _wh(texts: list[str] | None) -> tuple[int, int] | None:
    """(width, height) out of a report `height;width`; None for zero, said by terminals that do not know."""
    if not texts:
        return None
    height, width = _numbers(texts[-1])
    return (width, height) if width and height else None


def _window(texts: list[str] | None) -> Window | None:
    """An in-band size report `rows;cols;height;width`; sub-parameters after a colon are not ours."""
    if not texts:
        return None
    rows, cols, height, width = (int(part.partition(":")[0]) for part in texts[-1].split(";"))
    return Window(cols, rows, width, height)


def _status_value(texts: list[str] | None, default: int) -> int:
    """The value of an XTSMGRAPHICS report `status;value` with status 0 (success)."""
    values = _numbers(texts[-1]) if texts else []
    return values[1] if len(values) > 1 and values[0] == 0 else default


def _geometry(texts: list[str] | None) -> tuple[int, int] | None:
    values = _numbers(texts[-1]) if texts else []
    return (values[1], values[2]) if len(values) > 2 and values[0] == 0 else None


def _keeps_rgb(texts: list[str] | None) -> bool | None:
    """True when DECRQSS gives the 24-bit colour back that was set, None without an answer."""
    if not texts:
        return None
    return any(re.search(r"48[:;]2[:;]+1[:;]2[:;]3", text) is not None for text in texts)
