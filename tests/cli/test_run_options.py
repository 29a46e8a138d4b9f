"""The options of `ttylabel run`: their defaults are the safe ones."""

from __future__ import annotations

import click

from tui.cli.main import cli


def test_the_defaults_touch_nothing_that_a_person_made() -> None:
    command = cli.commands["run"]
    context = click.Context(command)
    defaults = {p.name: p.get_default(context) for p in command.params if isinstance(p, click.Option)}
    assert defaults["existing"] == "keep"
    assert not any(defaults[name] for name in ("again", "add_classes", "fail_fast", "dry_run"))


def test_every_option_says_what_it_does() -> None:
    for option in cli.commands["run"].params:
        assert not isinstance(option, click.Option) or option.help
