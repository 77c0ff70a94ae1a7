"""Steps that compare, tornado and cap share: they run arms for the same travellers, and keep all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.shell import errors
from sim.words import SAID
from sim.words.compare import REFUSED

if TYPE_CHECKING:
    from sim.runs.arms import Compared


def require_results(compared: Compared) -> None:
    """Raise Failed for an arm of which no replication came through: nothing can be said about it."""
    for arm in compared.arms:
        if len(arm.failed) == compared.replications:
            reason = next(iter(arm.failed.values()))
            raise errors.Failed(REFUSED["failed"].format(name=arm.arm.name, reason=reason))


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """At Ctrl-C, say that nothing was written, and which command keeps what is finished. Raises Interrupted."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise errors.Interrupted(SAID["all_or_nothing"]) from error
