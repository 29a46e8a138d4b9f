from __future__ import annotations

from dataclasses import replace

from session.world import World, boxes
from tui.session.commands.command import Args, class_text, edit_reason, reason_against
from tui.session.commands.registry import COMMANDS
from tui.session.state import Options


def test_a_count_is_one_where_none_was_typed() -> None:
    assert Args().times == 1
    assert Args(count=7).times == 7


def test_reasons_come_from_the_image_the_mode_the_files_and_the_command() -> None:
    delete = COMMANDS["instance.delete"]
    assert "cannot be shown" in (reason_against(delete, World(unreadable={0: "x"}).session) or "")
    w = World(labels={0: boxes((1, 1, 9, 9))})
    assert "A mask is being made" in (reason_against(delete, w.press("q")) or "")
    assert "No instance is selected" in (reason_against(delete, w.press("b")) or "")
    assert reason_against(delete, w.press("n")) is None


def test_why_labels_cannot_be_edited() -> None:
    assert edit_reason(World().session) is None
    assert "viewing" in (edit_reason(World(options=Options(read_only="held")).session) or "")
    assert "Repair" in (edit_reason(World(blocked={0: "broken"}).session) or "")


def test_a_failed_image_leaves_the_way_out_open() -> None:
    session = World(unreadable={0: "x"}).session
    free = {name for name, command in COMMANDS.items() if reason_against(command, session) is None}
    assert {"files.next", "files.goto", "app.quit", "app.help"} <= free
    assert not any(name.startswith(("point.", "box.", "instance.", "view.")) for name in free)


def test_an_id_beyond_the_list_still_has_a_name() -> None:
    session = World(classes=("cat\x07",)).session
    assert class_text(session, 0) == "cat\\x07"
    assert class_text(session, 17) == "class 17"
    assert class_text(session, -1) == "class -1"


def test_a_failed_image_is_named_or_numbered() -> None:
    session = World(unreadable={0: "it is empty"}).session
    delete = COMMANDS["instance.delete"]
    assert (reason_against(delete, session) or "").startswith("img_0.jpg cannot be shown: it is empty")
    nameless = replace(session, image=replace(session.image, name=""))
    assert (reason_against(delete, nameless) or "").startswith("Image 1 cannot be shown")
