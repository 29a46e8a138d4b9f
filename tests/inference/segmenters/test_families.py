"""The table of families agrees with what can be recognised and with the registry."""

from __future__ import annotations

from tui.inference.segmenters.families import FAMILIES
from tui.inference.segmenters.registry import SEGMENTERS


def test_every_family_can_be_opened_by_its_protocol() -> None:
    assert SEGMENTERS.keys() - FAMILIES.keys() == {"grabcut", "sam-cut"}
    assert FAMILIES.keys() <= SEGMENTERS.keys()


def test_what_models_cannot_take_is_said_in_words() -> None:
    limited = {name: family.limits.missing for name, family in FAMILIES.items() if family.limits.missing}
    assert limited == {
        "edge-sam": {"mask input"},
        "efficient-sam": {"mask input", "negative points"},
        "hf-sam": {"mask input", "boxes"},
        "hf-sam2": {"mask input"},
    }
    assert FAMILIES["efficient-sam"].limits.max_points == 6
