"""Sections as lines."""

from __future__ import annotations

from tui.cli.doctor_text import as_text


def test_facts_groups_sentences_and_rows() -> None:
    sections = {
        "terminal": {
            "cell": [9, 18],
            "tmux": False,
            "version": "",
            "quirks": {"a": "b"},
            "better": ["Do this"],
        },
        "providers": [{"name": "CUDA", "runs": False, "note": "no driver"}],
        "models": [{"name": "sam", "ready": False, "absent": ["e.onnx"], "folder": "~/m"}],
        "folders": [{"what": "state", "path": "~/s", "writable": False, "free_bytes": 2_000_000_000}],
        "log": "~/log",
    }
    lines = as_text(sections, ["It broke"])
    words = [" ".join(line.split()) for line in lines]
    assert words == [
        "Terminal",
        "cell 9x18",
        "tmux no",
        "quirks",
        "a b",
        "better",
        "Do this",
        "Providers",
        "CUDA does not run; no driver",
        "Models",
        "sam absent: e.onnx (wanted in ~/m)",
        "Folders",
        "state ~/s NOT writable, 2.0 GB free",
        "Log",
        "~/log",
        "Wrong",
        "It broke",
    ]


def test_all_well_is_said() -> None:
    assert as_text({"models": []}, []) == ["Models", "  none", "Nothing is wrong."]
