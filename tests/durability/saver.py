"""Programs that the durability tests kill, trace and race: `python saver.py WHAT FOLDER ...`.

Each says on standard output, in one write, what it has acknowledged.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tui.data.atomic import write_checked
from tui.errors import ConflictError, SaveError

FILES = 5


def text(number: int) -> bytes:
    """A label file's content that tells its number and whether it is whole."""
    return (
        b"".join(b"%d 0.5 0.5 0.%06d 0.1\n" % (number, line) for line in range(20)) + b"# end %d\n" % number
    )


def number_of(data: bytes) -> int | None:
    """The number of a whole content, 0 for an empty one, None for a torn one."""
    if not data:
        return 0
    last = data.splitlines()[-1]
    number = int(last.split()[-1]) if last.startswith(b"# end ") else -1
    return number if data == text(number) else None


def loop(folder: Path) -> None:
    """Save file after file for ever, always the next number."""
    contents = {name: read(folder / f"{name}.txt") for name in range(FILES)}
    number = max((number_of(data or b"") or 0) for data in contents.values())
    while True:
        for name in range(FILES):
            number += 1
            path = folder / f"{name}.txt"
            write_checked(path, text(number), expected=contents[name], root=folder)
            contents[name] = text(number)
            os.write(1, b"%d %d\n" % (name, number))


def once(folder: Path) -> None:
    """One save over what is there; prints `saved`, or the sentence of the error."""
    path = folder / "a.txt"
    try:
        write_checked(path, text(2), expected=text(1), root=folder)
    except SaveError as error:
        print(error.sentence)
        sys.exit(3)
    print("saved")


def race(folder: Path, me: str, count: int) -> None:
    """Read, add a line of one's own, save, `count` times; prints what was acknowledged."""
    path = folder / "a.txt"
    for k in range(count):
        current = read(path) or b""
        line = f"{me} {k}\n".encode()
        try:
            write_checked(path, current + line, expected=current, root=folder)
        except ConflictError:
            print("conflict", k)
        else:
            print("saved", k)


def many(folder: Path, count: int) -> None:
    """Save `count` new files and as many that exist, then tell so."""
    for name in range(count):
        write_checked(folder / f"new{name}.txt", text(1), expected=None, root=folder)
        write_checked(folder / f"old{name}.txt", text(2), expected=text(1), root=folder)
    print("saved", flush=True)


def read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    what, place, *rest = sys.argv[1:]
    if what == "race":
        race(Path(place), rest[0], int(rest[1]))
    elif what == "many":
        many(Path(place), int(rest[0]))
    else:
        {"loop": loop, "once": once}[what](Path(place))
