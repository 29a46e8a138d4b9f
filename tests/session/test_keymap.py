from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session.world import World
from tui.errors import ConfigError
from tui.session.commands.registry import COMMANDS
from tui.session.keymap import (
    LARGEST_COUNT,
    Binding,
    Bound,
    Unbound,
    key_for,
    keys_of,
    load_keymap,
    overlay,
    parse_table,
    portable,
    problems,
    resolve,
    shown,
    typed_keys,
)
from tui.session.presets import PRESETS
from tui.session.state import Mode, Pending


def typed(preset: str, keys: str, mode: Mode = Mode.NAVIGATE) -> Bound | Unbound | Pending:
    keymap, found = load_keymap(preset), Pending()
    for key in keys.split():
        assert isinstance(found, Pending), f"'{key}' comes after the end"
        found = resolve(keymap, mode, found, key)
    return found


@pytest.mark.parametrize(
    ("preset", "keys", "command", "argument", "count"),
    [
        ("anylabeling", "q", "point.positive", None, None),
        ("anylabeling", "d", "files.next", None, None),
        ("anylabeling", "3", "class.set", "2", None),
        ("anylabeling", "0", "class.set", "9", None),
        ("anylabeling", "' 1 2 l", "cursor.right", None, 12),
        ("anylabeling", "' 1 0 l", "cursor.right", None, 10),
        ("vim", "1 2 l", "cursor.right", None, 12),
        ("vim", "1 0 l", "cursor.right", None, 10),
        ("vim", "' 3", "class.set", "2", None),
        ("vim", "3 ' 3", "class.set", "2", 3),
        ("vim", "d d", "instance.delete", None, None),
        ("vim", "g g", "files.first", None, None),
        ("vim", "2 }", "files.next", None, 2),
        ("cvat", "v", "files.next", "10", None),
        ("cvat", "f", "files.next", None, None),
        ("cvat", "d", "files.previous", None, None),
        ("labelimg", "w", "box.manual", None, None),
    ],
)
def test_keys_lead_to_commands(
    preset: str, keys: str, command: str, argument: str | None, count: int | None
) -> None:
    assert typed(preset, keys) == Bound(Binding(command, argument), count, tuple(keys.split()))


@pytest.mark.parametrize(
    ("mode", "keys", "command"),
    [
        (Mode.NAVIGATE, "enter", "instance.at_cursor"),
        (Mode.POINTS, "enter", "instance.confirm"),
        (Mode.BOX, "enter", "box.close"),
        (Mode.NAVIGATE, "tab", "instance.next"),
        (Mode.POINTS, "tab", "candidate.next"),
        (Mode.NAVIGATE, "u", "edit.undo"),
        (Mode.POINTS, "u", "point.remove"),
    ],
)
def test_a_mode_has_its_own_keys(mode: Mode, keys: str, command: str) -> None:
    found = typed("anylabeling", keys, mode)
    assert isinstance(found, Bound)
    assert found.binding.command == command


@pytest.mark.parametrize(
    ("preset", "keys", "pending"),
    [
        ("anylabeling", "'", Pending("", ("'",))),
        ("anylabeling", "' 1", Pending("1")),
        ("vim", "1", Pending("1")),
        ("vim", "1 2 g", Pending("12", ("g",))),
        ("vim", "1 2 g escape", Pending()),
        ("anylabeling", "' escape", Pending()),
    ],
)
def test_incomplete_keys_wait(preset: str, keys: str, pending: Pending) -> None:
    assert typed(preset, keys) == pending


@pytest.mark.parametrize(
    ("preset", "keys"),
    [("vim", "g q"), ("anylabeling", "' 0"), ("anylabeling", "#"), ("anylabeling", "' 1 '")],
)
def test_keys_that_lead_nowhere_say_what_was_typed(preset: str, keys: str) -> None:
    assert typed(preset, keys) == Unbound(tuple(keys.split()))


def test_a_count_has_a_largest_value() -> None:
    found = typed("vim", "9 9 9 9 9 9 9 l")
    assert isinstance(found, Bound)
    assert found.count == LARGEST_COUNT


