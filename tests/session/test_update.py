from __future__ import annotations

import cProfile
import random
from typing import get_args

import pytest

from session.invariants import check
from session.world import World, boxes
from tui.session.events import Event, Key, Pointed, Resized
from tui.session.keymap import load_keymap
from tui.session.presets import PRESETS
from tui.session.state import Options
from tui.session.update import update
from tui.types.shapes import Box

WALK = [
    *("q" * 6 + "e" * 3 + "f" * 5 + "b" + "r" * 3 + "R" * 2 + "x" * 2 + "u" * 3 + "U" * 2 + "nN"),
    *"hjklHJKL[]mzZvVoWASD123c0?:gs<G",
    *"iETyyyYXff`asdfjk",
    *("d" * 3 + "a" * 3 + "'" * 2 + "12"),
    *("enter", "tab", "tab", "shift+tab", "backspace", "escape", "escape", "space", "ctrl+z", "ctrl+r", "Q"),
    *(
        ";",
        ".",
        "/",
        "Q",
        "E",
        "space",
        "w",
        "w",
        "P",
        "B",
        "C",
        "p",
        ",",
        "-",
        "+",
        "*",
        "(",
        "}",
        "\\",
        "=",
    ),
    *("ctrl+d", "ctrl+k", "ctrl+v", "ctrl+l", "ctrl+u", "ctrl+o", "w", "tab"),
]


def walk(world: World, chance: random.Random, steps: int) -> None:
    """Random keys, mouse and resizes; a patient world's answers come late and out of step."""
    for _ in range(steps):
        dice = chance.random()
        if dice < 0.9:
            world.give(Key(chance.choice(WALK), chance.choice((0, 0, 0, 5, 30))))
        elif dice < 0.95:
            actions = ("move", "positive", "negative", "press", "release")
            world.give(Pointed(chance.uniform(-9, 700), chance.uniform(-9, 500), chance.choice(actions)))
        elif dice < 0.97:
            world.give(Resized(chance.randrange(2, 2000), chance.randrange(2, 1200)))
        elif world.session.class_command:
            world.invoke(world.session.class_command, str(chance.randrange(4)))
        check(world.session)
        if world.waiting and chance.random() < 0.3:
            world.answer(type(chance.choice(world.waiting)))
            check(world.session)


def walker(seed: int, *, patient: bool) -> tuple[World, random.Random]:
    chance = random.Random(seed)
    world = World(
        sizes=((640, 480), (33, 400), (4000, 3000), (1, 1)),
        labels={1: boxes((1, 1, 20, 30), (5, 5, 9, 9)), 2: ()},
        options=Options(
            autosave=seed % 3 > 0,
            task="segment" if seed % 2 else "detect",
            detector="yolo",
            max_points=6 if seed % 6 == 0 else None,
        ),
        keymap=chance.choice(list(PRESETS)),
        unreadable={3: "it is damaged"} if seed % 4 == 0 else {},
        no_masks="no memory" if seed % 7 == 0 else "",
        no_saves="disk full" if seed % 5 == 0 else "",
        sees=(Box(400, 50, 460, 110), Box(200, 340, 260, 400)),
        no_proposals="the detector failed" if seed % 9 == 0 else "",
    )
    world.patient = patient
    return world, chance


@pytest.mark.parametrize("patient", [False, True], ids=["fast", "slow"])
@pytest.mark.parametrize("seed", range(20))
def test_a_random_walk_keeps_every_promise(seed: int, patient: bool) -> None:
    world, chance = walker(seed, patient=patient)
    walk(world, chance, 150)
    world.settle()
    check(world.session)
    assert not world.session.draft.waiting
    assert not world.session.held


@pytest.mark.parametrize("seed", range(6))
def test_replaying_the_log_gives_the_same_session(seed: int) -> None:
    world, chance = walker(seed, patient=True)
    walk(world, chance, 100)
    session = world.first
    for event in world.log:
        session, _ = update(session, event)
    assert repr(session) == repr(world.session)


@pytest.mark.parametrize("seed", range(8))
def test_undoing_everything_gives_back_the_label_file(seed: int) -> None:
    chance = random.Random(seed)
    original = boxes((10, 10, 200, 200), (300, 300, 400, 400), (50, 50, 90, 90))
    world = World(sizes=((640, 480),), labels={0: original})
    for _ in range(60):
        world.press(
            chance.choice(["q", "f", "L", "J", "n", "x", "2", "3", "R", "r", "tab", "u", "U", "H", "escape"])
        )
    world.press("escape escape escape q")
    for _ in range(2):  # a mask that repeats an instance is kept at the second time
        world.invoke("instance.confirm")
    final = world.session.image.instances
    past = len(world.session.image.history.past)
    assert past
    world.press("u " * past)
    assert world.session.image.instances == original
    assert world.labels[0] == original
    world.press("U " * past)
    assert world.session.image.instances == final
    assert not world.session.dirty


@pytest.mark.parametrize("seed", range(6))
def test_no_label_is_lost_when_every_answer_comes_late(seed: int) -> None:
    chance = random.Random(seed)
    keys = " ".join(chance.choices(["q", "f", "d", "a", "L", "J", "1", "2", "tab"], k=80))
    fast, late = World(), World()
    late.patient = True
    fast.press(keys)
    for key in keys.split():
        late.press(key)
        if late.waiting and chance.random() < 0.2:
            late.answer(type(chance.choice(late.waiting)))
    late.settle()
    fast.press("d d d d" if fast.session.draft.empty else "b d d d d")
    assert {index: labels for index, labels in late.labels.items() if labels} == {
        index: labels for index, labels in fast.labels.items() if labels
    }


def test_every_kind_of_event_is_routed() -> None:
    world, chance = walker(1, patient=True)
    walk(world, chance, 300)
    world.settle()
    seen = {type(event) for event in world.log}
    rare = {kind.__name__ for kind in set(get_args(Event)) - seen}
    others = {"Conflicted", "LabelsChanged", "ImageReplaced", "Restored", "ClassesReordered", "ViewOnly"}
    assert rare <= others | {
        *("LoadFailed", "EncodeFailed", "DecodeFailed", "SaveFailed", "ClassesChanged", "Invoke"),
        *("ModelReady", "RegionEncoded", "Rested", "Previewed", "ReshapeFailed", "Reshaped", "Snapped"),
        *("Facts", "Judged", "Sought"),
    }


def test_update_changes_nothing_it_is_given() -> None:
    world = World()
    world.press("q")
    before, text = world.session, repr(world.session)
    for key in ("f", "l", "b", "tab", "d", "z"):
        update(before, Key(key))
    assert repr(before) == text


@pytest.mark.parametrize("key", ["l", "q", "z", "1", "tab", "f"])
def test_a_key_does_little_work(key: str) -> None:
    """Work is counted in function calls, which no busy machine changes; 200 calls are some 30 us."""
    world = World()
    world.press("q")
    load_keymap("anylabeling")
    profile = cProfile.Profile()
    profile.runcall(update, world.session, Key(key))
    assert sum(entry.callcount for entry in profile.getstats()) < 300
