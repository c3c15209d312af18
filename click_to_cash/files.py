"""Files that appear whole: one writer at a time, on the disk before they are named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from click_to_cash.errors import ClickToCashError


@contextmanager
def alone(path: Path, otherwise: str, patience: float = 0) -> Iterator[None]:
    """Hold the lock of `path`; ClickToCashError says `otherwise` where another has it.

    `patience` is in seconds.

    The kernel lets go of the lock when its process ends, however it ends; the empty
    file stays and means nothing.
    """
    lock = filelock.FileLock(path.with_name(f".{path.name}.lock"), mode=0o600)
    try:
        lock.acquire(timeout=patience)
    except filelock.Timeout:
        raise ClickToCashError(otherwise) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A folder beside `path` to write in, its owner's alone, gone at the end.

    What a writer that died has left in it goes first.
    """
    folder = path.with_name(f".{path.name}.tmp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(path: Path, former: Path | None) -> None:
    """Put a file or a folder on the disk, open to those who can read the former one.

    Whoever opens a publication to a group wants it to stay open; a first one is its
    owner's alone.
    """
    mode, group = 0o700, None
    if former and former.exists():
        found = former.stat()
        mode, group = found.st_mode & 0o777, found.st_gid
    for part in [path, *path.rglob("*")]:
        if group is not None and part.stat().st_gid != group:
            os.chown(part, -1, group)
        part.chmod(mode if part.is_dir() else mode & 0o666)
        flush(part)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
