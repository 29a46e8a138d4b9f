"""One published file onto this disk: checked before it gets its name.

What arrives is written to `NAME.part`. A cut connection is taken up again where it ended (HTTP range
requests), within one call and in the next one. Only when size and sha256 are those of the manifest does the
file get its name, by a rename. A lock beside it lets one process fetch while others wait for its file.

Proxies are those of the environment (HTTPS_PROXY, NO_PROXY, ALL_PROXY): the HTTP library reads them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from tui.errors import FetchError
from tui.inference.onnxfile import known_head

if TYPE_CHECKING:
    import httpx2

UNFINISHED = ".part"
PATIENCE_S = 30.0
"""Seconds without a byte after which a server counts as silent."""

PAUSES_S = (1.0, 3.0, 9.0)
"""Seconds between connections that brought next to nothing; after the last a person is told."""

_SOME = 1 << 16
"""Bytes that a connection must bring to count as one that goes forward."""

_RESERVE = 50_000_000
"""Bytes that are left free on the disk."""

Progress = Callable[[int, int | None], None]
"""Told the bytes that are there and the bytes expected, None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Source:
    """A published file; `size` in bytes and `sha256` in hex where they are known, else None and ""."""

    url: str
    size: int | None = None
    sha256: str = ""


class _Cut(Exception):
    """The connection ended early, or nothing came for too long; what came is kept."""


def fetch(source: Source, target: Path, *, progress: Progress = lambda done, total: None) -> bool:
    """Have the file at `target`; False when another process put it there while this one waited.

    Raises FetchError, in words, for everything that can go wrong on the way; the name is then not taken, and
    what came so far is taken up by the next call where that is possible.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.with_name(f".{target.name}.lock"))
        with _held(lock, target, progress):
            if target.exists() and is_wanted(target, source):
                return False
            _into_part(source, target, progress)
            name_finished(target)
            return True
    except OSError as error:
        raise FetchError(
            f"Cannot write {target}", error.strerror or str(error), "Make room or change its rights"
        ) from error


@contextlib.contextmanager
def _held(lock: FileLock, target: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock; while another process has it, show how far that one is."""
    while True:
        try:
            lock.acquire(timeout=0.5)
            break
        except Timeout:
            progress(_length(_part(target)), None)
    try:
        yield
    finally:
        lock.release()


def _into_part(source: Source, target: Path, progress: Progress) -> None:
    """Fill and check the unfinished file, on as many connections as it takes."""
    part, stalled = _part(target), 0
    while True:
        before = _length(part)
        _check_room(source, target, before)
        try:
            _receive(source, part, progress)
        except _Cut as cut:
            stalled = stalled + 1 if _length(part) - before < _SOME else 0
            if stalled <= len(PAUSES_S):
                time.sleep(PAUSES_S[stalled - 1] if stalled else 0.0)
                continue
            raise FetchError(
                f"{_where(source)} stopped sending",
                f"{cut}; {_length(part):,} bytes{_of(source)} are here",
                "Run the command again: it goes on from there",
            ) from cut
        if is_wanted(part, source):
            return
        whole = _length(part)
        part.unlink()
        if not before:
            raise _other_file(source, whole)
        # What was here before may have been the wrong half: once more, all of it.


def _receive(source: Source, part: Path, progress: Progress) -> None:
    """Append what the server has beyond what is here. Raises _Cut, FetchError."""
    import httpx2

    have = _length(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    timeout = httpx2.Timeout(PATIENCE_S)
    try:
        with (
            httpx2.Client(follow_redirects=True, timeout=timeout) as client,
            client.stream("GET", source.url, headers=headers) as response,
        ):
            if response.status_code == 416 and have:  # all of it is here, or more than there is
                if source.size is not None and have != source.size:
                    part.unlink()
                    raise _Cut("what was here was longer than the file")
                return
            _check_answer(source, response)
            _check_redirect(source, response)
            resumed = response.status_code == 206 and _starts_at(response, have)
            _append(source, part, response, have if resumed else 0, progress)
    except httpx2.TimeoutException as error:
        raise _Cut(f"nothing came for {PATIENCE_S:g} seconds") from error
    except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.CloseError) as error:
        raise _Cut("the connection was cut") from error
    except httpx2.ConnectError as error:
        raise FetchError(f"{_where(source)} cannot be reached", _reason(error), _OFFLINE_HINT) from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise FetchError(f"Cannot fetch {source.url}", _reason(error), _OFFLINE_HINT) from error


