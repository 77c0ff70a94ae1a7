"""How many histories go into which stage of a calibration."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_SHARE = 0.3
"""Of the budget, for the sample of the prior."""
LATER_ROUNDS = 5
LEAST_BUDGET = 40
FRESH = 20
"""Fresh replications of each draw that may become the calibrated setting."""


@dataclass(frozen=True)
class Plan:
    """Histories of each stage. The rounds are the budget; what follows them takes some 15 % more."""

    rounds: tuple[int, ...]
    """The prior's first."""
    pilot: tuple[int, int]
    """Settings, and replications of each, that tell how much replications differ."""
    contenders: int
    """Draws that may become the calibrated setting, with `FRESH` replications each."""
    predictive: int
    """Draws of the ensemble, the first, that are run once to predict figures."""
    split: tuple[int, int]
    """Draws and replications of each that tell chance from open values."""
    staff: int
    """Draws for which staff needed is predicted, which takes a second flow."""
    tried: int
    """Draws for which it is predicted under each value that is tried."""

    @property
    def budget(self) -> int:
        """Histories of all rounds."""
        return sum(self.rounds)

    def total(self, n_tried: int, *, staff: bool) -> int:
        """All histories; `n_tried`: values for which staff needed is tried, `staff`: whether it is predicted."""
        pilot, split = self.pilot[0] * self.pilot[1], self.split[0] * self.split[1]
        of_staff = self.staff * staff + self.tried * n_tried
        return self.budget + pilot + self.contenders * FRESH + self.predictive + split + of_staff


def plan_of(budget: int) -> Plan:
    """A plan for a budget of at least `LEAST_BUDGET` histories."""
    first = round(FIRST_SHARE * budget)
    later = [(budget - first) // LATER_ROUNDS] * LATER_ROUNDS
    later[-1] += budget - first - sum(later)
    return Plan(
        rounds=(first, *later),
        pilot=(_between(3, budget // 500, 16), _between(3, budget // 500, 12)),
        contenders=_between(1, budget // 200, 100),
        predictive=_between(10, budget // 40, 250),
        split=(_between(4, budget // 400, 40), _between(3, budget // 2000, 5)),
        staff=_between(10, budget // 40, 250),
        tried=_between(2, budget // 500, 40),
    )


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
