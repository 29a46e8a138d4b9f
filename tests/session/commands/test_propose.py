from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from session.world import World, boxes
from tui.session.effects import Ask, Cancel, Encode, EncodeRegion, Propose
from tui.session.events import EncodeFailed, ProposalsFound
from tui.session.presets import PRESETS
from tui.session.state import Mode, Options
from tui.types.instance import Instance
from tui.types.prompt import Point
from tui.types.shapes import Box, Polygon

MODELS = Options(detector="yolo", grounder="dino")


def found(keys: str = "i", **options: Any) -> World:
    """A world in which a pipeline has found its three boxes."""
    w = World(options=replace(MODELS, **options))
    w.press(keys)
    return w


def offered(w: World) -> list[Box]:
    return [one.box for one in w.session.proposals.offered]


@pytest.mark.parametrize(
    ("command", "key", "kind"),
    [
        ("propose.detector", "i", "detector"),
        ("propose.everything", "E", "everything"),
        ("propose.tighten", "T", "tighten"),
    ],
)
def test_a_key_asks_for_a_run_and_nothing_is_labelled(command: str, key: str, kind: str) -> None:
    w = World(options=MODELS, labels={0: boxes((400, 10, 500, 90))})
    before = w.session.image.instances
    w.press(key)
    asked = w.last(Propose)
    assert isinstance(asked, Propose)
    assert (asked.kind, asked.index, asked.classes) == (kind, 0, w.classes)
    assert w.session.proposals.offered
    assert w.session.proposals.run is None
    assert w.session.image.instances == before
    w.invoke(command)
    assert len(w.asked(Propose)) == 2


def test_text_is_asked_for_and_remembered() -> None:
    w = World(options=MODELS)
    w.press("t")
    assert w.last(Ask) == Ask("text", "propose.text")
    w.invoke("propose.text", "  red car -> cat ")
    asked = w.last(Propose)
    assert isinstance(asked, Propose)
    assert (asked.kind, asked.text) == ("text", "red car -> cat")
    assert w.press("d").proposals.text == "red car -> cat"


def test_the_text_of_the_command_line_is_the_first_one() -> None:
    assert World(options=replace(MODELS, text="cat")).session.proposals.text == "cat"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("i", "--detector"),
        ("t", "--grounder"),
        ("T", "no box to tighten"),
        ("`", "zoom in"),
        ("y", "E looks"),
    ],
)
def test_what_cannot_be_done_says_why_and_what_to_do(key: str, words: str) -> None:
    w = World()
    w.press(key)
    assert words in w.said()
    assert not w.asked(Propose)


def test_nothing_is_proposed_where_nothing_may_be_changed() -> None:
    w = World(options=replace(MODELS, read_only="it belongs to someone else"))
    for key in "iE":
        w.press(key)
        assert "belongs to someone else" in w.said()
    assert not w.asked(Propose)


def test_the_outcome_says_how_to_go_on() -> None:
    w = found()
    assert "3 proposals: y goes through them, Y accepts all" in w.said()
    assert "3 proposals" in found("E").said()
    w = World(options=MODELS, finds=())
    w.press("i")
    assert w.said() == "Nothing found"


def test_a_run_that_fails_says_why() -> None:
    w = World(options=MODELS, no_proposals="yolo.onnx failed")
    w.press("i")
    assert "yolo.onnx failed" in w.said()
    assert w.session.proposals.run is None


def test_an_image_whose_encoding_failed_is_encoded_again_for_a_run() -> None:
    w = World(options=MODELS)
    w.give(EncodeFailed(0, "out of memory"))
    w.forget().press("E")
    assert w.effects[0] == Encode(0)
    assert not w.session.image.encode_error


def test_one_by_one_accept_reject_and_digits() -> None:
    w = found()
    first, second, third = w.session.proposals.offered
    w.press("y")
    assert (w.session.mode, w.session.proposals.selected) == (Mode.PROPOSAL, first.key)
    w.press("y")
    assert w.session.image.instances[-1] == Instance(1, first.shape, w.session.image.instances[-1].source)
    assert w.session.proposals.selected == second.key
    w.press("3")
    assert w.session.image.instances[-1].class_id == 2
    assert w.session.current_class == 2
    assert w.session.proposals.selected == third.key
    w.press("x")
    assert (w.session.mode, w.session.proposals.offered) == (Mode.NAVIGATE, ())
    assert len(w.labels[0]) == 2


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_accepts_as_a_class(name: str) -> None:
    w = World(options=MODELS, keymap=name)
    w.press("i y " + ("' 3" if name == "vim" else "3"))
    assert [i.class_id for i in w.session.image.instances] == [2]
    w.press("x" if name != "vim" else "d d")
    assert len(w.session.proposals.offered) == 1


