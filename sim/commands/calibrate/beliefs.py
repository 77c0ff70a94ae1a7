"""What the reference table says about the unknowns: the posterior, rule by rule, and how much the figures say.

Rules are never mixed into one average: each has its posterior share, and the unknowns are told for each by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.calibrate.abc import posterior
from sim.commands.calibrate.case import Case
from sim.commands.calibrate.rounds import Reference
from sim.commands.calibrate.unknowns import Unknown, Unknowns

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LIMIT = 1.0
"""Largest distance of the posterior: off by what tolerances and chance allow."""
LEAST = 200.0
"""Effective sample size below which the limit is widened, and that is said."""
OTHER_LIMITS = {"half": 0.5, "double": 2.0}
"""The posterior at half and at double tolerance."""
BAND = (0.05, 0.5, 0.95)
LEAST_SHARE = 0.05
"""Posterior share below which the figures speak against a rule."""
EXCLUDED = 0.02
"""Posterior share below which a rule is excluded: the ensemble has no draw of it."""
LEAST_OF_RULE = 30.0
"""Effective sample size from which the unknowns are shown for a rule."""
SAYS_NOTHING = (0.2, 0.35)
"""The figures say nothing about an unknown whose variance shrank by less than this share and whose mean moved by less
than so many standard deviations of its prior; or by less than two and a half standard errors of n effective histories,
sqrt(2 / n) and 1 / sqrt(n), which chance alone may do."""
STANDARD_ERRORS = 2.5
TRADE_OFF = 0.25
"""Correlation from which two unknowns trade off."""
N_PROOF = 200


@dataclass(frozen=True)
class Posterior:
    """Accepted rows with their weights, the unknowns adjusted to the reported figures."""

    accepted: posterior.Accepted
    z: Floats
    """Adjusted unknowns on the normal scale, one row per accepted row."""
    rule: Ints
    rule_shares: Floats
    """Posterior share of each rule."""
    main: int
    """The rule under which values are calibrated: the scenario's own unless the figures speak against it, else the
    likeliest."""

    def of_rule(self, rule: int) -> tuple[Floats, Floats]:
        """Unknowns and weights (summing to 1) of one rule."""
        mine = self.rule == rule
        weights = self.accepted.weights[mine]
        return self.z[mine], weights / weights.sum()

    def effective(self, rule: int) -> float:
        """Effective sample size of one rule."""
        return posterior.effective_size(self.accepted.weights[self.rule == rule])


def posterior_of(reference: Reference, case: Case, limit: float = LIMIT, least: float = LEAST) -> Posterior:
    """The posterior within a limit of distance."""
    observed = case.targets.observed
    distance = posterior.distances(reference.summaries, observed, reference.scale)
    near = posterior.accepted(distance, reference.weights, limit, least)
    z, rule = reference.points.z[near.rows].copy(), reference.points.rule[near.rows]
    for each in np.unique(rule):
        mine = rule == each
        figures = reference.summaries[near.rows[mine]]
        moved = posterior.adjusted(z[mine], figures, observed, near.weights[mine], reference.scale)
        refused = [case.refuses(case.unknowns.drawn(row)) for row in case.unknowns.values(moved)]
        z[mine] = np.where(np.array(refused)[:, None], z[mine], moved)  # those stay as they were run
    weight = np.bincount(rule, weights=near.weights, minlength=len(case.unknowns.rules))
    shares: Floats = np.asarray(weight / max(float(weight.sum()), 1e-300), dtype=np.float64)
    own = case.own_rule
    main = own if own is not None and shares[own] >= LEAST_SHARE else int(np.argmax(shares))
    return Posterior(near, z, rule, shares, main)


def rules_to_tell(found: Posterior) -> list[int]:
    """Rules for which the unknowns can be shown, the main one first, then the likeliest."""
    order = [int(rule) for rule in np.argsort(-found.rule_shares, kind="stable") if found.rule_shares[rule] > 0]
    enough = [rule for rule in order if rule != found.main and found.effective(rule) >= LEAST_OF_RULE]
    return [found.main, *enough]


def unknown_rows(found: Posterior, unknowns: Unknowns, rule: int) -> list[dict[str, Any]]:
    """Prior and posterior of each unknown under one rule, and how much the figures say."""
    z, weights = found.of_rule(rule)
    error = STANDARD_ERRORS / math.sqrt(max(posterior.effective_size(weights), 1.0))
    least = max(SAYS_NOTHING[0], error * math.sqrt(2)), max(SAYS_NOTHING[1], error)
    rows = []
    for i, unknown in enumerate(unknowns.numbers):
        mean, sd = float(weights @ z[:, i]), posterior.spread(z[:, i], weights)
        contraction = 1 - sd**2
        ends = posterior.quantiles(z[:, i], weights, BAND)
        rows.append({
            "rule": unknowns.rule_words(rule),
            "unknown": unknown.id,
            "label": unknown.label,
            "paths": "; ".join(unknown.paths),
            **{f"prior_{p}": v for p, v in zip(("p5", "p50", "p95"), at(unknown, _PRIOR_ENDS), strict=True)},
            **dict(zip(("p5", "p50", "p95"), at(unknown, ends), strict=True)),
            "contraction": contraction,
            "shift": mean,
            "says_nothing": contraction < least[0] and abs(mean) < least[1],
            "why": unknown.why,
        })  # fmt: skip
    return rows


_PRIOR_ENDS = np.array([-1.6448536269514722, 0.0, 1.6448536269514722])  # normal quantiles of BAND


def at(unknown: Unknown, z: Floats) -> list[float]:
    """Values of an unknown at points of the normal scale."""
    return [float(f"{value:.5g}") for value in unknown.prior.value(z)]


def unknowns_table(found: Posterior, unknowns: Unknowns) -> pd.DataFrame:
    """`unknown_rows` of all rules that can be shown."""
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame([row for rule in rules_to_tell(found) for row in unknown_rows(found, unknowns, rule)])


def tolerance_table(reference: Reference, case: Case, found: Posterior) -> pd.DataFrame:
    """Medians and bands of the main rule at half, stated and double tolerance, with effective sample sizes."""
    import pandas as pd  # noqa: PLC0415

    rule, rows = found.main, []
    others = {name: posterior_of(reference, case, limit, 1.0) for name, limit in OTHER_LIMITS.items()}
    for name, each in {"half": others["half"], "stated": found, "double": others["double"]}.items():
        if each.effective(rule) < 3:
            continue
        for row in unknown_rows(each, case.unknowns, rule):
            facts = {"limit": each.accepted.limit, "effective": each.effective(rule)}
            rows.append({"tolerance": name, **facts, **{key: row[key] for key in ("unknown", "p5", "p50", "p95")}})
    return pd.DataFrame(rows)


def trade_offs(found: Posterior, unknowns: Unknowns) -> list[tuple[int, int, float]]:
    """Pairs of unknowns of the main rule with their correlation, the strongest first."""
    z, weights = found.of_rule(found.main)
    off = z - weights @ z
    covariance = (off * weights[:, None]).T @ off
    sd = np.sqrt(np.diag(covariance)) + 1e-12
    correlation = covariance / np.outer(sd, sd)
    n = len(unknowns.numbers)
    pairs = [(i, j, float(correlation[i, j])) for i in range(n) for j in range(i + 1, n)]
    return sorted(pairs, key=lambda pair: -abs(pair[2]))


def helpful_figures(reference: Reference, case: Case, found: Posterior) -> pd.DataFrame:
    """For each figure that could be collected: share of each unknown's remaining variance that it would remove."""
    import pandas as pd  # noqa: PLC0415

    mine = found.rule == found.main
    rows_of_table = found.accepted.rows[mine]
    z, weights = found.of_rule(found.main)
    rows = []
    for measure, place in case.unknowns.candidates:
        removed = posterior.explained(z, reference.columns[measure, place][rows_of_table], weights)
        for unknown, share in zip(case.unknowns.numbers, removed, strict=True):
            rows.append({"measure": measure, "place": place, "unknown": unknown.id, "removed": share})
    table = pd.DataFrame(rows, columns=["measure", "place", "unknown", "removed"])
    table["removed_in_all"] = table.groupby(["measure", "place"])["removed"].transform("sum")
    return table.sort_values(["removed_in_all", "removed"], ascending=False, kind="stable")


@dataclass(frozen=True)
class Proof:
    """Ranks of left-out rows (rows, unknowns), under the main rule."""

    ranks: Floats
    covered: Ints
    expected: tuple[int, int]

    @property
    def honest(self) -> bool:
        """Whether every unknown's 90 % interval held the truth about as often as it should."""
        low, high = self.expected
        return bool(len(self.ranks)) and all(low <= n <= high for n in self.covered)


def proof_of(reference: Reference, case: Case, found: Posterior, seed: int) -> Proof:
    """Leave rows near the reported figures out, one at a time, and see whether they are found."""
    rule = np.flatnonzero(reference.points.rule == found.main)
    table = posterior.RuleTable(
        reference.points.z[rule], reference.summaries[rule], reference.weights[rule], reference.scale
    )
    distance = posterior.distances(table.summaries, case.targets.observed, table.scale)
    rows = posterior.rows_near(distance, table.weights, OTHER_LIMITS["double"], N_PROOF, seed)
    ranks = posterior.left_out_ranks(table, rows, LIMIT, LEAST)
    return Proof(ranks, posterior.covered(ranks), posterior.expected_covered(len(rows)))
