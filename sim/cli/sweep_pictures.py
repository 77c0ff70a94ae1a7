"""From the tables of a sweep to its pictures: which there are, by design and number of axes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim import labels

if TYPE_CHECKING:
    from sim.experiments.sweep_indices import Indices
    from sim.experiments.sweep_plan import Plan
    from sim.experiments.sweep_results import Swept
    from sim.plots.sweep_tables import SweepTables

MOST_MEASURES = 4
"""Measures that have a picture."""


def draw(plan: Plan, swept: Swept, indices: tuple[Indices, ...], folder: Path) -> list[str]:
    """Draw the pictures into `folder`; returns words on those that were skipped."""
    from sim.plots.sweep import draw_sweep  # noqa: PLC0415  heavy at start-up

    found = [_tables(plan, swept, indices, *pair) for pair in swept.pairs[:MOST_MEASURES]]
    return list(draw_sweep(found, folder))


def _tables(plan: Plan, swept: Swept, indices: tuple[Indices, ...], measure: str, place: str) -> SweepTables:
    """What the pictures of one measure are drawn from."""
    from sim.experiments.sweep_design import GRID  # noqa: PLC0415
    from sim.experiments.sweep_targets import replications_for  # noqa: PLC0415
    from sim.experiments.sweep_values import SCENARIO  # noqa: PLC0415
    from sim.measures import REGISTRY  # noqa: PLC0415
    from sim.plots.sweep_tables import Limit, SweepAxis, SweepTables  # noqa: PLC0415
    from sim.scenario.changing import value_at  # noqa: PLC0415

    targets = sorted(plan.base.targets.items())
    target = next(((name, one) for name, one in targets if (one.measure, one.place) == (measure, place)), None)
    limit = None
    if target:
        value = target[1].at_most if target[1].at_most is not None else target[1].at_least
        assert value is not None
        n_points = int((swept.points["replications"] > 0).sum())
        share = target[1].share_of_runs
        limit = Limit(target[0], value, target[1].at_most is not None, share, replications_for(share, n_points))
    means = swept.means[(swept.means["measure"] == measure) & (swept.means["place"] == place)]
    port = plan.base.ports.get(place)
    return SweepTables(
        title=plan.base.title,
        seed=plan.seed,
        n_replications=plan.replications,
        measure=measure,
        place=place,
        label=labels.MEASURES[measure].label,
        place_label=labels.PLACES.get(place) or (port.name if port and port.name else place),
        unit=REGISTRY[measure].unit,
        axes=tuple(SweepAxis(axis.name, axis.paths[0], bool(axis.between)) for axis in plan.axes),
        grid=plan.design.kind == GRID,
        points=swept.points.merge(means[["point", "n", "mean", "half_width"]], on="point", how="left"),
        limit=limit,
        met=swept.met[swept.met["target"] == target[0]] if target else None,
        indices=next((one.table for one in indices if (one.measure, one.place) == (measure, place)), None),
        base={axis.paths[0]: value_at(plan.base, axis.paths[0]) for axis in plan.axes if axis.paths != (SCENARIO,)},
        index_rows=next((one.rows for one in indices if (one.measure, one.place) == (measure, place)), 0),
    )
