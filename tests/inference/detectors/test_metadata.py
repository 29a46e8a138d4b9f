"""Metadata from strangers' files: read as literals, refused in words, overruled by the person."""

from __future__ import annotations

import pytest

from tui.errors import ModelError
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.metadata import Facts, read_facts

NOTHING = DetectorOptions()


def test_what_an_exporter_writes() -> None:
    metadata = {
        "names": "{0: 'person', 2: \"driver's seat\"}",
        "imgsz": "[384, 640]",
        "stride": "32",
        "task": "segment",
        "end2end": "False",
        "args": "{'nms': None, 'opset': 17}",
    }
    facts = read_facts(metadata, NOTHING, "m.onnx")
    assert facts == Facts(("person", "class 1", "driver's seat"), (640, 384), 32, "segment", False)


def test_nothing_is_known_of_a_bare_file() -> None:
    assert read_facts({}, NOTHING, "m.onnx") == Facts()


def test_other_spellings() -> None:
    facts = read_facts({"names": "['a', 'b']", "imgsz": "320"}, NOTHING, "m.onnx")
    assert (facts.names, facts.input_wh) == (("a", "b"), (320, 320))


@pytest.mark.parametrize("metadata", [{"end2end": "True"}, {"args": "{'nms': True}"}])
def test_final_boxes_are_announced(metadata: dict[str, str]) -> None:
    assert read_facts(metadata, NOTHING, "m.onnx").finished


def test_the_person_has_the_last_word() -> None:
    options = DetectorOptions(names=("x",), input_wh=(64, 32), stride=16, task="obb")
    facts = read_facts({"names": "['a']", "imgsz": "320", "stride": "8", "task": "detect"}, options, "m.onnx")
    assert facts == Facts(("x",), (64, 32), 16, "obb")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("names", "__import__('os').system('true')"),
        ("names", "{0: person}"),
        ("names", "{'a': 'b'}"),
        ("names", "{-1: 'a'}"),
        ("names", "{999999999: 'a'}"),
        ("names", "{}"),
        ("names", "[1, 2]"),
        ("names", "(" * 5000),
        ("imgsz", "'big'"),
        ("imgsz", "[1, 2, 3]"),
        ("imgsz", "[0, 0]"),
        ("imgsz", "99999999"),
        ("stride", "-1"),
        ("stride", "1.5"),
        ("task", "pose"),
        ("args", "{"),
    ],
)
def test_nonsense_is_refused_in_words(key: str, value: str) -> None:
    with pytest.raises(ModelError, match=r"m\.onnx") as error:
        read_facts({key: value}, NOTHING, "m.onnx")
    assert len(error.value.sentence) < 300
