"""Records of a million images in a few hundred append-only files, safe with several processes and crashes.

A folder of at most 256 files; a key's file is chosen by its hash. A line is the CRC-32 of what follows, a
blank, and a JSON object that begins with the key:

    3f1c90aa {"path":"images/a.jpg","state":"accepted"}

The last good line of a key counts. A line that was torn by a crash or damaged since is passed over, and so a
writer needs no more than an append. Finding one key is a search backwards through one file of bytes: no index
to keep in step, and no SQLite, which breaks on network disks.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tui.data.atomic import write_atomic
from tui.data.files import open_regular
from tui.data.locks import folder_lock

Record = dict[str, Any]

_MAX_SHARD = 512_000_000
"""Bytes of a file that is still read: fifty times what a shard of ten million images takes."""

_COMPACT_FROM = 64 * 1024
_SUFFIX = ".jsonl"


class Shards:
    """Records by key in `folder`, which is created by the first write. Methods raise OSError, SaveError.

    `damaged` counts lines that were passed over by this object.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.damaged = 0

    def get(self, key: str) -> Record | None:
        """The newest record of a key."""
        return self._newest(self._read(self._path(key)), key)

    def put(self, key: str, change: Callable[[Record], Record], *, durable: bool = True) -> None:
        """Append what `change` makes of the newest record (empty where there is none).

        No other process writes in the folder meanwhile. Nothing is written when nothing changed. Without
        `durable` the line survives this process, but perhaps not a power cut.
        """
        path = self._path(key)
        self._folder.mkdir(parents=True, exist_ok=True)
        with folder_lock(self._folder):
            content = self._read(path)
            old = self._newest(content, key) or {}
            new = change(dict(old))
            if new == old:
                return
            line = _line(key, new)
            # After a torn line a new one must not be glued to its end.
            gap = b"\n" if content and not content.endswith(b"\n") else b""
            _append(path, gap + line, durable)
            before, after = len(content), len(content) + len(gap) + len(line)
            # At every doubling: looked at rarely enough to cost nothing, often enough to stay small.
            if after >= _COMPACT_FROM and before.bit_length() != after.bit_length():
                self._compact(path)

    def __iter__(self) -> Iterator[tuple[str, Record]]:
        """The newest record of every key, one file in memory at a time."""
        try:
            names = sorted(os.listdir(self._folder))  # noqa: PTH208  a name per shard, no Path needed
        except FileNotFoundError:
            return
        for name in names:
            if name.endswith(_SUFFIX) and not name.startswith("."):
                newest: dict[str, Record] = {}
                for line in self._read(self._folder / name).splitlines():
                    if found := self._parsed(line):
                        newest[found[0]] = found[1]
                yield from newest.items()

    def _path(self, key: str) -> Path:
        digest = hashlib.blake2b(os.fsencode(key), digest_size=1).hexdigest()
        return self._folder / f"{digest}{_SUFFIX}"

    def _read(self, path: Path) -> bytes:
        try:
            with open_regular(path) as file:
                data = file.read(_MAX_SHARD + 1)
        except FileNotFoundError:
            return b""
        if len(data) > _MAX_SHARD:
            raise OSError(f"{path} is larger than {_MAX_SHARD // 1_000_000} MB")
        return data

    def _newest(self, content: bytes, key: str) -> Record | None:
        """The last good line of `key`. A quote inside a JSON text is escaped, so `head` occurs in no text."""
        head = b" " + _head(key)
        end = len(content)
        while (at := content.rfind(head, 0, end)) >= 0:
            start = content.rfind(b"\n", 0, at) + 1
            stop = content.find(b"\n", at)
            found = self._parsed(content[start : stop if stop >= 0 else len(content)])
            if found and found[0] == key:
                return found[1]
            end = at + len(head) - 1
        return None

    def _parsed(self, line: bytes) -> tuple[str, Record] | None:
        """(key, record) of a line, None for a damaged one."""
        if not line:
            return None
        try:
            if int(line[:8], 16) == zlib.crc32(line[9:]) and line[8:9] == b" ":
                record = json.loads(line[9:].decode())
                return _unescaped(record.pop("path")), record
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
            pass
        self.damaged += 1
        return None

    def _compact(self, path: Path) -> None:
        """Keep one line per key where that saves half; damaged lines go, they say nothing."""
        content = self._read(path)
        newest: dict[str, bytes] = {}
        for line in content.splitlines():
            if found := self._parsed(line):
                newest.pop(found[0], None)
                newest[found[0]] = line
        kept = b"".join(line + b"\n" for line in newest.values())
        if len(kept) * 2 <= len(content):
            write_atomic(path, kept)


def _line(key: str, record: Record) -> bytes:
    rest = json.dumps(record, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    text = _head(key) + (b"}" if rest == b"{}" else b"," + rest[1:])
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _head(key: str) -> bytes:
    return b'{"path":' + json.dumps(escaped(key)).encode("ascii")


def escaped(key: str) -> str:
    """A key that any JSON reader takes: bytes that are not UTF-8 as `%` and two digits, `%` as `%25`."""
    escaped = key.replace("%", "%25")
    if escaped.isascii():
        return escaped
    return "".join(f"%{ord(c) - 0xDC00:02X}" if 0xDC80 <= ord(c) <= 0xDCFF else c for c in escaped)


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text
    head, *rest = text.split("%")
    parts = [head]
    for part in rest:
        code = int(part[:2], 16)
        parts.append((chr(code) if code < 0x80 else chr(0xDC00 + code)) + part[2:])
    return "".join(parts)


def _append(path: Path, data: bytes, durable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        if durable:
            os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
