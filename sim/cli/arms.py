"""Steps that compare, tornado and cap share: they run arms for the same travellers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli import errors
from sim.labels.compare import REFUSED

if TYPE_CHECKING:
    from sim.experiments.compare import Compared


def require_results(compared: Compared) -> None:
    """Raise Failed for an arm of which no replication came through: nothing can be said about it."""
    for arm in compared.arms:
        if len(arm.failed) == compared.replications:
            reason = next(iter(arm.failed.values()))
            raise errors.Failed(REFUSED["failed"].format(name=arm.arm.name, reason=reason))