@pytest.mark.parametrize("keys", ["'", "' 1 2"])
def test_typed_keys_are_kept_for_a_replay(keys: str) -> None:
    found = typed("anylabeling", keys)
    assert isinstance(found, Pending)
    assert typed_keys(load_keymap("anylabeling"), found) == tuple(keys.split())


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_sound(name: str) -> None:
    assert problems(load_keymap(name), COMMANDS) == ()


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_reaches_the_daily_commands_in_their_modes(name: str) -> None:
    keymap = load_keymap(name)
    without_key = {
        *("view.centre", "class.add", "files.save_all", "hints.letter", "look.plain"),
        *("conflict.take", "class.reload", "instance.pick"),
    }
    for command in COMMANDS.values():
        if command.name in without_key:
            continue
        arguments = (None, "0")
        assert any(keys_of(keymap, m, command.name, a) for m in command.modes for a in arguments), (
            command.name
        )


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ({"all": {"q": "point.positiv"}}, "did you mean 'point.positive'"),
        ({"all": {"ctrl+i": "app.help"}}, "do not send"),
        ({"all": {"ctrl+shift+a": "app.help"}}, "do not send"),
        ({"navigate": {"delete": "app.help"}}, "do not send"),
        ({"all": {"q x": "app.help"}}, "hides the longer"),
        ({"all": {"'": "app.help"}}, "begins a count"),
    ],
)
def test_problems_name_the_fault(layer: dict[str, dict[str, str]], words: str) -> None:
    found = problems(overlay(load_keymap("anylabeling"), layer), COMMANDS)
    assert found
    assert all(words in text for text in found), found


def test_a_digit_cannot_be_bound_where_it_is_a_count() -> None:
    (first, *_) = problems(overlay(load_keymap("vim"), {"all": {"4": "app.help"}}), COMMANDS)
    assert "is a count" in first


def test_an_overlay_replaces_and_unbinds_and_leaves_the_base_alone() -> None:
    base = load_keymap("anylabeling")
    mine = overlay(base, {"all": {"q": "app.help", "e": "-"}, "box": {"q": "box.close"}})
    assert mine.tables[Mode.NAVIGATE][("q",)] == Binding("app.help")
    assert mine.tables[Mode.BOX][("q",)] == Binding("box.close")
    assert ("e",) not in mine.tables[Mode.POINTS]
    assert base.tables[Mode.NAVIGATE][("q",)] == Binding("point.positive")


def test_a_mode_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ConfigError, match="'pints' is no mode"):
        overlay(load_keymap("vim"), {"pints": {}})


@pytest.mark.parametrize(("text", "words"), [("q  a\n q   b", "bound twice"), ("q a", "names no command")])
def test_a_faulty_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_table(text)


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'anylabeling'"):
        load_keymap("anylabling")
    with pytest.raises(ConfigError, match="Known key presets: anylabeling"):
        load_keymap("zzz")


def test_what_every_terminal_can_send() -> None:
    assert all(map(portable, string.ascii_letters + string.digits + "[]'`?:<>"))
    assert all(map(portable, ("left", "shift+tab", "ctrl+s", "backspace", "space")))
    assert not any(map(portable, ("ctrl+m", "ctrl+1", "alt+x", "delete", "f1", "é", " ", "ctrl+H", "")))


@given(st.lists(st.sampled_from([*"qefbrdlh'123456789g0", "escape", "tab", "enter"]), max_size=12))
def test_no_typing_leaves_the_resolver_stuck(keys: list[str]) -> None:
    for name in PRESETS:
        keymap, pending = load_keymap(name), Pending()
        for key in keys:
            found = resolve(keymap, Mode.NAVIGATE, pending, key)
            pending = found if isinstance(found, Pending) else Pending()
        assert len(pending.keys) <= 1
        assert not pending.count or int(pending.count) <= LARGEST_COUNT


def test_keys_are_shown_as_people_read_them() -> None:
    assert shown(("ctrl+s",)) == "Ctrl-S"
    assert shown(("g", "left")) == "g ←"
    assert keys_of(load_keymap("anylabeling"), Mode.NAVIGATE, "files.last") == ("G", ">")


def test_sentences_name_the_key_of_the_preset_in_use() -> None:
    assert key_for(World().session, "instance.confirm") == "f"
    assert key_for(World(keymap="cvat").session, "instance.confirm") == "Enter"
    assert key_for(World().session, "box.close") == "Enter"
    assert key_for(World().session, "class.add") == ":class.add"


BASE = "anylabeling"


@pytest.mark.parametrize(
    ("layer", "sentences"),
    [
        (
            {"box": {"q": "point.positiv"}},
            ("box: 'q' names 'point.positiv', which is no command; did you mean 'point.positive'?",),
        ),
        ({"box": {"q": "zzz"}}, ("box: 'q' names 'zzz', which is no command",)),
        ({"box": {"f1": "app.help"}}, ("box: 'f1' uses 'f1', which plain terminals do not send",)),
        (
            {"box": {"q x": "app.help"}},
            ("box: 'q' hides the longer sequences that begin with it",),
        ),
        (
            {"box": {"' x": "app.help"}},
            ("box: '' x' begins with the key that begins a count",),
        ),
    ],
)
def test_the_sentences_of_what_is_wrong_with_a_keymap(
    layer: dict[str, dict[str, str]], sentences: tuple[str, ...]
) -> None:
    assert problems(overlay(load_keymap(BASE), layer), COMMANDS) == sentences


