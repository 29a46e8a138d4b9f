"""The options of `ttylabel run`: their defaults are the safe ones."""

from __future__ import annotations

import click
import pytest

from datasets import DrawnDataset
from tui.cli.main import cli, main


def test_the_defaults_touch_nothing_that_a_person_made() -> None:
    command = cli.commands["run"]
    context = click.Context(command)
    defaults = {p.name: p.get_default(context) for p in command.params if isinstance(p, click.Option)}
    assert defaults["existing"] == "keep"
    assert not any(defaults[name] for name in ("again", "add_classes", "fail_fast", "dry_run"))


def test_every_option_says_what_it_does() -> None:
    for option in cli.commands["run"].params:
        assert not isinstance(option, click.Option) or option.help


@pytest.mark.parametrize(
    ("flags", "idle"),
    [
        (("--tighten", "--grid", "8"), "--grid"),
        (("--tighten", "--confidence", "0.5"), "--confidence"),
        (("--everything", "--map", "a -> b"), "--map"),
        (("--text", "cat", "--class", "cat"), "--class"),
        (("--detector", "x.onnx", "--grounder", "y"), "--grounder"),
    ],
)
def test_a_flag_that_would_change_nothing_is_refused(
    dataset: DrawnDataset, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], idle: str
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["run", str(dataset.root), *flags])
    assert leaving.value.code == 2
    assert f"{idle} says nothing with {flags[0]}" in capsys.readouterr().err
