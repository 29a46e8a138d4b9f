"""`ttylabel render PATH OUT`: the labels of a dataset as pictures, or a crop of every object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tui.cli.dataset_options import dataset_options


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@dataset_options
@click.option("--crops", is_flag=True, help="Instead: every object cut out, as OUT/CLASS/….")
@click.option(
    "--margin",
    type=click.FloatRange(0, 1000),
    default=0.0,
    show_default=True,
    metavar="PERCENT",
    help="With --crops: so much of the object's longer side around it.",
)
@click.option(
    "--filter",
    "words",
    metavar="WORDS",
    help="Only the objects that the words name: 'class:cat score<0.5', 'state:accepted', 'lint'.",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many images.")
@click.option("--side", type=click.IntRange(8, 60_000), metavar="PIXELS", help="Longer side at most.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["jpg", "png"]),
    default="jpg",
    show_default=True,
    help="Kind of file.",
)
@click.option("--no-names", is_flag=True, help="Without the names of classes.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each image, and a summary.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@click.option("-v", "--verbose", is_flag=True, help="Say what became of each image.")
def render(path: Path, out: Path, **options: Any) -> int:
    """Draw the labels of PATH into pictures in the folder OUT, as the labeler shows them.

    Images without a label file are passed over. What is up to date is left, so a call that was cut off goes
    on where it was; files of earlier calls that nothing asks for any more stay. OUT must lie outside of the
    dataset, and files that are not from here are never replaced. Exit code 1 when some could not be made.
    """
    from tui.cli.render_work import run_render

    return run_render(path, out, **options)
