"""Pictures of a finished sweep: from its tables to the pictures that there are, by design and number of axes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim import words as labels
from sim.commands.sweep.design import GRID, SCENARIO, short_names
from sim.commands.sweep.pictures.lines import draw_indices, draw_line, draw_scatter
from sim.commands.sweep.pictures.maps import draw_map
from sim.commands.sweep.pictures.shared import Limit, SweepAxis, SweepTables
from sim.drawing import page
from sim.drawing.tables import Picture, Skipped
from sim.drawing.text import as_shown
from sim.measures import REGISTRY
from sim.measures.names import path_words
from sim.numbers.verdicts import fewest_replications
from sim.sampling.expected import people_a_day
from sim.sampling.roster import staff_on
from sim.scenario.files.changing import value_at
from sim.words.sweep import PICTURES

if TYPE_CHECKING:
    from sim.commands.sweep.indices import Indices
    from sim.commands.sweep.plan import SweepPlan
    from sim.commands.sweep.tables import Swept
    from sim.scenario.tables.schema import Scenario

Draw = Callable[[SweepTables], Picture | Skipped]


def draw_sweep(measures: Sequence[SweepTables], folder: Path, *, suffix: str = ".png") -> tuple[str, ...]:
    """Draw the pictures of each measure into `folder` (made if need be); returns why others were not drawn.

    Beside each picture lies a CSV of the same name with the numbers drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    skipped: dict[str, None] = {}
    for tables in measures:
        for ending, draw in _pictures(tables):
            with page.picture_style():
                picture = draw(tables)
                if isinstance(picture, Skipped):
                    skipped[picture.reason] = None
                else:
                    page.save(picture, folder, f"{tables.stem}{ending}", suffix)
    return tuple(skipped)


def _pictures(tables: SweepTables) -> Iterator[tuple[str, Draw]]:
    """Endings of file names, and how each picture is drawn."""
    if tables.indices is not None:
        yield "-indices", draw_indices
    if not tables.grid:
        yield "", draw_scatter
    else:
        yield "", draw_line if len(tables.axes) == 1 else draw_map


MOST_MEASURES = 4
"""Measures that have a picture."""


def draw(plan: SweepPlan, swept: Swept, indices: tuple[Indices, ...], folder: Path, tell: str = "") -> list[str]:
    """Draw the pictures into `folder`; returns words on those that were skipped. `tell`: see `RunTables`."""
    found = [replace(_tables(plan, swept, indices, *pair), tell=tell) for pair in swept.pairs[:MOST_MEASURES]]
    return list(draw_sweep(found, folder))


def _tables(plan: SweepPlan, swept: Swept, indices: tuple[Indices, ...], measure: str, place: str) -> SweepTables:
    """What the pictures of one measure are drawn from."""
    targets = sorted(plan.base.targets.items())
    target = next(((name, one) for name, one in targets if (one.measure, one.place) == (measure, place)), None)
    limit = None
    if target:
        value = target[1].at_most if target[1].at_most is not None else target[1].at_least
        assert value is not None
        n_points = int((swept.points["replications"] > 0).sum())
        share = target[1].share_of_runs
        needed = fewest_replications(share, statements=n_points)
        limit = Limit(target[0], value, target[1].at_most is not None, share, needed)
    means = swept.means[(swept.means["measure"] == measure) & (swept.means["place"] == place)]
    base = as_shown(plan.base)
    port = base.ports.get(place)
    names = {axis.name: " + ".join(path_words(base, path) for path in axis.paths) for axis in plan.axes}
    found = next((one for one in indices if (one.measure, one.place) == (measure, place)), None)
    points = swept.points.merge(means[["point", "n", "mean", "half_width", "low", "high"]], on="point", how="left")
    if SCENARIO in points:
        points[SCENARIO] = points[SCENARIO].map(short_names(points[SCENARIO]))
    return SweepTables(
        title=plan.base.title,
        seed=plan.seed,
        n_replications=plan.replications,
        measure=measure,
        place=place,
        label=REGISTRY[measure].label,
        place_label=labels.PLACES.get(place) or (port.name if port and port.name else place),
        unit=REGISTRY[measure].unit,
        axes=tuple(SweepAxis(names[axis.name], axis.paths[0], *of_one(plan.base, axis.paths)) for axis in plan.axes),
        grid=plan.design.kind == GRID,
        points=points,
        limit=limit,
        met=swept.met[swept.met["target"] == target[0]] if target else None,
        indices=found.table.assign(axis=found.table["axis"].map(names)) if found else None,
        base={axis.paths[0]: value_at(plan.base, axis.paths[0]) for axis in plan.axes if axis.paths != (SCENARIO,)},
        index_rows=found.rows if found else 0,
    )


def of_one(base: Scenario, paths: tuple[str, ...]) -> tuple[float, str]:
    """What a factor of 1 stands for in numbers that planners think in, and of what; nan for all that is no factor."""
    match [path.split(".") for path in paths]:
        case [["arrivals", "factor"]] if base.arrivals.factor > 0:
            return people_a_day(base) / base.arrivals.factor, PICTURES["people"]
        case [["pools", name, "headcount_factor"]]:
            pool = base.pools[name].model_copy(update={"headcount_factor": 1.0})
            days = (base.first_day + dt.timedelta(days=day) for day in range(base.n_days))
            staff = sum(people for day in days for _, _, people in staff_on(base, name, pool, day))
            return staff / base.n_days, PICTURES["staff"]
    return math.nan, ""
