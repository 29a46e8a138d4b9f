"""`-q` and `-v` for verbs that have no use of their own for them."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

_KEY = "tui.cli.talk"
_KILOBYTE = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in."""


def verbose_option(function: _F) -> _F:
    """Add `-v`, which says at the end what the verb took; its function is not given it."""
    option = click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Say how long it took, and how much memory.",
    )
    return option(function)


def quiet_option(function: _F) -> _F:
    """Add `-q` to a verb that says nothing on standard error by itself; its function is not given it."""
    option = click.option(
        "-q",
        "--quiet",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_hush,
        help="Say nothing on standard error.",
    )
    return option(function)


def _hush(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    ctx.meta[_KEY] = value
    return value


def _remember(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    began = time.perf_counter()

    def took() -> None:
        from tui.cli.output import say

        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KILOBYTE / 1e6
        say(f"{time.perf_counter() - began:.2f} s, {megabytes:.0f} MB at most", quiet=_quiet(ctx))

    if value:
        ctx.call_on_close(took)
    return value


def _quiet(ctx: click.Context) -> bool:
    return bool(ctx.params.get("quiet") or ctx.meta.get(_KEY))
