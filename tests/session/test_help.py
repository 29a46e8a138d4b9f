from __future__ import annotations

import json

import pytest

from session.world import World, boxes
from tui.session.commands.registry import COMMANDS, GROUPS
from tui.session.help import (
    ASIDE,
    HINTS,
    SELECTED_HINTS,
    help_json,
    help_rows,
    help_table,
    hints,
    markdown_table,
    mode_help,
    reasons,
)
from tui.session.keymap import keys_of, load_keymap
from tui.session.presets import PRESETS
from tui.session.state import Mode, Options

BASE = load_keymap("anylabeling")


def shown(w: World) -> dict[str, str]:
    return {hint.label: hint.key for hint in hints(w.session)}


def test_the_hint_line_names_what_helps_now() -> None:
    w = World()
    assert list(shown(w))[:4] == ["move", "mask here", "hints", "box"]
    w.press("q")
    assert list(shown(w))[:3] == ["keep box", "point +", "point −"]
    assert shown(w)["next mask"] == "Tab"
    w.press("r")
    assert shown(w)["close"] == "Enter"


def test_what_keeping_keeps_is_said_where_it_is_not_the_mask() -> None:
    w = World(options=Options(task="segment"))
    w.press("q")
    assert next(iter(shown(w))) == "keep"


def test_without_classes_the_first_thing_offered_is_to_add_one() -> None:
    assert next(iter(shown(World(classes=())).items())) == ("add a class", "c")
    w = World(classes=())
    assert "class" not in shown(w)
    w.press("q")
    assert shown(w)["add a class"] == "c"
    assert "class" not in shown(w)


def test_the_list_of_classes_has_its_key_on_the_line_too() -> None:
    assert shown(World(classes=tuple(map(str, range(10)))))["class"] == "1…0 c"
    assert shown(World(classes=tuple(map(str, range(16)))))["class"] == "1…0 c"


def test_keys_that_belong_together_are_one_hint() -> None:
    w = World(classes=("cat", "dog", "bird"))
    assert shown(w)["move"] == "←↓↑→"
    assert shown(w)["class"] == "1…3 c"
    assert shown(World(classes=("cat",)))["class"] == "1 c"
    assert shown(World(keymap="vim"))["class"] == "' 1…' 3 c"


def test_help_or_the_way_out_comes_last() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    assert list(shown(w))[-1] == "keys"
    w.press("ctrl+e")
    assert list(shown(w))[-1] == "end review"


def test_a_selected_instance_brings_its_own_hints() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    w.press("n")
    assert list(shown(w))[:3] == ["edit", "delete", "class…"]
    assert len(shown(w)) == len(hints(w.session))


def test_unavailable_hints_stay_with_their_reason() -> None:
    w = World(options=Options(read_only="held by another session"))
    w.press("q")
    (keep,) = [hint for hint in hints(w.session) if hint.label == "keep box"]
    assert not keep.available
    assert "held by another session" in keep.reason
    (point,) = [hint for hint in hints(w.session) if hint.label == "point +"]
    assert point.available
    assert point.reason == ""


def test_hints_while_loading_held_and_failed() -> None:
    w = World(patient=True)
    (point,) = [hint for hint in hints(w.session) if hint.label == "mask here"]
    assert point.reason == "The image is still loading"
    w.press("q")
    assert list(shown(w)) == ["cancel"]
    assert list(shown(World(unreadable={0: "x"})))[:2] == ["next", "previous"]


@pytest.mark.parametrize("name", PRESETS)
def test_hints_use_the_keys_of_the_preset_in_use(name: str) -> None:
    w = World(keymap=name)
    for keys in ("", "q", "r l"):
        w.press(keys)
        assert all(hint.key for hint in hints(w.session))
    assert shown(World(keymap="cvat"))["next"] == "f"


def test_every_hint_is_a_command_of_its_mode() -> None:
    for mode in Mode:
        assert all(mode in COMMANDS[name].modes for name in HINTS[mode])
    assert all(Mode.NAVIGATE in COMMANDS[name].modes for name in SELECTED_HINTS)


