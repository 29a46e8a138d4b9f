"""Files come whole and checked, or a sentence says why not, and what came is not lost."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from inference.webserver import Page, Server, serving
from tui.errors import FetchError
from tui.inference import fetch as module
from tui.inference.fetch import Source, fetch, is_wanted

DATA = bytes(range(256)) * 1200
SHA = hashlib.sha256(DATA).hexdigest()
HTML = b"<!DOCTYPE html><html><body>Please log in</body></html>"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES_S", (0.0, 0.0, 0.0))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def source(server: Server, path: str = "/m.onnx", *, size: int | None = len(DATA), sha: str = SHA) -> Source:
    return Source(server.url(path), size, sha)


def test_a_file_arrives_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serving(m=Page(DATA)) as server:
        assert fetch(source(server), tmp_path / "new" / "m.onnx", progress=lambda *now: seen.append(now))
    assert (tmp_path / "new" / "m.onnx").read_bytes() == DATA
    assert seen[0] == (0, len(DATA))
    assert seen[-1] == (len(DATA), len(DATA))
    assert not list(tmp_path.glob("**/*.part"))


def test_without_known_size_and_digest_it_arrives_too(tmp_path: Path) -> None:
    with serving(m=Page(DATA, announce=False)) as server:
        assert fetch(source(server, size=None, sha=""), tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").read_bytes() == DATA


def test_a_file_that_is_there_is_not_asked_for_and_a_wrong_one_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "m.onnx"
    with serving(m=Page(DATA)) as server:
        target.write_bytes(DATA)
        assert fetch(source(server), target) is False
        assert server.asked == []
        target.write_bytes(b"\0" * len(DATA))
        assert fetch(source(server), target)
    assert target.read_bytes() == DATA


def test_m7_a_cut_connection_is_taken_up_where_it_ended(tmp_path: Path) -> None:
    with serving(m=Page(DATA, cuts=[100_000, 70_000])) as server:
        assert fetch(source(server), tmp_path / "m.onnx")
    assert [asked for _, asked in server.asked] == ["", "bytes=100000-", "bytes=170000-"]
    assert (tmp_path / "m.onnx").read_bytes() == DATA


def test_a_server_that_cuts_again_and_again_is_left_and_the_next_call_goes_on(tmp_path: Path) -> None:
    with serving(m=Page(DATA, cuts=[1000, 10, 0, 0])) as server:
        with pytest.raises(
            FetchError, match=r"stopped sending: the connection was cut; 1,010 bytes of 307,200"
        ):
            fetch(source(server), tmp_path / "m.onnx")
        assert not (tmp_path / "m.onnx").exists()
        assert fetch(source(server), tmp_path / "m.onnx")
    assert server.asked[-1] == ("/m.onnx", "bytes=1010-")
    assert (tmp_path / "m.onnx").read_bytes() == DATA


def test_a_server_without_ranges_begins_anew(tmp_path: Path) -> None:
    with serving(m=Page(DATA, cuts=[100_000], ranges=False)) as server:
        assert fetch(source(server), tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").read_bytes() == DATA


def test_what_was_here_before_may_be_of_another_file(tmp_path: Path) -> None:
    (tmp_path / "m.onnx.part").write_bytes(b"x" * 5000)
    with serving(m=Page(DATA)) as server:
        assert fetch(source(server), tmp_path / "m.onnx")
    assert [asked for _, asked in server.asked] == ["bytes=5000-", ""]
    assert (tmp_path / "m.onnx").read_bytes() == DATA


@pytest.mark.parametrize("here", [DATA, DATA + b"x", b"y" * len(DATA)])
def test_what_was_here_before_may_be_all_of_it_or_too_much(here: bytes, tmp_path: Path) -> None:
    (tmp_path / "m.onnx.part").write_bytes(here)
    with serving(m=Page(DATA)) as server:
        assert fetch(source(server), tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").read_bytes() == DATA


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Page(b"z" * len(DATA)), f"another file under this name: its sha256 is not {SHA}"),
        (Page(DATA[:-7]), r"another file under this name: it has 307,193 bytes, 307,200 are expected"),
        (Page(DATA + DATA), "it has 614,400 bytes, 307,200 are expected"),
        (Page(HTML), "sent is a web page, not a model: did the download need a login"),
        (Page(HTML.ljust(len(DATA))), "sent is a web page, not a model"),
        (Page(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "is a git-lfs pointer"),
        (Page(status=404), "has no such file: HTTP 404"),
        (Page(status=403), "refuses to hand it out: HTTP 403"),
        (Page(status=401), "asks for a login: HTTP 401"),
        (Page(status=503), "answers with an error: HTTP 503"),
        (Page(location="ftp://example.invalid/m"), "Cannot fetch"),
    ],
)
def test_m7_what_is_wrong_is_a_sentence_and_leaves_nothing(page: Page, words: str, tmp_path: Path) -> None:
    with serving(m=page) as server, pytest.raises(FetchError, match=words) as caught:
        fetch(source(server), tmp_path / "m.onnx")
    assert caught.value.exit_code == 1
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")] == []


def test_a_silent_server_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    monkeypatch.setattr(module, "PAUSES_S", ())
    over = threading.Event()
    with serving(m=Page(DATA[:20_000], hold=lambda: over.wait(30))) as server:
        with pytest.raises(
            FetchError, match=r"nothing came for 0\.2 seconds; 10,000 bytes of 20,000 are here"
        ):
            fetch(source(server, size=20_000), tmp_path / "m.onnx")
        over.set()


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with serving() as server:
        gone = source(server)
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch(gone, tmp_path / "m.onnx")


def test_redirects_are_followed(tmp_path: Path) -> None:
    with serving(m=Page(DATA), old=Page(location="/m.onnx")) as server:
        assert fetch(source(server, "/old.onnx"), tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").read_bytes() == DATA


def test_the_proxy_of_the_environment_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        proxy.pages["http://models.invalid/m.onnx"] = Page(DATA)
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        assert fetch(Source("http://models.invalid/m.onnx", len(DATA), SHA), tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").read_bytes() == DATA


def test_no_room_is_said_before_anything_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RESERVE", 1 << 62)
    with serving(m=Page(DATA)) as server, pytest.raises(FetchError, match="too little room"):
        fetch(source(server), tmp_path / "m.onnx")
    assert server.asked == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FetchError, match="Cannot write"):
        fetch(Source("http://127.0.0.1:9/m"), tmp_path / "file" / "m.onnx")


def test_m7_two_processes_fetch_a_file_once(tmp_path: Path) -> None:
    """Both are started while the server holds its answer back; it is asked once."""
    code = (
        "import sys; from pathlib import Path; from tui.inference.fetch import Source, fetch\n"
        "url, size, sha, target = sys.argv[1:]\n"
        "shown = []\n"
        "def progress(done, total):\n"
        "    if not shown: shown.append(print('begun', flush=True))\n"
        "print(fetch(Source(url, int(size), sha), Path(target), progress=progress))"
    )
    go = threading.Event()
    with serving(m=Page(DATA, hold=lambda: go.wait(60))) as server:
        argv = [
            sys.executable,
            "-c",
            code,
            server.url("/m.onnx"),
            str(len(DATA)),
            SHA,
            str(tmp_path / "m.onnx"),
        ]
        running = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
        go.set()
        out = [process.communicate(timeout=60)[0] for process in running]
    assert sorted(text.strip() for text in out) == ["False", "True"]
    assert len(server.asked) == 1
    assert is_wanted(tmp_path / "m.onnx", Source("", len(DATA), SHA))
