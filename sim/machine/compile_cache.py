"""Machine code on disk: made once, kept for other processes, done without when the folder can't be written.

Only functions that Python calls are kept (the flow's door, the generator): their code holds everything they call.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

from sim.machine import machine_code
from sim.words.language import _


def keep(dispatcher: Any, *, quiet: bool = False) -> None:
    """Have the machine code of a function kept on disk; warn (unless `quiet`) and go on without when that is not
    possible.
    """
    folder = machine_code.folder(_part(dispatcher))
    try:
        if not machine_code.is_shipped(_part(dispatcher)):
            _must_be_writable(folder)
        dispatcher._cache = _Kept(dispatcher.py_func)
    except (OSError, RuntimeError) as error:
        if not quiet:
            _warn(error, folder)


def make_ready(dispatcher: Any, signature: tuple[Any, ...], seconds: int = 0) -> None:
    """Load a function's machine code from disk, or compile it: one process at a time. The first one says so when that
    takes some seconds.
    """
    if numba.config.DISABLE_JIT or dispatcher.overloads:
        return
    part = _part(dispatcher)
    folder = machine_code.folder(part)
    alone = contextlib.nullcontext() if machine_code.is_shipped(part) else _one_at_a_time(folder)
    with alone:
        if seconds and not machine_code.is_kept(dispatcher.__name__, part):
            machine_code.say_compiling(seconds)
        try:
            dispatcher.compile(signature)
        except OSError as error:  # the machine code is made; keeping it failed, and would fail again
            if seconds:
                _warn(error, folder)
            dispatcher._cache = type(numba.njit(_nothing)._cache)()  # the compiler's own way of not keeping
            dispatcher.compile(signature)


def _part(dispatcher: Any) -> str:
    return machine_code.part_of(dispatcher.py_func.__module__)


def loaded(dispatcher: Any) -> bool:
    """Whether machine code came from disk and not from the compiler in this process."""
    return bool(sum(dispatcher.stats.cache_hits.values()) > 0)


class _Place(_CacheLocator):  # type: ignore[misc]
    """The folder of a function's part. Its name tells all sources, so no date of a file is asked for: a wheel that is
    unpacked changes these.
    """

    def __init__(self, function: Any) -> None:
        self._folder = machine_code.folder(machine_code.part_of(function.__module__))
        self._line = str(function.__code__.co_firstlineno)

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Place:  # noqa: ARG003  as the compiler calls it
        """The place of a function."""
        return cls(py_func)

    def get_cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """Nothing."""
        return ""

    def get_disambiguator(self) -> str:
        """What tells functions of one name apart."""
        return self._line


class _Results(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Place,)


class _Kept(FunctionCache):  # type: ignore[misc]
    """The compiler's own cache of a function, which would take any bytes: files that are not those that were written
    are set aside, with a word, and the function is compiled again.
    """

    _impl_class = _Results

    def _index_key(self, signature: Any, codegen: Any) -> Any:
        """What machine code is for: types and processor; what came with a wheel is for every one of its kind."""
        key = super()._index_key(signature, codegen)
        return (key[0], "generic", *key[2:]) if machine_code.is_shipped(self._part()) else key

    def _part(self) -> str:
        return machine_code.part_of(self._py_func.__module__)

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Machine code from disk; None when there is none that is sound."""
        try:
            for file in self._data():
                if _sum_beside(file).read_text(encoding="ascii") != _sum(file):
                    raise ValueError
            return super().load_overload(signature, target)
        except Exception:  # whatever foreign bytes make the reader do
            self._set_aside()
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep machine code, each file with a checksum beside it. Raises OSError."""
        super().save_overload(signature, compiled)
        for file in self._data():
            _sum_beside(file).write_text(_sum(file), encoding="ascii")

    def _base(self) -> Path:
        """The index of the function's files."""
        return Path(self._cache_file._index_path)

    def _data(self) -> list[Path]:
        return sorted(self._base().parent.glob(f"{self._base().stem}.*.nbc"))

    def _set_aside(self) -> None:
        for file in (self._base(), *self._data()):
            with contextlib.suppress(OSError):  # not there, or not ours to move
                os.replace(file, file.with_name(f"{file.name}.damaged"))
        _say_once(_("the kept machine code of the quick engine is damaged: it was set aside and is compiled again"))


def _sum_beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _nothing() -> None:
    """A function that is never kept."""


def _must_be_writable(folder: Path) -> None:
    """Make the folder, which holds code that will be run, for this user only. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder):
        pass


PATIENCE_SECONDS = 300.0
"""How long others wait for the process that compiles: several times as long as it takes on a busy machine."""


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process compile while others wait for what it keeps; without locks (Windows), or when that process was
    stopped in the middle of it, each does its own.
    """
    try:
        import fcntl  # noqa: PLC0415  not on Windows

        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except (ImportError, OSError):
        yield
        return
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not _locked(lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)) and time.monotonic() < until:
            time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def _locked(lock: Callable[[], None]) -> bool:
    """Take a lock; False when another process has it."""
    try:
        lock()
    except BlockingIOError:
        return False
    return True


def _warn(error: Exception, folder: Path) -> None:
    words = _(
        "warning: the quick engine can not be kept in {folder} ({reason}): it is compiled anew each time; {variable} "
        "names another folder"
    )
    reason = _(getattr(error, "strerror", None) or str(error))
    _say(words.format(folder=folder, reason=reason, variable=machine_code.FOLDER_VARIABLE))


@functools.cache
def _say_once(words: str) -> None:
    _say(words)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201  a wait of half a minute needs a word, whoever calls
