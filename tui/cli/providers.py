"""`--provider` and `--require-gpu`, for every verb that runs models: `@provider_options`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tui.inference.preference import AUTO, CHOICES, prefer

_F = TypeVar("_F", bound=Callable[..., Any])
_KEY = "tui.cli.providers"


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Options are read one by one: make the wish when both are there."""
    wish = ctx.meta.setdefault(_KEY, {})
    wish[parameter.name] = value
    if len(wish) == 2:
        prefer(wish["provider"], require_gpu=wish["require_gpu"])
    return value


def provider_options(function: _F) -> _F:
    """Add the options to a verb. They hold for all models that it opens; its function is not given them."""
    require = click.option(
        "--require-gpu",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Stop (exit code 2) rather than run a model on the processor.",
    )
    provider = click.option(
        "--provider",
        metavar="NAME",
        default=AUTO,
        show_default=True,
        expose_value=False,
        callback=_remember,
        help=f"Run models on: {', '.join(CHOICES)}.",
    )
    return provider(require(function))
