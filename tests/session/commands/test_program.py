from __future__ import annotations

from session.world import World, boxes
from tui.session.effects import Ask, Decode, Quit, Save
from tui.session.state import Mode, Options


def test_help_and_palette_open_dialogs() -> None:
    w = World()
    w.press("?")
    assert w.last(Ask) == Ask("help")
    w.press(":")
    assert w.last(Ask) == Ask("command")
    w.forget().invoke("app.help")
    w.invoke("app.palette")
    assert w.effects == [Ask("help"), Ask("command")]


def test_escape_takes_back_one_thing_at_a_time() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    w.press("q r l '")
    assert w.press("escape").pending.keys == ()
    assert w.session.mode is Mode.BOX
    assert w.press("escape").mode is Mode.POINTS
    assert w.session.draft.points
    assert w.invoke("app.escape").mode is Mode.NAVIGATE
    assert w.session.draft.empty
    assert w.press("n").selection == 0
    assert w.press("escape").selection is None
    w.press("escape")
    assert "nothing to cancel: Q leaves" in w.said()


def test_escape_releases_held_keys_first() -> None:
    w = World(patient=True)
    w.settle()
    w.press("q f d")
    assert len(w.session.held) == 2
    w.press("escape")
    assert not w.session.held
    assert w.said() == "2 waiting keys were dropped"
    assert w.session.draft.points
    w.settle()
    assert not w.session.image.instances


def test_quit_with_everything_on_disk_leaves() -> None:
    w = World()
    w.press("q f Q")
    assert w.effects[-1] == Quit(0)


def test_a18_quit_waits_for_a_save_on_its_way() -> None:
    w = World()
    w.patient = True
    w.press("q")
    w.settle()
    w.press("f ctrl+q")
    assert not w.asked(Quit)
    assert "Saving" in w.said()
    w.answer(Save)
    assert w.last(Quit) == Quit(0)


def test_a18_quit_again_while_a_save_hangs_asks() -> None:
    w = World()
    w.press("q")
    w.patient = True
    w.press("f Q Q")
    assert w.last(Ask) == Ask("quit", "app.quit")


def test_another_key_calls_leaving_off() -> None:
    w = World()
    w.press("q")
    w.patient = True
    w.press("f Q l")
    w.settle()
    assert not w.asked(Quit)


def test_a_save_that_fails_while_leaving_asks() -> None:
    w = World()
    w.press("q")
    w.patient, w.no_saves = True, "disk full"
    w.press("f Q")
    w.settle()
    assert not w.asked(Quit)
    assert w.last(Ask) == Ask("quit", "app.quit")


def test_quit_asks_when_something_is_unsaved_here_or_behind() -> None:
    for keys in ("q f Q", "q f d Q"):
        w = World(options=Options(autosave=False))
        w.press(keys)
        assert w.last(Ask) == Ask("quit", "app.quit")
        assert not w.asked(Quit)


def test_the_answer_discard_leaves_and_counts_what_is_lost() -> None:
    w = World(options=Options(autosave=False))
    w.press("q f d q f Q")
    w.invoke("app.quit", "discard")
    assert w.last(Quit) == Quit(2)
    assert not w.asked(Save)


def test_the_answer_save_saves_everything_then_leaves() -> None:
    w = World(options=Options(autosave=False))
    w.press("q f d q f Q")
    w.patient = True
    w.invoke("app.quit", "save")
    assert len(w.asked(Save)) == 2
    assert not w.asked(Quit)
    w.settle()
    assert w.last(Quit) == Quit(0)
    assert set(w.labels) == {0, 1}


def test_the_answer_save_asks_again_when_it_fails() -> None:
    w = World(options=Options(autosave=False), no_saves="disk full")
    w.press("q f Q")
    w.forget().invoke("app.quit", "save")
    assert w.asked(Ask) == [Ask("quit", "app.quit")]
    assert not w.asked(Quit)


def test_quit_does_not_lose_an_unconfirmed_mask_by_one_key() -> None:
    w = World()
    w.press("q Q")
    assert "unconfirmed mask" in w.said()
    w.press("Q")
    assert w.last(Quit) == Quit(0)


def test_quit_works_while_an_image_loads_or_has_failed() -> None:
    w = World(patient=True)
    w.press("Q")
    assert w.last(Quit) == Quit(0)
    w = World(unreadable={0: "damaged"})
    w.press("Q")
    assert w.last(Quit) == Quit(0)
    assert not w.asked(Decode)


def test_escape_in_a_review_with_nothing_to_cancel_says_how_to_end_it() -> None:
    w = World(labels={0: boxes((10, 10, 60, 60))})
    w.press("ctrl+e escape")
    assert w.session.mode is Mode.REVIEW
    w.forget().press("escape")
    assert w.said() == "There is nothing to cancel: Ctrl-E ends the review"


def test_a_key_that_calls_leaving_off_says_so() -> None:
    w = World()
    w.press("q")
    w.patient = True
    w.press("f ctrl+q")
    assert w.session.leaving
    w.press("l")
    assert not w.session.leaving
    assert w.said() == "You go on, so the program stays: Q leaves"
    w.settle()
    assert not w.asked(Quit)
