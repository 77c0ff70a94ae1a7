"""Pictures of a plan of staff: people on duty by hour against the load, and the certificate."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.commands.staff.problem import FAILS, HOLDS, Subject
from sim.commands.staff.sentences import full_words, phase_words, pool_words
from sim.commands.staff.tables import ONE_FEWER_FAILS, Found, load_rows, witnesses
from sim.commands.staff.values import pools_of
from sim.drawing import page, style
from sim.drawing.page import HEIGHT_CM, NORMAL
from sim.drawing.tables import Picture, RunTables, Skipped
from sim.drawing.text import shorten
from sim.words.say import clauses, number
from sim.words.searches import STAFF

CM_PER_ROW, CM_PER_LINE = 4.6, 0.52
MOST_POOLS = 4
POINTS_ACROSS = 400
"""Of all panels of a row together."""


def draw(folder: Path, found: Found, tell: str) -> tuple[str, ...]:
    """Draw what there is to draw into a folder; returns why others were not."""
    scenario = found.question.scenario
    tables = RunTables(
        title=scenario.title,
        first_day=scenario.first_day,
        last_day=scenario.last_day,
        n_replications=found.answer.replications,
        seed=found.question.seed,
        series=pd.DataFrame(),
        tell=tell,
        several_years=scenario.several_years,
    )
    folder.mkdir(parents=True, exist_ok=True)
    skipped = []
    for stem, make in (("staff-plan", draw_plan), ("certificate", draw_certificate)):
        with page.picture_style():
            picture = make(found, tables)
            if isinstance(picture, Skipped):
                skipped.append(f"{stem}: {picture.reason}")
            else:
                page.save(picture, folder, stem, ".png")
    return tuple(skipped)


def draw_plan(found: Found, tables: RunTables) -> Picture | Skipped:
    """A panel for each pool and phase: load by hour, the plan's steps, today's."""
    rows = pd.DataFrame(load_rows(found))
    pools = pools_of(found.question.values)[:MOST_POOLS]
    if rows.empty or not pools:
        return Skipped(STAFF["picture.plan.skipped"])
    phases = found.phases
    height = HEIGHT_CM + CM_PER_ROW * max(0, len(pools) - 1)
    notes = [STAFF["picture.plan.note"].format(n=20)]
    figure = page.page(tables, _message(found, pools), notes, height_cm=height)
    grid = figure.add_gridspec(len(pools) + 1, len(phases), height_ratios=[0.01] + [1] * len(pools))
    top = figure.add_subplot(grid[0, :])
    top.set_axis_off()
    handles: list[Artist] = []
    for line, pool in enumerate(pools):
        of_pool = rows[rows["place"] == pool]
        highest = float(of_pool[["load_p95", "people", "today"]].to_numpy().max())
        for column, phase in enumerate(phases):
            axes = figure.add_subplot(grid[1 + line, column])
            handles = _panel(axes, of_pool[of_pool["phase"] == phase.name])
            style.clock_axis(axes, 6)
            style.count_axis(axes.yaxis, STAFF["picture.axis"] if column == 0 else "", highest)
            title = [pool_words(found.question.scenario, pool)]
            if len(phases) > 1:
                title.append(phase_words(found, phase))
            room = POINTS_ACROSS / len(phases)
            axes.set_title("\n".join(shorten(part, NORMAL, room) for part in title), fontsize=NORMAL)
    style.legend(top, handles)
    return Picture(figure, rows)


def _message(found: Found, pools: list[str]) -> str:
    parts = []
    for pool in pools:
        here = [(v, n) for v, n in zip(found.question.values, found.plan, strict=True) if v.place == pool and v.hours]
        people = max(
            sum(n for v, n in here if v.kind == "headcount" and v.phase == k) for k in range(len(found.phases))
        )
        today = max(
            sum(v.today for v, _n in here if v.kind == "headcount" and v.phase == k) for k in range(len(found.phases))
        )
        name = pool_words(found.question.scenario, pool)
        parts.append(STAFF["picture.plan.message"].format(pool=name, people=people, today=number(today)))
    return clauses(parts)


def _panel(axes: Axes, rows: pd.DataFrame) -> list[Artist]:
    rows = rows.sort_values("hour")
    edges = np.append(rows["hour"].to_numpy(dtype=float), 24.0)
    columns = {name: _closed(rows[name].to_numpy(dtype=float)) for name in ("load_mean", "load_p95", "people", "today")}
    axes.fill_between(edges, columns["load_p95"], step="post", color=style.BLUE, alpha=style.WIDE, linewidth=0)
    axes.fill_between(edges, columns["load_mean"], step="post", color=style.BLUE, alpha=0.45, linewidth=0)
    today = axes.plot(edges, columns["today"], color=style.ORANGE, linewidth=1.0, linestyle=(0, (3, 1.5)),
                      drawstyle="steps-post", label=STAFF["picture.today"])  # fmt: skip
    plan = axes.plot(edges, columns["people"], color=style.VERMILION, linewidth=1.6, drawstyle="steps-post",
                     label=STAFF["picture.people"])  # fmt: skip
    both = 1 - (1 - style.WIDE) * (1 - 0.45)
    areas = [
        Patch(color=style.BLUE, alpha=both, linewidth=0, label=STAFF["picture.load"]),
        Patch(color=style.BLUE, alpha=style.WIDE, linewidth=0, label=STAFF["picture.p95"]),
    ]
    return [*areas, *plan, *today]


def _closed(values: np.ndarray) -> np.ndarray:
    """The last hour again at 24:00, so that its step has a width."""
    return np.append(values, values[-1])


def draw_certificate(found: Found, tables: RunTables) -> Picture | Skipped:
    """The plan and its neighbours: share of replications that meet the target that fares worst, with its bound."""
    certificate = found.certificate
    if certificate is None or not certificate.subject.targets:
        return Skipped(STAFF["picture.certificate.skipped"])
    subjects = [certificate.subject, *(each for each in certificate.neighbours if each.decided_by.replications)]
    rows = pd.DataFrame([_row(found, subject) for subject in subjects])
    proved = sum(each.kind == ONE_FEWER_FAILS for each in witnesses(found))
    message = STAFF["picture.certificate.message"].format(n=proved, all=len(found.plan))
    height = max(HEIGHT_CM * 0.6, 4.0 + CM_PER_LINE * len(rows))
    figure = page.page(tables, message, [STAFF["picture.certificate.note"]], height_cm=height)
    axes = figure.add_subplot()
    down = np.arange(len(rows))
    share, bound = (100 * rows[name].to_numpy(dtype=float) for name in ("share", "bound"))
    colours = {FAILS: style.VERMILION, HOLDS: style.GREEN}
    for y, verdict in enumerate(rows["verdict"]):
        colour = colours.get(str(verdict), style.ORANGE)
        axes.plot([share[y], bound[y]], [y, y], color=colour, linewidth=1.0)
        axes.plot([share[y]], [y], "o", color=colour, markersize=4)
        axes.plot([bound[y]], [y], "|", color=colour, markersize=7)
    asked = 100 * min(goal.target.share_of_runs for goal in found.question.goals)
    axes.axvline(asked, color=style.VERMILION, linewidth=1.0, linestyle=(0, (5, 2)))
    axes.set_yticks(down, [shorten(str(text), 7.0, 240) for text in rows["subject"]])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 101)
    axes.set_xlabel(STAFF["picture.certificate.axis"])
    axes.grid(visible=True, axis="x", color="#dddddd", linewidth=0.5)
    return Picture(figure, rows)


def _row(found: Found, subject: Subject) -> dict[str, Any]:
    target = subject.decided_by
    bound = target.high if target.verdict == FAILS else target.low
    value = found.question.values[subject.free] if subject.free >= 0 else None  # noqa: PD011  no pandas
    what = STAFF["picture.certificate.plan"]
    if value is not None:
        what = STAFF["picture.certificate.fewer"].format(what=full_words(found, value))
    share = target.met / target.replications if target.replications else math.nan
    return {
        "subject": what, "target": found.question.goals[target.target].name, "met": target.met,
        "replications": target.replications, "share": share, "bound": bound, "verdict": target.verdict,
    }  # fmt: skip
