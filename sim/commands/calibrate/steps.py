"""The experiment behind `qcap calibrate`: rounds, posterior, fresh histories, proof; tables are made in `results`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.calibrate.beliefs import EXCLUDED, Posterior, Proof, posterior_of, proof_of
from sim.commands.calibrate.fresh import (
    ByRule,
    Changes,
    Chosen,
    Part,
    Predicted,
    choose,
    draws_of,
    ensemble_of,
    parts,
    points_of,
    predict,
    run_by_rule,
)
from sim.commands.calibrate.histories import Bench
from sim.commands.calibrate.plan import Plan
from sim.commands.calibrate.refused import refuses
from sim.commands.calibrate.rounds import Case, Reference, run_rounds
from sim.commands.calibrate.targets import Targets, key, with_marks
from sim.commands.calibrate.unknowns import Unknowns
from sim.measures import REGISTRY
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.files.changing import value_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.measures.reported import Figure
    from sim.scenario.tables.schema import Scenario

ENSEMBLE_SEED, RULES_SEED, PROOF_SEED = 7_001, 7_101, 7_201


@dataclass(frozen=True)
class Calibrated:
    """All that came of a calibration."""

    case: Case
    plan: Plan
    reference: Reference
    found: Posterior
    draws: list[Changes]
    """Of the ensemble, all rules together."""
    chosen: Chosen
    predicted: Predicted
    by_rule: ByRule
    parts: list[Part]
    proof: Proof
    failed: dict[str, str]
    compared: int
    histories: int
    seconds: float
    engine: str
    seed: int

    @property
    def excluded(self) -> tuple[int, ...]:
        """Rules of which the ensemble has no draw."""
        return tuple(np.flatnonzero(self.found.rule_shares < EXCLUDED).tolist())

    @property
    def rule_words(self) -> str:
        """The rule under which values are calibrated."""
        return self.case.unknowns.rule_words(self.found.main)


def case_of(figures: Sequence[Figure], unknowns: Unknowns, targets_file: str, scenario: Scenario) -> Case:
    """Figures and unknowns together. Raises ScenarioError when no figure can be aimed at."""
    targets = Targets(tuple(figures))
    second = [figure for figure in targets.aimed_at if REGISTRY[figure.measure].second_flow]
    faults = [
        Fault(
            targets_file,
            f"{figure.measure} at {figure.place}",
            None,
            f"cannot be {figure.role}: it takes a second flow",
        )
        for figure in second
    ]
    if not targets.aimed_at:
        faults.append(Fault(targets_file, "role", None, "no figure is identity or fitted: there is nothing to aim at"))
    if faults:
        raise ScenarioError(faults)
    asked = [(each.measure, each.place) for each in (*unknowns.candidates, *unknowns.answers)]
    keys = with_marks([*targets.seen, *(each for each in asked if not REGISTRY[each[0]].second_flow)])
    own = tuple(value_at(scenario, choice.paths[0]) for choice in unknowns.choices)
    own_rule = unknowns.rules.index(own) if own in unknowns.rules else None
    return Case(unknowns, targets, keys, own_rule, refuses(scenario))


def total_of(case: Case, plan: Plan) -> int:
    """All histories of a calibration."""
    staff = bool(case.targets.seen_with_staff)
    tried = len(case.unknowns.predictions[0].values) if staff and case.unknowns.predictions else 0
    return plan.total(tried, staff=staff)


def calibrate(case: Case, bench: Bench, plan: Plan) -> Calibrated:
    """Run it. Raises what `Bench.run` raises; finished chunks are kept then."""
    started = time.monotonic()
    reference = run_rounds(case, bench, plan)
    found = posterior_of(reference, case)
    contenders = draws_of(found, case, bench, found.main, plan.contenders, bench.seed + ENSEMBLE_SEED)
    z = points_of(found, found.main, plan.contenders, bench.seed + ENSEMBLE_SEED)
    chosen = choose(case, bench, plan, reference, contenders, z)
    draws = ensemble_of(found, case, bench, bench.seed + ENSEMBLE_SEED)
    predicted = predict(case, bench, plan, draws)
    units = {name: definition.unit for name, definition in REGISTRY.items()}
    by_rule = run_by_rule(case, bench, plan, found, bench.seed + RULES_SEED)
    return Calibrated(
        case=case,
        plan=plan,
        reference=reference,
        found=found,
        draws=draws,
        chosen=chosen,
        predicted=predicted,
        by_rule=by_rule,
        parts=parts(case, found, by_rule, units),
        proof=proof_of(reference, case, found, bench.seed + PROOF_SEED),
        failed=dict(bench.failed),
        compared=bench.compared,
        histories=bench.count,
        seconds=time.monotonic() - started,
        engine=bench.engine,
        seed=bench.seed,
    )


def figure_values(done: Calibrated, figure: Figure) -> NDArray[np.float64]:
    """Values of a reported figure in fresh single histories; none where it is not predicted."""
    columns: dict[Any, Any] = done.predicted.columns
    if key(figure) in columns:
        values = columns[key(figure)]
    else:
        values = done.predicted.staff.get(None, {}).get(key(figure), np.empty(0))
    return np.asarray(values[~np.isnan(values)], dtype=np.float64)
