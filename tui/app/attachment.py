"""Which terminal is at the other end, seen from behind tmux.

tmux can be detached in kitty and attached in xterm: the pictures stayed behind, and what was found out when
the program started is not true any more. Nothing says so but a change of the focus or of the size, if at all,
so tmux is asked for its client then, and with a key that comes after a rest.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

_TMUX = ("tmux", "display-message", "-p", "#{client_pid} #{client_tty} #{client_termname}")
_PATIENCE_S = 2.0
_FOCUS_S = 1.0
_REST_S = 5.0
"""After so long without the focus, or without a key, something may have happened."""


def tmux_client() -> str:
    """The client of this pane's session; empty while there is none, or where tmux cannot be asked."""
    try:
        done = subprocess.run(
            _TMUX,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


class Attachment:
    """Watches focus, keys and, inside `tmux`, its client.

    `paint(lost)` paints everything anew, and sends pictures again that are `lost`; `changed()` is called when
    another client is attached; between `hold(True)` and `hold(False)` nothing may be drawn, because it is not
    known for whom. `apart(work)` runs something in a thread, `post` something on the event loop.
    """

    def __init__(
        self,
        *,
        tmux: bool,
        paint: Callable[[bool], None],
        changed: Callable[[], None],
        hold: Callable[[bool], None],
        apart: Callable[[Callable[[], None]], object],
        post: Callable[[Callable[[], None]], None],
        client: Callable[[], str] = tmux_client,
    ) -> None:
        self._tmux, self._paint, self._changed, self._hold = tmux, paint, changed, hold
        self._apart, self._post, self._client = apart, post, client
        self._away: float | None = None
        self._painted = 0.0
        self._active = time.monotonic()
        self._known = ""
        self._looking = False
        self._stale: bool | None = None
        self.look()

    def look(self) -> None:
        """Ask tmux who is attached, and the terminal what it is when that is somebody else."""
        if self._tmux and not self._looking:
            self._looking = True
            self._hold(True)
            self._apart(self._ask)

    def key(self) -> None:
        """A key was pressed."""
        now, before = time.monotonic(), self._active
        self._active = now
        if now - before > _REST_S:
            self.look()

    def blur(self) -> None:
        """The terminal lost the focus."""
        self._away = time.monotonic()

    def focus(self) -> None:
        """What lay over the window may have taken pictures with it (xterm); what was sent to a pane of tmux
        that was hidden did not arrive.
        """
        now, since = time.monotonic(), self._away
        self._away = None
        if since is not None and now - self._painted >= _FOCUS_S:
            self._painted = now
            self._stale = self._tmux and now - since > _REST_S
        self.look()
        if not self._looking:
            self._refresh()

    def _ask(self) -> None:
        client = self._client()
        self._post(lambda: self._seen(client))

    def _seen(self, client: str) -> None:
        known, self._known = self._known, client or self._known
        self._looking = False
        if known and self._known != known:
            self._stale = None
            self._changed()
        self._refresh()
        self._hold(False)

    def _refresh(self) -> None:
        stale, self._stale = self._stale, None
        if stale is not None:
            self._paint(stale)