def test_enter_accepts_and_c_asks_for_the_class() -> None:
    w = found()
    w.press("tab enter")
    assert len(w.session.image.instances) == 1
    w.press("c")
    assert w.last(Ask) == Ask("class", "proposal.accept")
    w.invoke("proposal.accept", "2")
    assert w.session.image.instances[-1].class_id == 2
    w.invoke("proposal.choose")
    w.invoke("proposal.reject")
    assert not w.session.proposals.offered


def test_a_class_that_does_not_exist() -> None:
    w = found("i y 9")
    assert "no such class" in w.said()
    assert not w.session.image.instances


def test_without_any_class_the_person_is_asked_for_one() -> None:
    w = World(options=MODELS, classes=())
    w.press("E Y")
    assert w.last(Ask) == Ask("class", "proposal.accept_all")
    w.invoke("class.add", "cat")
    assert [i.class_id for i in w.session.image.instances] == [0, 0, 0]


def test_all_at_once_and_all_of_it_back() -> None:
    w = found()
    w.press("Y")
    assert [i.class_id for i in w.session.image.instances] == [1, 1, 1]
    assert not w.session.proposals.offered
    assert "Accepted 3" in w.said()
    w.press("u")
    assert not w.session.image.instances
    assert len(w.session.proposals.offered) == 3
    assert w.labels[0] == ()
    w.press("U")
    assert len(w.session.image.instances) == 3
    assert not w.session.proposals.offered


def test_what_nobody_could_name_gets_the_current_class() -> None:
    w = found("E 2 Y")
    assert [i.class_id for i in w.session.image.instances] == [1, 1, 1]


def test_rejecting_is_taken_back_too() -> None:
    w = found()
    w.invoke("proposal.reject_all")
    assert not w.session.proposals.offered
    assert "u brings them back" in w.said()
    w.press("u")
    assert len(w.session.proposals.offered) == 3
    w.press("x u X u")
    assert len(w.session.proposals.offered) == 3


def test_undo_goes_through_decisions_and_edits_in_order() -> None:
    w = found()
    w.press("y y x")
    w.press("escape")
    w.at(500, 50).press("q f")
    assert len(w.session.image.instances) == 2
    w.press("u")
    assert len(w.session.image.instances) == 1
    assert len(w.session.proposals.offered) == 1
    w.press("u")
    assert len(w.session.proposals.offered) == 2
    w.press("u")
    assert len(w.session.proposals.offered) == 3
    assert not w.session.image.instances
    w.press("escape u")
    assert "nothing to undo" in w.said()


def test_escape_stops_the_run_and_keeps_what_it_found() -> None:
    w = World(options=MODELS, patient=True)
    w.settle()
    w.press("E")
    ticket = w.session.proposals.ticket
    w.give(ProposalsFound(ticket, (w.proposed(Box(1, 1, 50, 50), "everything", None),), done=1, total=32))
    assert w.session.proposals.run
    w.press("escape")
    assert w.session.proposals.run is None
    assert Cancel() in w.effects
    assert "1 proposal stays open" in w.said()
    w.answer(Propose)
    w.give(ProposalsFound(ticket, (w.proposed(Box(90, 90, 150, 150)),)))
    assert len(w.session.proposals.offered) == 1


def test_a_new_run_of_the_same_kind_replaces_the_old_offer() -> None:
    w = found("i E")
    kinds = [one.kind for one in w.session.proposals.offered]
    assert kinds == ["detector"] * 3
    assert "3 left out" in w.said()
    w.press("i")
    assert [one.kind for one in w.session.proposals.offered] == ["detector"] * 3


def test_who_knows_the_class_stays() -> None:
    w = found("E i")
    assert [one.kind for one in w.session.proposals.offered] == ["detector"] * 3