_OFFLINE_HINT = "Check the network and the proxy (HTTPS_PROXY), or bring the file yourself"


def _append(source: Source, part: Path, response: httpx2.Response, have: int, progress: Progress) -> None:
    announced = response.headers.get("Content-Length", "")
    total = have + int(announced) if announced.isdecimal() else source.size
    done = have
    with part.open("r+b" if have else "wb") as stream:
        stream.seek(have)
        stream.truncate()
        progress(done, total)
        for chunk in response.iter_raw():
            if done == 0:
                _check_head(source, chunk, part)
            stream.write(chunk)
            done += len(chunk)
            if source.size is not None and total != source.size:
                break
            progress(done, total)
        stream.flush()
        os.fsync(stream.fileno())
    if source.size is not None and (total != source.size or done > source.size):
        part.unlink()
        raise _other_file(source, max(total or 0, done))
    if total is not None and done < total:
        raise _Cut("the connection was cut")


def _check_answer(source: Source, response: httpx2.Response) -> None:
    status = response.status_code
    if status in (200, 206):
        return
    reasons = {
        401: ("asks for a login", "Log in there with a browser and put the file into place yourself"),
        403: ("refuses to hand it out", "Open the address in a browser: it may ask for consent to a licence"),
        404: ("has no such file", "Look at the model's page: it may have moved"),
        410: ("has no such file any more", "Look at the model's page: it may have moved"),
        429: ("has had too many requests", "Wait a while and run the command again"),
    }
    what, fix = reasons.get(status, ("answers with an error", "Run the command again later"))
    raise FetchError(f"{_where(source)} {what}", f"HTTP {status} for {source.url}", fix)


def _check_redirect(source: Source, response: httpx2.Response) -> None:
    if source.url.startswith("https:") and response.url.scheme != "https":
        raise FetchError(f"{_where(source)} leads to an address that is not protected", str(response.url))


def _check_head(source: Source, chunk: bytes, part: Path) -> None:
    """Refuse at once what shows in the first bytes: a login page, a git-lfs pointer."""
    found = known_head(chunk[:64])
    kind = Path(part.stem).suffix.lower()
    if found is None or (kind == ".zip" and "zip" in found[0]) or (kind == ".json" and "JSON" in found[0]):
        return
    part.unlink()
    raise FetchError(
        f"What {_where(source)} sent {found[0]}", found[1], f"Look at {source.url} with a browser"
    )


def _starts_at(response: httpx2.Response, have: int) -> bool:
    """Whether a partial answer begins where what is here ends."""
    return str(response.headers.get("Content-Range", "")).startswith(f"bytes {have}-")


def is_wanted(path: Path, source: Source) -> bool:
    """Whether the file at `path` has the size and sha256 of the published one, as far as those are known."""
    if source.size is not None and path.stat().st_size != source.size:
        return False
    if not source.sha256:
        return True
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == source.sha256


def name_finished(target: Path) -> None:
    """Give the file at NAME.part its name, so that it is there after a power cut too."""
    _part(target).replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_room(source: Source, target: Path, have: int) -> None:
    free = shutil.disk_usage(target.parent).free
    missing = (source.size or 0) - have
    if missing > free - _RESERVE and missing > 0:
        raise FetchError(
            f"There is too little room in {target.parent}",
            f"{missing / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free",
            "Make room",
        )


def _other_file(source: Source, length: int) -> FetchError:
    if source.size is not None and length != source.size:
        why = f"it has {length:,} bytes, {source.size:,} are expected"
    else:
        why = f"its sha256 is not {source.sha256}"
    return FetchError(
        f"{_where(source)} has another file under this name", f"{why} ({source.url})", "Nothing was kept"
    )


def _where(source: Source) -> str:
    """The server's name."""
    return source.url.split("/", 3)[2] if source.url.count("/") > 2 else source.url


def _of(source: Source) -> str:
    return f" of {source.size:,}" if source.size else ""


def _reason(error: Any) -> str:
    return str(error) or type(error).__name__


def _part(target: Path) -> Path:
    return target.with_name(target.name + UNFINISHED)


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
