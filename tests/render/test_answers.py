"""The answers of real terminals, and what is chosen for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.render.answers import Answers, Window, cell_size, choose, parse_answers, unfinished

OK = b"\x1b_Gi=4211;OK\x1b\\"
KITTY = (
    b"\x1bP>|kitty(0.41.1)\x1b\\\x1b[6;18;9t\x1b[4;720;1080t\x1b[?2026;2$y"
    b"\x1bP1$r48:2:1:2:3m\x1b\\" + OK + b"\x1b[?62;c"
)
KONSOLE = b"\x1bP>|Konsole 25.04.2\x1b\\\x1b[6;19;9t\x1b[4;760;1080t" + OK + b"\x1b[?62;1;4c"
FOOT = (
    b"\x1bP>|foot(1.21.0)\x1b\\\x1b[6;20;10t\x1b[4;800;1200t\x1b[?2026;2$y\x1b[?1;0;1024S"
    b"\x1b[?2;0;1200;800S\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[?62;4;22;28c"
)
XTERM = (
    b"\x1bP>|XTerm(379)\x1b\\\x1b[?2026;0$y\x1b[?1;0;1024S\x1b[?2;0;1000;1000S"
    b"\x1bP1$r0;48:2::1:2:3m\x1b\\\x1b[?63;1;2;4;6;9;15;16;22;28c"
)
MLTERM = b"\x1b[6;19;10t\x1b[?2026;0$y\x1bP1$r0;48;5;16m\x1b\\\x1b[?63;1;2;3;4;6;7;15;18;22;29c"
XTERM_JS = b"\x1b[6;15;8t\x1b[4;480;939t\x1b[?1;0;256S\x1b[?2;0;939;480S\x1bP1$r0m\x1b\\\x1b[?62;4;9;22c"
TMUX = b"\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c"
IN_TMUX = {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "tmux-256color"}
PLAIN_ENV = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("raw", "name", "protocol", "colours", "sync"),
    [
        (KITTY, "kitty", "kitty", "truecolor", True),
        (KONSOLE, "konsole", "kitty", "truecolor", False),
        (FOOT, "foot", "sixel", "truecolor", True),
        (XTERM, "xterm", "sixel", "truecolor", False),
        (XTERM_JS, "xterm.js", "sixel", "truecolor", False),
        (b"\x1b[?62;22c", "", "halfblock", "256", False),
        (b"", "", "halfblock", "256", False),
    ],
)
def test_each_terminal_gets_its_protocol(
    raw: bytes, name: str, protocol: str, colours: str, sync: bool
) -> None:
    terminal = choose(parse_answers(raw), PLAIN_ENV)
    assert (terminal.name, terminal.protocol, terminal.colours, terminal.sync) == (
        name,
        protocol,
        colours,
        sync,
    )
    assert terminal.why


WINDOWS_TERMINAL = b"\x1b[6;20;10t\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c"


@pytest.mark.parametrize(
    ("raw", "env", "protocol", "quirks"),
    [
        (KONSOLE, {}, "kitty", {"sixel-opaque", "sixel-bands", "stretch-from-offset", "truecolor"}),
        (
            b"\x1bP>|WezTerm 20240203\x1b\\" + OK + b"\x1b[?65;4;6;18;22c",
            {},
            "kitty",
            {"text-erases", "truecolor"},
        ),
        (b"\x1bP>|ghostty 1.2.0\x1b\\" + OK + b"\x1b[?62;22c", {}, "kitty", {"truecolor"}),
        (WINDOWS_TERMINAL, {}, "sixel", {"sixel-opaque", "truecolor"}),
        (b"\x1b[?61;1c", {"WT_SESSION": "x"}, "halfblock", {"sixel-opaque", "truecolor"}),
        (b"\x1bP>|iTerm2 3.6.7\x1b\\\x1b[?62;4c", {}, "sixel", {"sixel-opaque", "truecolor"}),
        (XTERM_JS, {"TERM_PROGRAM": "vscode"}, "sixel", {"sixel-opaque", "fractional-cells", "truecolor"}),
        (
            b"\x1b[?1;2c",
            {"TERM_PROGRAM": "vscode"},
            "halfblock",
            {"sixel-opaque", "fractional-cells", "truecolor"},
        ),
    ],
)
def test_terminals_that_are_not_here_get_what_is_reported_of_them(
    raw: bytes, env: dict[str, str], protocol: str, quirks: set[str]
) -> None:
    terminal = choose(parse_answers(raw), {**PLAIN_ENV, **env})
    assert (terminal.protocol, terminal.quirks) == (protocol, quirks)
    assert terminal.colours == "truecolor"


def test_mlterm_says_no_name_and_is_known_by_term() -> None:
    terminal = choose(parse_answers(MLTERM), {"TERM": "mlterm"})
    assert terminal.protocol == "sixel"
    assert terminal.colours == "256"
    assert terminal.quirks == {"sixel-opaque"}


def test_xterms_limits_are_quirks() -> None:
    assert choose(parse_answers(XTERM), PLAIN_ENV).quirks == {"sixel-slots-16", "sixel-max-1000"}


def test_inside_tmux_a_kitty_that_answered_through_it_draws() -> None:
    terminal = choose(parse_answers(KITTY + TMUX), IN_TMUX)
    assert (terminal.protocol, terminal.tmux, terminal.name) == ("kitty", True, "tmux")
    assert "frame-edits" in terminal.quirks
    assert "tmux" in terminal.why
    assert (parse_answers(KITTY + TMUX).outer_name, parse_answers(KITTY + TMUX).outer_version) == (
        "kitty",
        "0.41.1",
    )


@pytest.mark.parametrize("override", ["auto", "kitty"])
def test_inside_tmux_without_passthrough_half_blocks_are_drawn_and_the_reason_is_said(override: str) -> None:
    terminal = choose(parse_answers(TMUX), IN_TMUX, override)
    assert terminal.protocol == "halfblock"
    assert "allow-passthrough" in terminal.why


def test_inside_tmux_konsole_gets_half_blocks_unless_kitty_is_asked_for() -> None:
    assert choose(parse_answers(KONSOLE + TMUX), IN_TMUX).protocol == "halfblock"
    assert choose(parse_answers(KONSOLE + TMUX), IN_TMUX, "kitty").protocol == "kitty"


def test_only_kitty_is_known_to_patch_stored_pictures() -> None:
    assert "frame-edits" in choose(parse_answers(KITTY), PLAIN_ENV).quirks
    assert "frame-edits" not in choose(parse_answers(KONSOLE), PLAIN_ENV).quirks
    assert "frame-edits" not in choose(parse_answers(KITTY), PLAIN_ENV, "sixel").quirks


@pytest.mark.parametrize("override", ["kitty", "sixel", "halfblock", "textual-image"])
def test_the_person_overrules_the_answers(override: str) -> None:
    assert choose(parse_answers(b""), PLAIN_ENV, override).protocol == override


def test_an_unknown_override_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="halfblock"):
        choose(Answers(), {}, "jpeg")


@pytest.mark.parametrize(
    ("raw", "quirk"), [(KITTY, "library-kitty"), (XTERM, "library-sixel"), (KONSOLE, "library-sixel")]
)
def test_textual_image_is_told_which_protocol_it_may_use(raw: bytes, quirk: str) -> None:
    assert quirk in choose(parse_answers(raw), PLAIN_ENV, "textual-image").quirks


@pytest.mark.parametrize(
    ("env", "colours"),
    [
        ({"TERM": "xterm", "NO_COLOR": "1"}, "none"),
        ({"TERM": "dumb"}, "none"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "screen-256color"}, "256"),
        ({"TERM": "linux"}, "16"),
    ],
)
def test_colour_depth_from_the_environment(env: dict[str, str], colours: str) -> None:
    assert choose(parse_answers(b"\x1b[?62;22c"), env).colours == colours


def test_cell_size_prefers_the_kernel_then_16t_then_14t() -> None:
    window = Window(cols=100, rows=50, width=900, height=900)
    no_pixels = Window(cols=100, rows=50)
    assert cell_size(Answers(cell=(7, 14)), window) == (9, 18)
    assert cell_size(Answers(cell=(7, 14)), no_pixels) == (7, 14)
    assert cell_size(Answers(area=(800, 800)), no_pixels) == (8, 16)
    assert cell_size(Answers(area=(800, 800)), Window()) == (10, 20)


def test_cells_of_xterm_js_keep_their_fractions() -> None:
    window = Window(cols=120, rows=32)
    terminal = choose(parse_answers(XTERM_JS), PLAIN_ENV, window=window)
    assert terminal.cell == (8, 15)
    assert terminal.exact_cell == (7.825, 15.0)
    assert choose(parse_answers(XTERM_JS), PLAIN_ENV).exact_cell is None
    assert choose(parse_answers(FOOT), PLAIN_ENV, window=window).exact_cell is None


def test_zero_sizes_are_no_answer() -> None:
    assert parse_answers(b"\x1b[6;0;0t\x1b[4;0;0t").cell is None


def test_typed_keys_are_kept_in_order() -> None:
    cut = KITTY.index(b"\x1b[6;")
    answers = parse_answers(b"j" + KITTY[:cut] + b"\x1b[A" + KITTY[cut:] + b"q")
    assert answers.typed == b"j\x1b[Aq"


def test_answers_to_questions_nobody_asked_are_not_typed() -> None:
    assert parse_answers(b"\x1b[?2048;2$y\x1b[?64;1c").typed == b""


@given(st.binary(max_size=200))
def test_any_bytes_give_a_terminal(raw: bytes) -> None:
    assert choose(parse_answers(raw), PLAIN_ENV).cell == (10, 20) or parse_answers(raw).cell


def test_the_in_band_report_comes_before_the_kernels_figure() -> None:
    said = parse_answers(b"\x1b[48;40;100;880:1;1100:2t")
    assert said.window == Window(cols=100, rows=40, width=1100, height=880)
    assert cell_size(said, Window(cols=100, rows=40, width=1000, height=800)) == (11, 22)
    nothing = parse_answers(b"\x1b[48;40;100;0;0t")
    assert cell_size(nothing, Window(cols=100, rows=40, width=1000, height=800)) == (10, 20)


@pytest.mark.parametrize(
    "stray",
    [
        b"\x1b]11;rgb:0000/0000/0000\x07",
        b"\x1b]10;rgb:0000/0000/0000\x1b\\",
        b"\x1b[12;40R",
        b"\x1b[>41;379;0c",
        b"\x1b[I",
        b"\x1bP0$r\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b[?0u",
    ],
)
def test_what_other_programs_asked_for_is_not_typed(stray: bytes) -> None:
    assert parse_answers(b"a" + stray + b"b").typed == b"ab"


@pytest.mark.parametrize(
    "head", [b"\x1b[?62;2", b"\x1bP>|foo", b"\x1b_Gi=4211;O", b"\x1b[6;2", b"\x1b]11;rg\x1b"]
)
def test_an_answer_cut_off_at_the_end_is_not_typed(head: bytes) -> None:
    assert unfinished(head)
    assert parse_answers(b"j" + head).typed == b"j"


@pytest.mark.parametrize("typed", [b"\x1b", b"\x1b[A", b"\x1b[1;2D", "é".encode(), b"\x1b[6~"])
def test_keys_are_no_answers(typed: bytes) -> None:
    assert not unfinished(typed)
    assert parse_answers(typed).typed == typed


@pytest.mark.parametrize(
    ("env", "raw", "name"),
    [
        ({"WT_SESSION": "1"}, b"\x1b[?62;22c", "windows terminal"),
        ({}, b"\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c", "windows terminal"),
        ({"LC_TERMINAL": "iTerm2"}, b"\x1b[?62;4c", "iterm2"),
        ({"TERM_PROGRAM": "vscode"}, b"\x1b[?62;4;22c", "xterm.js"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, b"\x1b[?1;2c", "apple terminal"),
        ({"TERM": "alacritty"}, b"\x1b[?6c", "alacritty"),
    ],
)
def test_terminals_that_say_no_name_are_known_otherwise(env: dict[str, str], raw: bytes, name: str) -> None:
    assert choose(parse_answers(raw), {"TERM": "xterm-256color", **env}).name == name