@pytest.mark.parametrize("name", PRESETS)
def test_the_key_table_has_every_command_once(name: str) -> None:
    rows = help_rows(load_keymap(name))
    assert sorted(row.command for row in rows) == sorted(COMMANDS)
    lines = help_table(load_keymap(name))
    assert all(group in lines for group in GROUPS)
    for command in COMMANDS.values():
        assert any(command.doc in line for line in lines)


def test_a_command_without_a_key_is_listed_by_name() -> None:
    assert any(line.strip().startswith(":files.save_all") for line in help_table(BASE))
    assert keys_of(BASE, Mode.NAVIGATE, "files.save_all") == ()
    assert keys_of(BASE, Mode.NAVIGATE, "files.save")[0] == "s"


def test_help_says_how_to_count() -> None:
    assert help_table(BASE)[-1].startswith("A number after ' repeats the next key: '12l")
    assert " 12l" in help_table(load_keymap("vim"))[-1]


def test_json_is_plain_data() -> None:
    data = json.loads(json.dumps(help_json(BASE)))
    assert data["keymap"] == "anylabeling"
    (keep,) = [c for c in data["commands"] if c["name"] == "instance.confirm"]
    assert keep["keys"] == ["f", "Enter"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_markdown_table_has_three_columns_in_every_row(name: str) -> None:
    table = [line for line in markdown_table(load_keymap(name)).splitlines() if line.startswith("|")]
    assert len(table) == len(COMMANDS) + 2
    assert {line.replace("\\|", "").count("|") for line in table} == {4}


def test_the_markdown_table_shows_keys_modes_and_commands_without_a_key() -> None:
    lines = markdown_table(BASE).splitlines()
    keep = "| `f` `Enter` | Keep the mask as an instance of the current class |"
    assert f"{keep} instances (navigate, points, proposal) |" in lines
    assert "| `:files.save_all` | Save the labels of every image | images |" in lines
    assert "| `x` | Delete the selected instance | instances (navigate, proposal) |" in lines


def test_help_says_why_a_command_cannot_be_run_now() -> None:
    w = World()
    lines = mode_help(BASE, w.session.mode, reasons(w.session))
    at = next(i for i, line in enumerate(lines) if line.endswith("Let the detector propose instances"))
    assert lines[at + 1].strip().startswith("not now: There is no detector: start with --detector")
    assert all(line.startswith(ASIDE) for line in lines[at + 1 : at + 3])
    assert max(map(len, lines)) <= 75
    at = next(i for i, line in enumerate(lines) if line.endswith("Put a positive point at the cursor"))
    assert not lines[at + 1].startswith(ASIDE)
    w = World(options=Options(detector="yolo"))
    assert "propose.detector" not in reasons(w.session)
    assert "hints.back" not in reasons(w.session)


@pytest.mark.parametrize("name", PRESETS)
def test_help_begins_with_the_first_steps_in_the_keys_of_the_preset(name: str) -> None:
    keymap = load_keymap(name)
    lines = mode_help(keymap, Mode.NAVIGATE)
    until = lines.index("")
    steps = " ".join(" ".join(lines[:until]).split())
    keep = keys_of(keymap, Mode.POINTS, "instance.confirm")[0]
    leave = keys_of(keymap, Mode.NAVIGATE, "app.quit")[0]
    assert f"{keep} keeps it" in steps
    assert steps.endswith(f"leave {leave}")
    assert ":" not in steps.replace(":class", "")
    assert max(map(len, lines)) <= 75


def test_one_key_is_not_listed_again_for_every_mode_in_which_it_does_nothing() -> None:
    lines = mode_help(BASE, Mode.NAVIGATE)
    assert sum("Keep the mask as an instance" in line for line in lines) == 1
    assert sum("Read this image and its labels" in line for line in lines) == 1


@pytest.mark.parametrize("keys", ["n w", "n f", "n space"])
def test_only_navigating_brings_the_hints_of_a_selection(keys: str) -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    w.press(keys)
    assert "delete" not in shown(w)
    assert ":" not in shown(w).values()
