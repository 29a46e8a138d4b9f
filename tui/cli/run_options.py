"""The options of `ttylabel run`; apart from what it does, so that `--help` loads nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

_OPTIONS = [
    click.option("--detector", metavar="NAME|FILE", help="Find objects with a detector, such as a YOLO."),
    click.option("--text", metavar="PROMPT", help='Find what words describe: "cat . red car -> car".'),
    click.option("--everything", is_flag=True, help="Find all objects, by a grid of clicks."),
    click.option("--tighten", is_flag=True, help="Draw existing boxes tight around their objects."),
    click.option("--segmenter", metavar="NAME", help="Refine boxes with this segmenter."),
    click.option("--grounder", metavar="NAME|FILE", help="Model for --text."),
    click.option("--task", type=click.Choice(["detect", "segment"]), help="Boxes or polygons."),
    click.option(
        "--existing",
        type=click.Choice(["keep", "merge", "replace"]),
        default="keep",
        show_default=True,
        help="Labels that are there: leave the image; add what is missing; or replace all, keeping the old "
        "files in .ttylabel/replaced. Only replace touches what a person made.",
    ),
    click.option(
        "--map", "rules", multiple=True, metavar="'NAME -> CLASS'", help="A model's class and the dataset's."
    ),
    click.option("--only", multiple=True, metavar="NAME", help="Look for this class of the model only."),
    click.option("--class", "class_name", metavar="NAME", help="Class of what --everything finds."),
    click.option("--add-classes", is_flag=True, help="Add classes that the dataset does not have."),
    click.option("--classes", "classes_file", type=click.Path(path_type=Path), metavar="FILE", help="Names."),
    click.option("--confidence", type=click.FloatRange(0, 1), metavar="0..1", help="Least score."),
    click.option("--nms", type=click.FloatRange(0, 1), metavar="0..1", help="Overlap that means the same."),
    click.option(
        "--grid",
        type=click.IntRange(1, 128),
        metavar="N",
        help="--everything: clicks a side; 32, but fewer for the models that need no files.",
    ),
    click.option(
        "--crops",
        type=click.IntRange(0, 3),
        default=0,
        show_default=True,
        help="--everything: look again at parts of the image, for small objects. Each level costs 4x more.",
    ),
    click.option(
        "--labels-dir", type=click.Path(path_type=Path), metavar="DIR", help="Keep label files here instead."
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 256),
        default=1,
        show_default=True,
        help="Processes, each with the models.",
    ),
    click.option(
        "--shard", metavar="i/n|auto", help="A share of the images; auto asks SLURM, torchrun, MPI."
    ),
    click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many images."),
    click.option("--again", is_flag=True, help="Also what an earlier run did, or gave up."),
    click.option("--fail-fast", is_flag=True, help="Stop at the first image that fails."),
    click.option("--dry-run", is_flag=True, help="Open the models and say what would be done."),
    click.option("--json", "as_json", is_flag=True, help="A JSON object for each image, and a summary."),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error."),
    click.option("-v", "--verbose", is_flag=True, help="Say what became of each image."),
]


def run_options(function: _F) -> _F:
    """Add the options to the verb."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
