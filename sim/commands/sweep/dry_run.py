"""`qcap sweep --dry-run`: how much there is to do and how long it takes, from a few replications timed now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sim.shell import errors
from sim.words.say import counted, duration, number
from sim.words.sweep import SWEEP

if TYPE_CHECKING:
    from sim.commands.sweep.options import Settings
    from sim.commands.sweep.plan import Plan, Point

MOST_TRIED = 500
"""Of more points so many are tried: to make a scenario takes some milliseconds."""
PILOTS = 3
"""Points that are timed: the first, the middle and the last."""
SECONDS_AT_START_AND_END = 5.0
"""Starting processes, tables and pictures."""


def dry_run(plan: Plan, points: tuple[Point, ...], settings: Settings) -> int:
    """Time a pilot and print what the sweep would take."""
    from sim.commands.sweep.chunks import index_of  # noqa: PLC0415
    from sim.commands.sweep.design import count  # noqa: PLC0415
    from sim.commands.sweep.running import chosen, left  # noqa: PLC0415
    from sim.flow.engines import COMPILED  # noqa: PLC0415
    from sim.keeping.chunkstore import ChunkStore  # noqa: PLC0415  heavy at start-up, as all imports in functions here
    from sim.keeping.ownership import CHUNKS  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415

    index = index_of(ChunkStore(settings.out / CHUNKS).keys())
    total = count(plan.axes, plan.design)
    every, scale = total * plan.replications, total / len(points)  # of many points some were tried
    todo = round(scale * left(plan, points, index))
    there = round(scale * sum(len(index.there(point.key, plan.replications)) for point in points if point.key))
    engine = settings.where.engine
    n = 1 if settings.where.is_cluster else settings.where.n_workers  # of a cluster nobody knows
    compared = round(scale * sum(map(len, chosen(plan, points).values()))) if engine == COMPILED and todo else 0
    each, timed = _seconds(plan, points, engine)
    slow = _seconds(plan, points[:1], "simpy")[0] if compared else 0.0
    seconds = SECONDS_AT_START_AND_END + (todo * each + compared * slow) / n
    document = {
        "points": total, "replications": plan.replications, "there": there, "left": todo, "workers": n,
        "engine": engine, "seconds_each": each, "run_again_on_simpy": compared, "seconds": seconds if todo else 0.0,
    }  # fmt: skip
    if settings.json:
        show.print_json(document)
        return errors.RAN
    numbers = {"points": f"{total:,}", "replications": plan.replications, "all": f"{every:,}"}
    print(SWEEP["dry"].format(**numbers, there=f"{there:,}", left=f"{todo:,}"))  # noqa: T201
    if todo:
        facts = {"workers": counted(SWEEP, "workers", n), "seconds": number(each), "n": timed}
        print(SWEEP["dry.time"].format(time=duration(seconds), **facts))  # noqa: T201
    if compared:
        print(SWEEP["dry.compared"].format(n=compared, seconds=number(slow)))  # noqa: T201
    if scale > 1:
        print(SWEEP["dry.tried"].format(n=f"{len(points):,}"))  # noqa: T201
    print(SWEEP["dry.nothing"])  # noqa: T201
    return errors.RAN


def _seconds(plan: Plan, points: tuple[Point, ...], engine: str) -> tuple[float, int]:
    """Seconds of a replication, mean over a few points, and how many were timed. One before them warms up."""
    from sim.runs.chunk_runner import begin_worker  # noqa: PLC0415
    from sim.runs.job import run_one  # noqa: PLC0415

    good = [point for point in points if point.key]
    begin_worker(engine)
    picked = [good[i] for i in sorted({0, len(good) // 2, len(good) - 1})][:PILOTS]
    if engine != "simpy":
        run_one(plan.job(picked[0].settings, engine), 1)
    began = time.perf_counter()
    for point in picked:
        run_one(plan.job(point.settings, engine), 1)
    return (time.perf_counter() - began) / len(picked), len(picked)
