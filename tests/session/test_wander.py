"""Any key, any command and anything that others do, in every preset and mode: no promise is broken.

`test_update.py` walks the way people do. Here nothing is likely: keys nobody bound, commands from the palette
with arguments they do not take, counts beyond all reason, shapes without area, images of one pixel, and label
files, pictures and class lists that other programs change at the worst moment.
"""

from __future__ import annotations

import random
import string
from dataclasses import replace

import pytest

from session.invariants import check
from session.world import World, boxes, source_line
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.commands.registry import COMMANDS
from tui.session.keymap import load_keymap
from tui.session.presets import PRESETS
from tui.session.state import Options
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

KEYS = (
    *string.ascii_letters,
    *string.digits,
    *string.punctuation,
    *("left", "right", "up", "down", "enter", "escape", "tab", "shift+tab", "backspace", "space"),
    *(f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "hijm"),
)
ARGUMENTS = (None, None, "0", "1", "7", "-1", "cat", "yours", "theirs", "both", "save", "score<0.5")
FLAT = Polygon(((10, 10), (60, 10), (30, 10)))
RING = Polygon(((10, 10), (60, 10), (60, 50), (10, 50)))


def wanderer(seed: int) -> World:
    world = World(
        sizes=((640, 480), (33, 400), (4000, 3000), (1, 1), (2, 1)),
        labels={
            0: boxes((639.2, 100, 639.9, 300), (0, 0, 0.5, 0.5)),
            1: boxes((1, 1, 20, 30), (5, 5, 9, 9)),
            2: (Instance(0, RING, "a"), Instance(1, FLAT, "b"), Instance(12, Box(-5, -5, 4100, 3100), "c")),
        },
        options=Options(
            autosave=seed % 3 > 0,
            task="segment" if seed % 2 else "detect",
            detector="yolo",
            grounder="words",
            max_points=6 if seed % 6 == 0 else None,
        ),
        keymap=list(PRESETS)[seed % len(PRESETS)],
        unreadable={3: "it is damaged"} if seed % 4 == 0 else {},
        no_masks="no memory" if seed % 7 == 0 else "",
        no_saves="disk full" if seed % 5 == 0 else "",
        sees=(Box(400, 50, 460, 110), Box(200, 340, 260, 400)),
        no_proposals="the detector failed" if seed % 9 == 0 else "",
    )
    world.patient = seed % 2 == 0
    return world


def persons(world: World, chance: random.Random) -> list[ev.Event]:
    """What a person may do next: any key, any keys of the mode, any command, the mouse, another window."""
    match chance.choices(("key", "bound", "command", "mouse", "answer", "window"), (50, 25, 8, 5, 5, 2))[0]:
        case "key":
            return [ev.Key(chance.choice(KEYS), chance.choice((0, 0, 0, 5, 30)))]
        case "bound":
            table = load_keymap(world.keymap).tables[world.session.mode]
            return [ev.Key(key) for key in chance.choice(list(table))]
        case "command":
            name = chance.choice(list(COMMANDS))
            return [ev.Invoke(name, chance.choice(ARGUMENTS), chance.choice((None, None, 1, 3, 9999)))]
        case "mouse":
            action = chance.choice(("move", "positive", "negative", "press", "release"))
            return [ev.Pointed(chance.uniform(-9, 700), chance.uniform(-9, 500), action)]
        case "answer":
            wanted = world.session.class_command
            return [ev.Invoke(wanted, str(chance.randrange(4)))] if wanted else []
    return [ev.Resized(chance.randrange(0, 2000), chance.randrange(0, 1200))]


def others(world: World, chance: random.Random) -> ev.Event:
    """What another program or session may do to the image in front, or an answer that comes out of turn."""
    session = world.session
    index = session.image.index
    labels = tuple(replace(one, source=one.source or source_line(one)) for one in session.image.instances)
    some = tuple(one for one in labels if chance.random() < 0.6)
    match chance.randrange(9):
        case 0:
            world.labels[index] = some
            return ev.LabelsChanged(index, some, True)
        case 1:
            return ev.ImageReplaced(index)
        case 2:
            theirs = None if chance.random() < 0.5 else some[:1]
            there = world.labels.get(index, ())
            return ev.Restored(index, world.sizes[index], some, (some[:1],), (), there, theirs)
        case 3:
            return ev.ClassesReordered(("new", *session.classes))
        case 4:
            return ev.ClassesChanged(session.classes[: chance.randrange(4)] or ("cat",))
        case 5:
            return ev.ViewOnly(chance.choice(("somebody", "")))
        case 6:
            return ev.Sought(index, "unlabeled", 1, chance.choice((None, 0, 1, 2)))
        case 7:
            return ev.RegionEncoded(index, None)
    return ev.Rested()


def heard(world: World) -> dict[int, fx.Record]:
    """What the journal was told last of each image."""
    return {effect.index: effect for effect in world.effects if isinstance(effect, fx.Record)}


def check_journal(world: World) -> None:
    """The journal holds what the session holds, as far as it was told of an image."""
    session, told = world.session, heard(world)
    image, record = session.image, told.get(session.image.index)
    if image.status == "ready" and record is not None:
        assert record.instances == image.instances
        assert (record.past, record.future) == (image.history.past, image.history.future)
    for index, instances in session.unsaved.items():
        assert told[index].instances == instances


@pytest.mark.parametrize("seed", range(24))
def test_whatever_a_person_does_labels_journal_and_disk_agree(seed: int) -> None:
    chance, world = random.Random(seed), wanderer(seed)
    for _ in range(150):
        for event in persons(world, chance):
            world.give(event)
            check(world.session)
            check_journal(world)
        if world.waiting and chance.random() < 0.3:
            world.answer(type(chance.choice(world.waiting)))
            check(world.session)
            check_journal(world)
    world.settle()
    check(world.session)
    check_journal(world)
    assert not world.session.held
    assert not world.session.draft.waiting
    if world.session.options.autosave and not world.no_saves:
        assert not world.session.unsaved
        assert not world.session.dirty
        image = world.session.image
        assert image.status != "ready" or world.labels.get(image.index, ()) == image.instances


@pytest.mark.parametrize("seed", range(24))
def test_whatever_others_do_at_the_worst_moment_the_session_holds_together(seed: int) -> None:
    chance, world = random.Random(seed), wanderer(seed)
    for _ in range(150):
        for event in persons(world, chance) if chance.random() < 0.9 else [others(world, chance)]:
            world.give(event)
            check(world.session)
        if world.waiting and chance.random() < 0.3:
            world.answer(type(chance.choice(world.waiting)))
            check(world.session)
    world.settle()
    check(world.session)
    assert not world.session.held
    assert not world.session.draft.waiting
