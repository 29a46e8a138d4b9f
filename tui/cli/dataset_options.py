"""`--labels-dir` and `--classes`, for the verbs that read a dataset's labels: `@dataset_options`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])


def dataset_options(function: _F) -> _F:
    """Add the options to a verb; its function is given `labels_dir` and `classes_file`."""
    names = click.option(
        "--classes", "classes_file", type=click.Path(path_type=Path), metavar="FILE", help="Class names."
    )
    folder = click.option(
        "--labels-dir", type=click.Path(path_type=Path), metavar="DIR", help="As the labeler was given."
    )
    return folder(names(function))
