"""`ttylabel classes PATH list|add|rename|merge|delete`: the classes of a whole dataset."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.cli.talk import verbose_option

_F = TypeVar("_F", bound=Callable[..., Any])

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")


_LABELS_DIR = click.option(
    "--labels-dir", type=click.Path(path_type=Path), metavar="DIR", help="As the labeler was given."
)


def _changing(function: _F) -> _F:
    """The options of the verbs that change something."""
    write = click.option("--write", is_flag=True, help="Do it; without this, only say what would change.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="Name every file.")
    return write(_LABELS_DIR(_JSON(_QUIET(verbose(function)))))


@click.group(name="classes")
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_context
def classes(ctx: click.Context, path: Path) -> None:
    """List the classes of PATH and change them in all of its label files.

    Without --write a change is only shown. One that is cut off is finished by the same command.
    """
    ctx.obj = path


@classes.command(name="list")
@_LABELS_DIR
@_JSON
@_QUIET
@verbose_option
@click.pass_obj
def list_(path: Path, /, labels_dir: Path | None, as_json: bool, quiet: bool) -> int:
    """Number, name, instances and images of each class."""
    from tui.cli.classes_change import list_classes

    return list_classes(path, labels_dir=labels_dir, as_json=as_json, quiet=quiet)


@classes.command()
@click.argument("name")
@_changing
@click.pass_obj
def add(path: Path, /, name: str, **options: Any) -> int:
    """Append the class NAME."""
    from tui.cli.classes_change import change
    from tui.data import class_change

    words = ("add", name.strip())
    return change(path, words, lambda dataset: class_change.add(dataset, name), **options)


@classes.command()
@click.argument("old")
@click.argument("new")
@_changing
@click.pass_obj
def rename(path: Path, /, old: str, new: str, **options: Any) -> int:
    """Call the class OLD by the name NEW; label files stay as they are."""
    from tui.cli.classes_change import change
    from tui.data import class_change

    words = ("rename", old, new.strip())
    return change(path, words, lambda dataset: class_change.rename(dataset, old, new), **options)


@classes.command()
@click.argument("sources", nargs=-1, required=True, metavar="FROM...")
@click.argument("into")
@_changing
@click.pass_obj
def merge(path: Path, /, sources: tuple[str, ...], into: str, **options: Any) -> int:
    """Make what is labelled FROM an INTO, and take FROM off the list; later classes move down."""
    from tui.cli.classes_change import change
    from tui.data import class_change

    words = ("merge", *sources, into)
    return change(path, words, lambda dataset: class_change.merge(dataset, sources, into), **options)


@classes.command()
@click.argument("name")
@click.option("--labels", type=click.Choice(["drop"]), help="Delete the label lines of the class too.")
@_changing
@click.pass_obj
def delete(path: Path, /, name: str, labels: str | None, **options: Any) -> int:
    """Take the class NAME off the list; later classes move down."""
    from tui.cli.classes_change import change
    from tui.data import class_change

    drop = labels == "drop"
    words = ("delete", *(("--labels", "drop") if drop else ()), name)
    return change(path, words, lambda dataset: class_change.delete(dataset, name, drop=drop), **options)
