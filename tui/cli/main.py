"""The `ttylabel` command: parsing and exit codes; each verb defers its imports.

Exit codes: 0 done; 1 done, but some files failed; 2 wrong usage or configuration; 3 something could not be
written; 4 held by another session; 75 stopped early, run again; 129, 130, 143 ended by a signal.
"""

from __future__ import annotations

import difflib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tui import __version__
from tui.cli.classes import classes
from tui.cli.dataset_options import dataset_options
from tui.cli.detector_options import detector_options
from tui.cli.models import models
from tui.cli.providers import provider_options
from tui.cli.render import render
from tui.cli.run_options import run_options
from tui.cli.stats import stats
from tui.cli.talk import quiet_option, verbose_option
from tui.errors import TtylabelError

_F = TypeVar("_F", bound=Callable[..., Any])

_OWN_OPTIONS = ("--help", "-h", "--version")


class _PathOrVerb(click.Group):
    """`ttylabel PATH` opens the labeler; a known verb in that place wins (`./demo` opens a folder `demo`)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in _OWN_OPTIONS:
            args = ["label", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in self.commands if name != "label"]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage("ttylabel", "PATH [OPTIONS]\n       ttylabel COMMAND [ARGS]...")


@click.group(
    cls=_PathOrVerb,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="ttylabel", message="%(prog)s %(version)s")
def cli() -> None:
    """Label images with SAM in a terminal, over plain SSH, without a mouse.

    PATH is an image, a folder of images, or a data.yaml. `ttylabel label --help` lists the options.
    """


_LABEL_OPTIONS = [
    click.option("--task", type=click.Choice(["detect", "segment"]), help="Boxes or polygons."),
    click.option("--segmenter", metavar="NAME", help="Model name, or a folder with a manifest.toml."),
    click.option("--detector", metavar="NAME|FILE", help="Model or .onnx file that proposes instances."),
    click.option("--grounder", metavar="NAME|FILE", help="Model or .onnx file that finds what a text says."),
    click.option(
        "--map",
        "rules",
        multiple=True,
        metavar="'NAME -> CLASS'",
        help="A class of the detector's as one of the dataset's.",
    ),
    click.option("--text", metavar="TEXT", help="Text to begin with, like 'cat . red car -> car'."),
    click.option(
        "--classes", "classes_file", type=click.Path(path_type=Path), metavar="FILE", help="Class names."
    ),
    click.option(
        "--graphics",
        type=click.Choice(["auto", "kitty", "sixel", "halfblock", "textual-image"]),
        help="How to draw; auto asks the terminal.",
    ),
    click.option("--keymap", metavar="NAME", help="Key preset: anylabeling, cvat, labelimg, vim."),
    click.option(
        "--labels-dir", type=click.Path(path_type=Path), metavar="DIR", help="Keep label files here instead."
    ),
    click.option("--review", is_flag=True, help="Begin with what nobody judged, the least certain first."),
    click.option(
        "--filter",
        "review_filter",
        metavar="WORDS",
        help="Review only what the words name: 'class:cat score<0.5', 'lint', 'disagree', 'sam<0.7'.",
    ),
    click.option("--read-only", is_flag=True, help="Look, change nothing."),
    click.option("--no-autosave", is_flag=True, help="Save only on the save key."),
    click.option("--low-bandwidth", is_flag=True, help="Fewer bytes rather than a finer picture."),
    click.option(
        "--record", type=click.Path(path_type=Path), metavar="FILE", help="Log the session, for `replay`."
    ),
    click.option("-v", "--verbose", is_flag=True, help="Show bytes and milliseconds of each key."),
]


def label_options(function: _F) -> _F:
    """The options that `ttylabel PATH` and `ttylabel demo` share."""
    function = detector_options(provider_options(function))
    for option in reversed(_LABEL_OPTIONS):
        function = option(function)
    return function


@cli.command(name="label")
@click.argument("path", type=click.Path(path_type=Path))
@label_options
def label(path: Path, **options: Any) -> int:
    """Open the labeler on PATH: an image, a folder, or a data.yaml."""
    _hint_at_verbs(path)
    from tui.cli.label import open_labeler

    return open_labeler(path, **options)


def _hint_at_verbs(path: Path) -> None:
    """A word that is neither a file nor a verb is most often a mistyped verb."""
    name = str(path)
    if path.exists() or "/" in name:
        return
    near = difflib.get_close_matches(name, list(cli.commands), 1)
    if near:
        raise click.UsageError(f"No file, folder or command '{name}'. Did you mean '{near[0]}'?")


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path), required=False, metavar="[DIR]")
@label_options
@click.option("--headless", is_flag=True, help="Label the demo by its drawn boxes instead of opening it.")
@click.option("--json", "as_json", is_flag=True, help="Label it headless and print one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
def demo(
    directory: Path | None,
    headless: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Draw a small demo dataset in DIR and open it.

    Without a terminal the demo is labelled headless, each object from a loose box, and measured.
    """
    from tui.cli.demo import run_demo

    return run_demo(directory, headless=headless, as_json=as_json, quiet=quiet, options=options)


@cli.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--point", "points", multiple=True, metavar="X,Y,+|-", help="Point on (+) or off (-) it.")
@click.option("--box", metavar="X0,Y0,X1,Y1", help="Box around the object.")
@click.option("--segmenter", metavar="NAME", help="Model name, or a folder with a manifest.toml.")
@click.option(
    "--task",
    type=click.Choice(["detect", "segment"]),
    default="segment",
    show_default=True,
    help="Print a box or a polygon.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of label lines.")
