"""`ttylabel models`: the verbs are there, documented, and cheap to list."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from cli.modelfiles import run
from tui.cli.models import models


@pytest.mark.parametrize("verb", models.commands)
def test_every_verb_and_option_is_documented(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, verb, "--help")
    assert (code, "Usage" in out) == (0, True)
    assert models.commands[verb].help
    options = [p for p in models.commands[verb].params if isinstance(p, click.Option)]
    assert all(option.help for option in options)
    assert any("--json" in option.opts for option in options)


def test_the_verbs() -> None:
    assert set(models.commands) == {"list", "info", "add", "pull", "verify", "bench"}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from tui.cli.models import models\n"
        "sys.exit(bool({'numpy', 'cv2', 'onnxruntime', 'httpx2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
