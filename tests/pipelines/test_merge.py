"""What stays, what goes and what comes, under each policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.pipelines.merge import Merged, Policy, merge
from tui.types.detections import Proposal
from tui.types.instance import Instance
from tui.types.shapes import Box


def instance(x: float, class_id: int = 0) -> Instance:
    return Instance(class_id, Box(x, 0, x + 10, 10), source=f"line {x}")


def proposal(x: float, score: float = 0.5, class_id: int = 0) -> Proposal:
    return Proposal(Instance(class_id, Box(x, 0, x + 10, 10)), score, "m")


OLD = (instance(0), instance(50))
NEW = (proposal(1), proposal(100))


@pytest.mark.parametrize("policy", ["keep", "merge", "replace"])
def test_an_image_never_labelled_takes_everything(policy: Policy) -> None:
    merged = merge(None, NEW, policy)
    assert merged == Merged(tuple(p.instance for p in NEW), {0: 0, 1: 1})
    assert merged.changed


def test_keep_leaves_a_labelled_image_alone_also_an_empty_one() -> None:
    assert merge(OLD, NEW) == Merged(OLD, {})
    assert merge((), NEW, "keep") == Merged((), {})
    assert not merge((), NEW, "keep").changed


def test_merge_adds_what_is_new_and_never_touches_what_a_person_made() -> None:
    merged = merge(OLD, NEW, "merge")
    assert merged == Merged((*OLD, NEW[1].instance), {2: 1}, (), (0,))
    assert merged.instances[0] is OLD[0]


def test_merge_updates_what_a_model_made_in_its_place() -> None:
    merged = merge(OLD, NEW, "merge", human={1})
    assert merged == Merged((NEW[0].instance, OLD[1], NEW[1].instance), {0: 0, 2: 1}, (0,))


def test_of_two_that_repeat_one_the_better_takes_its_place() -> None:
    merged = merge(OLD, (proposal(1, 0.4), proposal(2, 0.9)), "merge", human=())
    assert merged == Merged((proposal(2).instance, OLD[1]), {0: 1}, (0,), (0,))


def test_a_persons_label_counts_also_with_another_class() -> None:
    assert merge(OLD, (proposal(1, class_id=7),), "merge").repeated == (0,)


def test_a_proposal_that_repeats_a_person_and_a_model_is_dropped() -> None:
    both = (instance(0), instance(2))
    assert merge(both, (proposal(1),), "merge", human={0}) == Merged(both, {}, (), (0,))


def test_replace_says_what_was_lost() -> None:
    assert merge(OLD, NEW, "replace") == Merged(tuple(p.instance for p in NEW), {0: 0, 1: 1}, (0, 1))
    assert merge(OLD, (), "replace").removed == (0, 1)


@given(
    old=st.lists(st.integers(0, 60), max_size=6),
    new=st.lists(st.tuples(st.integers(0, 60), st.floats(0, 1)), max_size=8),
    policy=st.sampled_from(["keep", "merge"]),
    marks=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_a_human_label_survives_everything_but_replace(
    old: list[int], new: list[tuple[int, float]], policy: Policy, marks: list[bool]
) -> None:
    existing = tuple(instance(x) for x in old)
    human = {i for i, mark in enumerate(marks) if mark and i < len(existing)}
    proposals = tuple(proposal(x, s) for x, s in new)
    merged = merge(existing, proposals, policy, human=human)
    for i in human:
        assert merged.instances[i] is existing[i]
    assert not human & set(merged.removed)
    assert len(merged.added) + len(merged.repeated) == (len(proposals) if policy == "merge" else 0)
    for place, index in merged.added.items():
        assert merged.instances[place] is proposals[index].instance
