"""Whatever comes in (scenario, CSV, --set, --vary, plan, targets, ensemble, chunks) gives a result or a refusal.

No other exception, no case over 10 seconds, no more than 2 GB. 500 cases here, 20,000 in the slow test; a failing
case is named by its number: `python -c "import fuzz_cases, pathlib; fuzz_cases.run(N, pathlib.Path('x'))"` in tests/.
"""

from __future__ import annotations

import resource
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fuzz_cases
import pytest

SECONDS = 10
MOST_MEMORY = 2_000_000_000
KB = 1 if sys.platform == "darwin" else 1024


class HangError(BaseException):
    """A case took too long; not an Exception, so that nothing takes it for a refusal."""


@contextmanager
def _limited() -> Iterator[None]:
    def ring(_signal: int, _frame: Any) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _failures(cases: range, folder: Path) -> list[str]:
    """What went wrong, by case; and at least a tenth must be accepted, or nothing is tried behind the first door."""
    found, accepted = [], 0
    for case in cases:
        try:
            with _limited(), warnings.catch_warnings():
                warnings.simplefilter("error")
                accepted += fuzz_cases.run(case, folder / "case")
        except (Exception, HangError) as error:
            door = fuzz_cases.TURN[case % len(fuzz_cases.TURN)].__name__
            found.append(f"case {case} ({door}): {type(error).__name__}: {str(error)[:200]}")
    assert accepted > len(cases) / 10
    return found


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KB


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the clock of a case needs signals of Unix")
def test_five_hundred_inputs_give_a_result_or_a_refusal(tmp_path: Path) -> None:
    """Normal run."""
    before = _memory()
    assert _failures(range(500), tmp_path) == []
    assert _memory() - before < MOST_MEMORY


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the clock of a case needs signals of Unix")
def test_twenty_thousand_inputs_give_a_result_or_a_refusal(tmp_path: Path) -> None:
    """Before a release."""
    before = _memory()
    assert _failures(range(500, 20_500), tmp_path) == []
    assert _memory() - before < MOST_MEMORY
