"""What nobody foresaw, in a sentence."""

from __future__ import annotations

import errno
import logging
import sys

from tui.app.logs import failed, log_to
from tui.cli.output import complain
from tui.config import state_dir
from tui.data.files import why
from tui.errors import SaveError, TtylabelError

_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
"""What a system says when a file cannot be written, whoever wrote it."""


def unforeseen(error: Exception) -> int:
    """Say it, and give the exit code. A traceback would show foreign text as it is; it goes to the log."""
    if isinstance(error, OSError) and error.errno in _UNWRITTEN:
        sys.stdout = None  # what waits there cannot be written either
        where = str(error.filename) if error.filename else "the output"
        problem: TtylabelError = SaveError(
            f"Cannot write {where}", why(error), "Make room, then run it again"
        )
    else:
        log = state_dir() / "ttylabel.log"
        log_to(log)
        logging.getLogger("ttylabel").critical("the program failed", exc_info=error)
        problem = failed(error, log)
    complain(problem)
    return problem.exit_code
