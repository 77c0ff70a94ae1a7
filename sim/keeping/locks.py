"""Locks that the system drops when the process that holds them ends, however it ends."""

from __future__ import annotations

import os
from pathlib import Path


def take(handle: int) -> bool:
    """Take the lock of an open file without waiting; whether it was free."""
    try:
        import fcntl  # noqa: PLC0415  not on Windows
    except ImportError:
        import msvcrt  # noqa: PLC0415

        try:
            os.lseek(handle, 1 << 20, os.SEEK_SET)  # past the text, which others must be able to read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def taken(file: Path) -> bool:
    """Whether another process holds the lock of a file that is there. Raises OSError."""
    handle = os.open(file, os.O_RDWR)
    try:
        return not take(handle)
    finally:
        os.close(handle)
