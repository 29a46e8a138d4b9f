"""`ttylabel models`: what there is, what it is, where it comes from; each verb in a module of its own."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.providers import provider_options
from tui.cli.talk import quiet_option, verbose_option

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error.")


@click.group(name="models", no_args_is_help=True)
def models() -> None:
    """List, fetch, add, check and measure models.

    NAME is a model's name, or a folder that holds one.
    """


@models.command(name="list")
@_JSON
@quiet_option
@verbose_option
def list_(as_json: bool) -> int:
    """List the models and which of them are ready."""
    from tui.cli.models_list import print_models

    return print_models(as_json=as_json)


@models.command()
@click.argument("name")
@_JSON
@quiet_option
@verbose_option
def info(name: str, as_json: bool) -> int:
    """Show a model: files, sizes, licence, limits, and where it is or should be."""
    from tui.cli.models_info import print_model

    return print_model(name, as_json=as_json)


@models.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--name", metavar="NAME", help="How to call it; by default after the first file.")
@click.option("--licence", metavar="TEXT", default="unknown", help="Licence of the weights, for `info`.")
@_JSON
@_QUIET
@verbose_option
def add(files: tuple[Path, ...], name: str | None, licence: str, as_json: bool, quiet: bool) -> int:
    """Take in a model from its files: encoder and decoder, detector, or text model and vocabulary.

    The files are recognised by what goes in and out of them, copied, and opened once.
    """
    from tui.cli.models_add import add_model

    return add_model(files, name=name, licence=licence, as_json=as_json, quiet=quiet)


@models.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--offline",
    is_flag=True,
    envvar="TTYLABEL_OFFLINE",
    help="Use no network: fail when something is missing (also TTYLABEL_OFFLINE=1).",
)
@_JSON
@_QUIET
@verbose_option
def pull(names: tuple[str, ...], offline: bool, as_json: bool, quiet: bool) -> int:
    """Fetch the files of models, checked against size and sha256.

    A fetch that was cut goes on where it ended. Proxies are those of HTTPS_PROXY and NO_PROXY.
    """
    from tui.cli.models_pull import pull_models

    return pull_models(names, offline=offline, as_json=as_json, quiet=quiet)


@models.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@_JSON
@_QUIET
@verbose_option
def verify(names: tuple[str, ...], as_json: bool, quiet: bool) -> int:
    """Read the files of models again and compare them with their manifests; all that are here by default."""
    from tui.cli.models_verify import verify_models

    return verify_models(names, as_json=as_json, quiet=quiet)


@models.command()
@click.argument("name")
@click.option("--size", metavar="WxH", default="1920x1080", show_default=True, help="Size of the image.")
@click.option("--repeat", type=click.IntRange(1), default=10, show_default=True, help="Runs of each step.")
@click.option(
    "--text", metavar="TEXT", default="cat . dog", show_default=True, help="What a text model seeks."
)
@provider_options
@_JSON
@_QUIET
@verbose_option
def bench(name: str, size: str, repeat: int, text: str, as_json: bool, quiet: bool) -> int:
    """Measure opening, encoding and decoding, and the bare runtime call beside each."""
    from tui.cli.models_bench import bench_model

    return bench_model(name, size=size, repeat=repeat, text=text, as_json=as_json, quiet=quiet)
