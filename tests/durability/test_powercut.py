"""A power cut: a file system on a loop device is shut down without writing its log, and mounted again."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from durability.saver import number_of, text
from durability.test_kill import SAVER, environment

COUNT = 100
SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN: _IOR('X', 125, __u32) in the kernel's fs/ext4/ext4.h."""
NO_LOG_FLUSH = 2

pytestmark = pytest.mark.slow


def run(*argv: str | Path) -> None:
    subprocess.run(argv, check=True, capture_output=True, timeout=60)


@pytest.fixture
def mounted(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Path, Path, list[str]]]:
    """(image file, mount point, mount options) of a fresh file system; skipped where that is not possible."""
    kind, options = request.param
    if os.geteuid() != 0 or shutil.which(f"mkfs.{kind}") is None:
        pytest.skip(f"needs root and mkfs.{kind}")
    image, place = tmp_path / "disk", tmp_path / "mount"
    with image.open("wb") as file:
        file.truncate(320_000_000)
    place.mkdir()
    mount = ["-t", kind, "-o", ",".join(("loop", *options))]
    try:
        run(f"mkfs.{kind}", "-q", image)
        run("mount", *mount, image, place)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop device can be mounted here: {error.stderr.decode().strip()}")
    try:
        yield image, place, mount
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run("umount", place)


def cut_power(place: Path) -> None:
    """Nothing that is not on the disk yet gets there any more."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    "mounted",
    [
        pytest.param(("ext4", ()), id="ext4"),
        pytest.param(("ext4", ("noauto_da_alloc",)), id="ext4-noauto_da_alloc"),
        pytest.param(("xfs", ()), id="xfs"),
    ],
    indirect=True,
)
def test_a9_what_was_saved_is_there_after_a_power_cut(mounted: tuple[Path, Path, list[str]]) -> None:
    image, place, mount = mounted
    for name in range(COUNT):
        (place / f"old{name}.txt").write_bytes(text(1))
    os.sync()
    argv = [sys.executable, str(SAVER), "many", str(place), str(COUNT)]
    done = subprocess.run(argv, capture_output=True, text=True, env=environment(), timeout=60)
    assert done.stdout == "saved\n", done.stderr
    cut_power(place)
    run("umount", place)
    run("mount", *mount, image, place)
    found = [
        number_of(path.read_bytes()) if path.exists() else None
        for name in range(COUNT)
        for path in (place / f"new{name}.txt", place / f"old{name}.txt")
    ]
    assert found == [1, 2] * COUNT
