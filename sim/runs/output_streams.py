"""Standard output and error that outlive their readers.

`qcap run … 2>&1 | head -1` closes the pipe after a line, a terminal that is closed takes nothing more: neither is a
reason to lose the work. What is written from then on goes nowhere. A full disk is another matter: that error is told.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end a command in order: Ctrl-C, a request, a closed terminal (not on Windows)."""
GONE = (errno.EPIPE, errno.EIO)
"""What the system says when nobody reads any more: of a pipe, of a terminal."""


class Enduring:
    """A text stream that goes on without its reader."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write; what nobody reads any more is written to nowhere."""
        try:
            self._stream.write(text)
        except OSError as error:
            self._go_on(error)
        return len(text)

    def flush(self) -> None:
        """Hand on what is waiting."""
        try:
            self._stream.flush()
        except OSError as error:
            self._go_on(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _go_on(self, error: OSError) -> None:
        """Turn the stream to nowhere, what still waits in it too. Raises the error when it is another one."""
        if error.errno not in GONE:
            raise error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def make_enduring() -> None:
    """Let standard output and error of this process outlive their readers."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # a process without any
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  lives as long as the process
        elif not isinstance(stream, Enduring):
            setattr(sys, name, Enduring(stream))