@click.option(
    "--mask-out", type=click.Path(path_type=Path), metavar="FILE.png", help="Write the mask, white on black."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@provider_options
@verbose_option
def segment(image: Path, **options: Any) -> int:
    """Segment one object of IMAGE; coordinates are pixels of the upright image."""
    from tui.cli.segment import segment_image

    return segment_image(image, **options)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@run_options
@detector_options
@provider_options
def run(path: Path, **options: Any) -> int:
    """Label PATH (a folder, a data.yaml, an image) by a pipeline, without a screen.

    Killed at any point it goes on where it was. Labels that are there already stay (--existing keep).
    """
    from tui.cli.run import run_pipeline

    return run_pipeline(path, **options)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--segmenter", metavar="NAME", help="Model name, or a folder with a manifest.toml.")
@click.option("--budget", metavar="SIZE", help="At most so much disk: 20GB. Default: embedding_disk_mb.")
@click.option("--shard", metavar="i/n|auto", help="A share of the images; auto asks SLURM, MPI.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each image, and a summary.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@click.option("-v", "--verbose", is_flag=True, help="Say what became of each image.")
@provider_options
def encode(path: Path, **options: Any) -> int:
    """Encode the images of PATH ahead of time, so that the labeler answers at once.

    Goes on where it was; ends when the budget is full.
    """
    from tui.cli.encode import encode_dataset

    return encode_dataset(path, **options)


@cli.command()
@click.option("--keymap", metavar="NAME", help="Key preset: anylabeling, cvat, labelimg, vim.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", is_flag=True, help="Print the table of the README.")
@quiet_option
@verbose_option
def keys(keymap: str | None, as_json: bool, markdown: bool) -> int:
    """Print the key table."""
    from tui.cli.keys import print_keys

    return print_keys(keymap, as_json=as_json, markdown=markdown)


@cli.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--dataset", type=click.Path(path_type=Path), metavar="PATH", help="Where the dataset is now.")
@click.option(
    "--labels-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep the labels in this empty folder; else they are printed only.",
)
@click.option("--segmenter", metavar="NAME", help="Another model than the recorded one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@verbose_option
def replay(log: Path, **options: Any) -> int:
    """Replay the session recorded in LOG headless; prints keys, time and labels.

    The dataset is only read. Exit code 1 when the replay could not follow the log to its end.
    """
    from tui.cli.replay import replay_log

    return replay_log(log, **options)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@quiet_option
@verbose_option
def doctor(path: Path | None, as_json: bool) -> int:
    """Say what this terminal can do, what runs, and what is wrong; with PATH also of a dataset's disk.

    Exit code 1 when something is wrong.
    """
    from tui.cli.doctor import run_doctor

    return run_doctor(path, as_json=as_json)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--labels-dir", type=click.Path(path_type=Path), metavar="DIR", help="As the labeler was given."
)
@click.option("--write", is_flag=True, help="Write what is unsaved into the label files.")
@click.option("--discard", is_flag=True, help="Put it aside, for 30 days.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@verbose_option
def recover(path: Path, **options: Any) -> int:
    """Show what sessions that were killed left unsaved in PATH, and write it.

    Exit code 1 while something is unsaved.
    """
    from tui.cli.recover import run_recover

    return run_recover(path, **options)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@dataset_options
@click.option(
    "--tiny",
    type=click.FloatRange(0, 100),
    default=0.001,
    show_default=True,
    metavar="PERCENT",
    help="A shape with less of its image's area is tiny.",
)
@click.option("--images", is_flag=True, help="Open every image too: slow.")
@click.option("--fix", is_flag=True, help="Mend what is safe.")
@click.option("--dry-run", is_flag=True, help="With --fix: say what would be mended.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each finding, and a summary.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@verbose_option
def check(path: Path, **options: Any) -> int:
    """Find what a trainer would reject or misread in the labels of PATH, with file and line.

    --fix mends what needs no person: lines that stand twice, shapes that reach out of the image (cut at its
    border), byte order marks and invisible characters. Class numbers, comments, extra columns, mixed files,
    shapes without area and files without an image are left. What a file held before stays in
    .ttylabel/mended.

    Exit code 1 when something is (left) wrong.
    """
    from tui.cli.check import run_check

    return run_check(path, **options)


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Also when the session may be alive.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")
@verbose_option
def unlock(path: Path, **options: Any) -> int:
    """Remove the claim that a dead session left on PATH.

    Exit code 4 when the session is alive.
    """
    from tui.cli.unlock import run_unlock

    return run_unlock(path, **options)


cli.add_command(classes)
cli.add_command(models)
cli.add_command(render)
cli.add_command(stats)


def main(argv: list[str] | None = None) -> None:
    """Entry point: run the command and leave with its exit code."""
    from tui.cli.output import complain, say
    from tui.cli.unforeseen import unforeseen

    # Masks are small matrix products: threads of the linear algebra library fight over the cores of a shared
    # machine and cost a hundred times the work. It reads this when numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli.main(args=argv, prog_name="ttylabel", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        # What click says quotes arguments, which a shell's `*` may have made of file names.
        said = io.StringIO()
        error.show(said)
        for line in said.getvalue().rstrip("\n").split("\n"):
            say(line)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except TtylabelError as error:
        complain(error)
        code = error.exit_code
    except BrokenPipeError:
        # The reader went away (`| head`): keep the interpreter's own flush silent.
        sys.stdout = None
        code = 0
    except Exception as error:
        code = unforeseen(error)
    sys.exit(code if isinstance(code, int) else 0)
