"""`ttylabel stats PATH`: counts, sizes and progress of a dataset, plotted; as a page with pictures too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tui.cli.dataset_options import dataset_options


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@dataset_options
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with pictures, too."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@click.option("-v", "--verbose", is_flag=True, help="Show every class and day.")
def stats(path: Path, **options: Any) -> int:
    """Count PATH: classes, sizes, splits, how far the images are, how fast people were.

    --html writes one file that needs no network, with sample pictures and objects of each class, 12 MB at
    most. Nothing else is written. Exit code 1 when label files or folders could not be read.
    """
    from tui.cli.stats_work import run_stats

    return run_stats(path, **options)