def test_tighter_boxes_take_the_place_of_theirs() -> None:
    w = World(options=MODELS, labels={0: boxes((10, 10, 60, 60), (200, 100, 300, 200))})
    w.press("T y")
    assert offered(w) == [Box(11, 11, 59, 59), Box(201, 101, 299, 199)]
    w.press("y")
    assert [i.shape for i in w.session.image.instances] == [Box(11, 11, 59, 59), Box(200, 100, 300, 200)]
    w.press("u")
    assert w.session.image.instances[0].shape == Box(10, 10, 60, 60)
    assert len(w.session.proposals.offered) == 2


def test_only_the_selected_box_is_tightened() -> None:
    w = World(options=MODELS, labels={0: boxes((10, 10, 60, 60), (200, 100, 300, 200))})
    w.press("n n T")
    asked = w.last(Propose)
    assert isinstance(asked, Propose)
    assert [i.shape for i in asked.instances] == [Box(200, 100, 300, 200)]


def test_outlines_are_left_alone_unless_they_are_chosen() -> None:
    outline = Polygon(((10, 10), (60, 20), (30, 70)))
    w = World(options=MODELS, labels={0: (Instance(0, outline, "a"), *boxes((200, 100, 300, 200)))})
    w.press("T")
    asked = w.last(Propose)
    assert isinstance(asked, Propose)
    assert ([i.shape for i in asked.instances], asked.outlines) == ([Box(200, 100, 300, 200)], False)
    w.press("X ctrl+l T")
    asked = w.last(Propose)
    assert isinstance(asked, Propose)
    assert (len(asked.instances), asked.outlines) == (2, True)
    w = World(options=MODELS, labels={0: (Instance(0, outline, "a"),)})
    w.press("T")
    assert "selected or marked" in w.said()


def test_repeated_instances_are_prompted_anew_with_their_boxes() -> None:
    """Three keys: the image before, better shapes, all of them."""
    outline = Polygon(((100, 110), (160, 120), (130, 170)))
    w = World(options=MODELS, labels={0: (Instance(2, outline, "a"), *boxes((200, 100, 300, 200)))})
    w.press("d P T Y")
    assert [(i.class_id, i.shape) for i in w.session.image.instances] == [
        (2, Box(101, 111, 159, 169)),
        (0, Box(201, 101, 299, 199)),
    ]


def test_a_tighter_box_for_a_box_that_is_gone() -> None:
    w = World(options=MODELS, labels={0: boxes((10, 10, 60, 60))})
    w.press("T n n x y y")
    assert "no longer there" in w.said()
    assert not w.session.image.instances


def test_a_point_inside_the_proposal_in_front_corrects_it() -> None:
    w = found("i y")
    box = offered(w)[0]
    w.press("e")
    assert w.session.draft.box == box
    assert w.session.draft.points == (Point(*w.session.cursor, False),)
    w.press("b")
    assert w.session.mode is Mode.NAVIGATE
    assert len(w.session.proposals.offered) == 3


def test_a_mask_kept_over_a_proposal_takes_it_off_the_offer() -> None:
    w = found("i y")
    w.press("q f")
    assert len(w.session.proposals.offered) == 2


def test_a_point_elsewhere_is_a_new_object() -> None:
    w = found("i y")
    w.at(500, 50).press("q")
    assert w.session.draft.box is None


def test_what_is_in_view_is_encoded_on_its_own_and_the_whole_again() -> None:
    w = World()
    w.at(100, 100).press("z z z z `")
    asked = w.last(EncodeRegion)
    assert isinstance(asked, EncodeRegion)
    assert asked.region is not None
    assert asked.region.width < 300
    assert w.session.image.region == asked.region
    assert "small objects" in w.said()
    w.invoke("view.encode")
    assert w.last(EncodeRegion) == EncodeRegion(0, None)
    assert w.session.image.region is None
    w.press("` v `")
    assert w.session.image.region is None


def test_a_view_elsewhere_is_encoded_anew() -> None:
    w = World()
    w.at(100, 100).press("z z z z `")
    first = w.session.image.region
    w.press("v")
    w.at(600, 400).press("z z z z `")
    assert w.session.image.region not in (first, None)


@pytest.mark.parametrize("points", ["q q q q q q", "r l l r q q q q"])
def test_no_more_points_than_the_model_takes(points: str) -> None:
    w = World(options=Options(max_points=6, segmenter="efficient-sam"))
    w.press(points)
    for key in "qe":
        w.press(key)
        assert "efficient-sam takes at most 6 points" in w.said()
    w.press("backspace q")
    assert len(w.session.draft.points) + (2 if w.session.draft.box else 0) == 6