def test_digits_are_counts_in_one_preset_only_and_never_where_modes_stand_alone() -> None:
    found = problems(overlay(load_keymap("vim"), {"box": {"4": "app.help"}}), COMMANDS)
    assert found == ("box: '4' begins with a digit, which is a count in this preset",)
    assert problems(overlay(load_keymap("vim"), {"box": {"0": "app.help"}}), COMMANDS) == ()
    assert problems(overlay(load_keymap("vim"), {"grid": {"4": "app.help"}}), COMMANDS) == ()
    assert problems(overlay(load_keymap(BASE), {"box": {"4": "app.help"}}), COMMANDS) == ()


def test_the_sentences_of_what_cannot_be_loaded() -> None:
    def said(make: object, *args: object) -> str:
        assert callable(make)
        with pytest.raises(ConfigError) as caught:
            make(*args)
        return caught.value.sentence

    known = ", ".join(PRESETS)
    assert said(load_keymap, "zzz") == f"There is no key preset 'zzz'. Known key presets: {known}"
    assert said(load_keymap, "vin") == "There is no key preset 'vin'. Did you mean 'vim'?"
    modes = ", ".join(Mode)
    assert said(overlay, load_keymap("vim"), {"x": {}}) == f"Key table 'x' is no mode. Modes: all, {modes}"
    assert said(parse_table, "q a") == (
        "Key table line 'q a' names no command. Write: keys, two spaces, command"
    )
    twice = "The keys 'q' are bound twice in one table. Remove one of the lines"
    assert said(parse_table, "q  a\nq  b") == twice


def test_a_table_is_keys_and_what_follows_two_spaces() -> None:
    text = "\n  q w   a.b\n\n# not a comment here\n"
    assert parse_table("\n  q w   a.b 1\n\ne  c  d\n") == {"q w": "a.b 1", "e": "c  d"}
    with pytest.raises(ConfigError, match="names no command"):
        parse_table(text)


def test_a_binding_has_at_most_one_argument() -> None:
    mine = overlay(load_keymap(BASE), {"box": {"q": "class.set 4", "w": "app.help"}})
    assert mine.tables[Mode.BOX][("q",)] == Binding("class.set", "4")
    assert mine.tables[Mode.BOX][("w",)] == Binding("app.help", None)
    assert (mine.name, mine.count_prefix) == (BASE, load_keymap(BASE).count_prefix)
    assert mine.doc == load_keymap(BASE).doc != ""


def test_a_count_begins_with_a_digit_that_is_not_zero() -> None:
    vim, base = load_keymap("vim"), load_keymap(BASE)
    for key in string.ascii_letters:
        assert not (isinstance(found := resolve(vim, Mode.NAVIGATE, Pending(), key), Pending) and found.count)
    assert resolve(vim, Mode.NAVIGATE, Pending(), "0") != Pending(count="0")
    assert resolve(vim, Mode.NAVIGATE, Pending(), "9") == Pending(count="9")
    assert resolve(vim, Mode.NAVIGATE, Pending(count="9"), "0") == Pending(count="90")
    assert resolve(base, Mode.NAVIGATE, Pending(keys=("'",)), "0") == Unbound(("'", "0"))
    assert resolve(base, Mode.NAVIGATE, Pending(keys=("'",)), "7") == Pending(count="7")
    assert resolve(vim, Mode.NAVIGATE, Pending(count="9999"), "9") == Pending(count=str(LARGEST_COUNT))


def test_escape_takes_back_what_waits_and_else_is_a_key() -> None:
    vim = load_keymap("vim")
    assert resolve(vim, Mode.NAVIGATE, Pending(count="3"), "escape") == Pending()
    assert resolve(vim, Mode.NAVIGATE, Pending(keys=("g",)), "escape") == Pending()
    found = resolve(vim, Mode.NAVIGATE, Pending(), "escape")
    assert isinstance(found, Bound)
    assert found.typed == ("escape",)
    assert found.count is None


def test_a_key_without_a_binding_is_named_by_its_command() -> None:
    session = World().session
    assert key_for(session, "view.centre") == ":view.centre"
    assert keys_of(load_keymap(BASE), Mode.NAVIGATE, "view.centre") == ()
    assert shown(("shift+tab", "ctrl+x", "space", "Q")) == "Shift-Tab Ctrl-X Space Q"
