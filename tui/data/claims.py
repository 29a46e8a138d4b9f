"""Who is labeling a dataset: a claim that its holder refreshes, that anyone can see and a person may take
over.

A claim is a courtesy. A holder that was frozen and goes on can still write, so what protects label files is
the comparison of content under the save lock (`tui.data.atomic`). The claim is filelock's lease: whether its
holder is silent is measured by the waiting side's own clock, so no clock that is wrong can end it.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import filelock

from tui.config import state_dir
from tui.data.atomic import is_alive
from tui.data.files import read_regular
from tui.data.recovery import user_name

LEASE_SECONDS = 30.0
"""A claim without a sign for so long may be taken; its holder gives one every third of it."""

_MARKER, _CARD = "claim", "holder.json"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a claim. `since` is their clock's time of the start, None when unknown; `quiet` is how many
    seconds ago the last sign came, by the clocks of this host and of the disk: for people only.

    `here`: the process runs on this host. `dead`: it ran on this host and is gone.
    """

    user: str
    host: str
    pid: int
    since: float | None
    quiet: float
    here: bool
    dead: bool

    @property
    def mine(self) -> bool:
        """Whether it is this user's own process on this host, which may be ended on their word."""
        return self.here and not self.dead and self.user == user_name() and self.pid != os.getpid()

    @property
    def sentence(self) -> str:
        """`ana on gpu7 since 13:10, last sign 48 min ago`."""
        began = f" since {time.strftime('%H:%M', time.localtime(self.since))}" if self.since else ""
        gone = ", but that process is gone" if self.dead else f", last sign {_ago(self.quiet)} ago"
        return f"{self.user} on {self.host} (process {self.pid}){began}{gone}"


class Claim:
    """This session's claim on the dataset `root`; not thread-safe but for `lost`.

    `lost` is called, from a thread, when someone else took it over.
    """

    def __init__(self, root: Path, lost: Callable[[], None]) -> None:
        self._folder = place(root)
        self._lease = filelock.SoftFileLease(
            self._folder / _MARKER,
            lease_duration=LEASE_SECONDS,
            timeout=0,
            thread_local=False,
            on_compromise=lambda _: lost(),
        )

    @property
    def held(self) -> bool:
        """True while this session holds it, as far as is known."""
        return self._lease.is_locked and self._lease.compromise is None

    def take(self) -> Holder | None:
        """None when the claim is this session's now, else who has it. Raises OSError where none can be made.

        A claim whose process is gone, on this host, is taken at once.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lease.acquire()
        except filelock.Timeout:
            return _holder(self._folder) or Holder("someone", "?", 0, None, 0.0, False, False)
        except filelock.LeaseSettingsMismatch:
            return _holder(self._folder)
        card = {"user": user_name(), "host": socket.gethostname(), "pid": os.getpid(), "since": time.time()}
        with suppress(OSError):
            (self._folder / _CARD).write_text(json.dumps(card), "utf-8")
        return None

    def take_over(self) -> Holder | None:
        """`take`, whoever has it: the other session finds out at its next sign and stops editing."""
        break_claim(self._folder)
        return self.take()

    def release(self) -> None:
        """Give it back and leave nothing behind."""
        mine = self.held
        self._lease.release()
        if mine:
            with suppress(OSError):
                (self._folder / _CARD).unlink(missing_ok=True)
        with suppress(OSError):
            self._folder.rmdir()


def place(root: Path) -> Path:
    """Where a dataset's claim lies: in its `.ttylabel`, or in the user's state where it is not writable."""
    if os.access(root, os.W_OK | os.X_OK):
        return root / ".ttylabel"
    name = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=8).hexdigest()
    return state_dir() / "claims" / name


def holder(root: Path) -> Holder | None:
    """Who holds the claim on a dataset, without touching anything."""
    return _holder(place(root))


def break_claim(folder: Path) -> None:
    """Remove whatever claim lies in a folder of `place`."""
    for name in (_MARKER, _CARD):
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def _holder(folder: Path) -> Holder | None:
    try:
        marker = read_regular(folder / _MARKER, 10_000).decode("utf-8", "replace")
        quiet = max(0.0, time.time() - (folder / _MARKER).stat().st_mtime)
    except OSError:
        return None
    facts = dict(line.split("=", 1) for line in marker.splitlines() if "=" in line)
    host, number = facts.get("host", "?"), facts.get("pid", "")
    pid = int(number) if number.isascii() and number.isdigit() else 0
    here = host == socket.gethostname()
    card = _card(folder)
    known = card.get("host") == host and card.get("pid") == pid
    user = str(card["user"]) if known and "user" in card else "someone"
    since = card.get("since") if known else None
    dead = here and not is_alive(pid)
    return Holder(user, host, pid, since if isinstance(since, float) else None, quiet, here, dead)


def _card(folder: Path) -> dict[str, object]:
    try:
        card = json.loads(read_regular(folder / _CARD, 10_000))
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


def _ago(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
