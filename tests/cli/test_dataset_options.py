"""The options of verbs that read a dataset's labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tui.cli.dataset_options import dataset_options
from tui.cli.main import cli


def test_a_verb_is_given_both() -> None:
    given: list[dict[str, Any]] = []

    @click.command()
    @dataset_options
    def verb(**options: Any) -> None:
        given.append(options)

    CliRunner().invoke(verb, ["--labels-dir", "elsewhere", "--classes", "names.txt"], catch_exceptions=False)
    CliRunner().invoke(verb, [], catch_exceptions=False)
    assert given == [
        {"labels_dir": Path("elsewhere"), "classes_file": Path("names.txt")},
        {"labels_dir": None, "classes_file": None},
    ]


@pytest.mark.parametrize("verb", ["check", "stats", "render"])
def test_the_verbs_that_read_labels_have_them(verb: str) -> None:
    names = [option for parameter in cli.commands[verb].params for option in parameter.opts]
    assert {"--labels-dir", "--classes"} <= set(names)
