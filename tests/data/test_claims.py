"""Claims: one holder, seen by others, taken from the dead and the silent, never by the clock alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tui.data import claims
from tui.data.claims import Claim, Holder, break_claim, holder, place

HOLD = """
import sys, time
from pathlib import Path
from tui.data import claims
claims.LEASE_SECONDS = float(sys.argv[2])
lost = lambda: print("lost", flush=True)
claim = claims.Claim(Path(sys.argv[1]), lost)
assert claim.take() is None
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def other_session(root: Path, lease: float = 30.0) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the claim."""
    argv = [sys.executable, "-c", HOLD, str(root), str(lease)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield child
        finally:
            child.kill()


def claim(root: Path) -> Claim:
    return Claim(root, lambda: None)


def test_taken_shown_and_given_back_without_a_trace(tmp_path: Path) -> None:
    mine = claim(tmp_path)
    assert mine.take() is None
    assert mine.held
    seen = holder(tmp_path)
    assert seen is not None
    assert (seen.pid, seen.here, seen.dead, seen.mine) == (os.getpid(), True, False, False)
    mine.release()
    assert not mine.held
    assert holder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_c6_who_holds_it_is_said(tmp_path: Path) -> None:
    with other_session(tmp_path) as child:
        who = claim(tmp_path).take()
        assert who is not None
        assert (who.pid, who.mine, who.dead) == (child.pid, True, False)
        assert f"(process {child.pid}) since " in who.sentence
        assert "last sign " in who.sentence


def test_c6_a_claim_of_a_killed_process_is_taken_at_once(tmp_path: Path) -> None:
    with other_session(tmp_path) as child:
        child.kill()
        child.wait()
        seen = holder(tmp_path)
        assert seen is not None
        assert seen.dead
        assert "that process is gone" in seen.sentence
        mine = claim(tmp_path)
        assert mine.take() is None
        mine.release()


def test_c4_a_frozen_holder_that_was_taken_over_finds_out(tmp_path: Path) -> None:
    with other_session(tmp_path, lease=0.6) as child:
        child.send_signal(signal.SIGSTOP)
        mine = claim(tmp_path)
        assert mine.take_over() is None
        child.send_signal(signal.SIGCONT)
        assert child.stdout is not None
        assert child.stdout.readline() == "lost\n"
        assert mine.held
        mine.release()


def test_c4_the_one_that_was_taken_over_is_told_and_does_not_remove_the_new_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE_SECONDS", 0.6)
    lost = threading.Event()
    first = Claim(tmp_path, lost.set)
    assert first.take() is None
    with other_session_takes_over(tmp_path) as child:
        assert lost.wait(20)
        assert not first.held
        first.release()
        seen = holder(tmp_path)
        assert seen is not None
        assert seen.pid == child.pid


@contextmanager
def other_session_takes_over(root: Path) -> Iterator[subprocess.Popen[str]]:
    code = HOLD.replace(".take()", ".take_over()")
    with subprocess.Popen(
        [sys.executable, "-c", code, str(root), "0.6"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield child
        finally:
            child.kill()


def test_c5_a_clock_that_is_wrong_ends_no_claim(tmp_path: Path) -> None:
    with other_session(tmp_path):
        marker = place(tmp_path) / "claim"
        for years in (-10, 20):
            when = marker.stat().st_mtime + years * 31_536_000
            os.utime(marker, (when, when))
            assert claim(tmp_path).take() is not None


def test_of_another_host_only_silence_counts(tmp_path: Path) -> None:
    mine = claim(tmp_path)
    assert mine.take() is None
    marker = place(tmp_path) / "claim"
    text = marker.read_text()
    mine.release()
    folder = place(tmp_path)
    folder.mkdir()
    here = os.uname().nodename
    marker.write_text(text.replace(f"host={here}", "host=gpu7"))
    (folder / "holder.json").write_text(
        json.dumps({"user": "ana", "host": "gpu7", "pid": os.getpid(), "since": 5.0})
    )
    seen = holder(tmp_path)
    assert seen is not None
    assert (seen.user, seen.host, seen.here, seen.dead, seen.mine) == ("ana", "gpu7", False, False, False)
    assert claim(tmp_path).take() is not None
    break_claim(folder)
    assert not folder.exists()


def test_a_card_that_belongs_to_nobody_is_not_believed(tmp_path: Path) -> None:
    mine = claim(tmp_path)
    assert mine.take() is None
    for card in ("", "nonsense", "[]", '{"user": "eve", "host": "x", "pid": 1}'):
        (place(tmp_path) / "holder.json").write_text(card)
        seen = holder(tmp_path)
        assert seen is not None
        assert seen.user == "someone"
        assert seen.since is None
    mine.release()


def test_where_the_dataset_is_read_only_the_claim_lies_in_the_users_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert place(tmp_path).is_relative_to(home)


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "3 s ago"), (89, "89 s ago"), (48 * 60, "48 min ago"), (3 * 3600, "3 h ago")]
)
def test_the_last_sign_in_words(seconds: float, words: str) -> None:
    assert Holder("ana", "gpu7", 7, None, seconds, False, False).sentence.endswith(words)
