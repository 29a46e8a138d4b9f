"""Recipes as values: JSON and digests."""

from __future__ import annotations

import json
from dataclasses import replace

from tui.batch.recipe import About, Recipe, about_of, packed, recipe_of
from tui.inference.detectors.base import DetectorOptions

RECIPE = Recipe(mode="text", task="segment", text="cat", rules=("a -> b",), only=("c",), confidence=0.5)


def test_a_recipe_and_what_models_say_travel_as_json() -> None:
    told = replace(RECIPE, facts=DetectorOptions(("a", "b"), (640, 480), task="obb"))
    for recipe in (RECIPE, told):
        assert recipe_of(json.loads(json.dumps(packed(recipe)))) == recipe
    about = About("a + b", ("cat",), ("1", "2"), ("CPU",), ("note",))
    assert about_of(json.loads(json.dumps(packed(about)))) == about


def test_the_digest_changes_with_what_decides_the_labels() -> None:
    digest = RECIPE.digest("m1", targets=(0,))
    others = [
        replace(RECIPE, confidence=0.6).digest("m1", targets=(0,)),
        replace(RECIPE, existing="merge").digest("m1", targets=(0,)),
        replace(RECIPE, facts=DetectorOptions(input_wh=(640, 640))).digest("m1", targets=(0,)),
        RECIPE.digest("m2", targets=(0,)),
        RECIPE.digest("m1", targets=(1,)),
    ]
    assert len({digest, *others}) == 1 + len(others)
    elsewhere = replace(RECIPE, model="/other/place", provider="cpu", max_pixels=1)
    assert elsewhere.digest("m1", targets=(0,)) == digest
