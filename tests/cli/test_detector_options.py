"""`--detector-names`, `--detector-size`, `--detector-task`: from the command line to one value."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tui.cli.detector_options import detector_options
from tui.errors import ConfigError
from tui.inference.detectors.base import DetectorOptions


def facts_of(*argv: str) -> DetectorOptions:
    given: list[DetectorOptions] = []

    @click.command()
    @detector_options
    def verb(detector_facts: DetectorOptions) -> None:
        given.append(detector_facts)

    done = CliRunner().invoke(verb, argv, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return given[0]


def test_nothing_said_is_nothing() -> None:
    assert facts_of() == DetectorOptions()


def test_names_as_a_list_and_all_the_rest() -> None:
    argv = ("--detector-names", "red car, dog", "--detector-size", "320", "--detector-task", "segment")
    assert facts_of(*argv) == DetectorOptions(names=("red car", "dog"), input_wh=(320, 320), task="segment")


@pytest.mark.parametrize(
    ("name", "text"), [("names.txt", "car\ndog\n"), ("data.yaml", "names: {0: car, 1: dog}\n")]
)
def test_names_out_of_a_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert facts_of("--detector-names", str(tmp_path / name)).names == ("car", "dog")


@pytest.mark.parametrize(
    ("text", "words"), [("car,,dog", "a name is empty"), ("absent.txt", "there is no file"), (" ", "empty")]
)
def test_names_that_are_none(text: str, words: str) -> None:
    with pytest.raises(click.UsageError, match=words):
        facts_of("--detector-names", text)


def test_a_file_of_names_that_is_wrong_says_where(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("car\ncar\n")
    with pytest.raises(ConfigError, match=r"names\.txt"):
        facts_of("--detector-names", str(tmp_path / "names.txt"))
