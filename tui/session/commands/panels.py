"""Panels over the right side: files, instances, statistics, settings."""

from __future__ import annotations

from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.effects import Ask, Dialog
from tui.session.state import Session
from tui.session.walk import no_instance, with_instance


def _opener(dialog: Dialog, command: str = "") -> Command:
    name, label, doc = _PANELS[dialog]

    def run(session: Session, _args: Args) -> Result:
        return session, (Ask(dialog, command),)

    return Command(name, label, doc, "panels", run, loading=True)


_PANELS: dict[Dialog, tuple[str, str, str]] = {
    "files": ("files.list", "files", "Show the list of images: find one, see how far each is"),
    "stats": ("stats.show", "statistics", "Show counts, sizes, progress and pace"),
    "settings": ("app.settings", "settings", "Show and change the settings"),
}


def _instances(session: Session, _args: Args) -> Result:
    return session, (Ask("instances", "instance.pick"),)


def _pick(session: Session, args: Args) -> Result:
    given = args.argument or ""
    index = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else -1
    if not 0 <= index < len(session.image.instances):
        return said(session, f"Instances are numbered 1 to {len(session.image.instances)}", "warning")
    return with_instance(session, index), ()


COMMANDS = (
    _opener("files", "files.goto"),
    Command(
        "instance.list",
        "instances",
        "Show the list of instances of this image",
        "panels",
        _instances,
        unavailable=no_instance,
        modes=NAVIGATE,
    ),
    Command(
        "instance.pick",
        "pick",
        "Select an instance by its place in the list",
        "panels",
        _pick,
        unavailable=no_instance,
        modes=NAVIGATE,
        argument="instance number, from 0",
    ),
    _opener("stats"),
    _opener("settings"),
)
