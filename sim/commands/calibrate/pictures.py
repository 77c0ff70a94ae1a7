"""Pictures of a calibration: of figures (predicted and reported, staff needed, parts of variance, what to ask next),
then of the unknowns (before and after, pairs that trade off, ranks of the proof); last, their list.

Tables in, files out, as for pictures of a run. Each picture shows one thing and says it in its title.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.drawing import style
from sim.drawing.page import GREY, INK, NORMAL, SMALL, page, picture_style, save
from sim.drawing.tables import Picture, RunTables, Skipped
from sim.drawing.text import shorten, wrap
from sim.measures.registry import REGISTRY
from sim.words import PLACES
from sim.words.language import _
from sim.words.observed import CAPTIONS, PLOTS, ROLES, SAYS_NOTHING
from sim.words.say import clauses, number, per_cent, percent, stated

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

TICKS_AT_MOST = 12
"""Values along an axis, each with its own mark."""
ACROSS, ROW_CM, HEAD_CM = 4, 3.3, 3.0
MOST_PAIRS, LEAST_CORRELATION = 6, 0.25
BINS = 24
ROLE_COLOURS = {
    "identity": "#7f7f7f",
    "fitted": style.ORANGE,
    "held_out": style.BLUE,
    "descriptive": "#009E73",
    "input": "#7f7f7f",
}


@dataclass(frozen=True)
class CalibrationTables:
    """A finished calibration as tables; columns are those of the files of the same names."""

    title: str
    seed: int
    histories: int
    rule: str
    """The rule under which values were calibrated; unknowns and pairs are those under it."""
    targets: pd.DataFrame
    predictions: pd.DataFrame
    unknowns: pd.DataFrame
    """Rows of that rule."""
    before: NDArray[np.float64]
    """Values of each unknown at evenly spaced shares of its prior (shares, unknowns)."""
    after: NDArray[np.float64]
    """Values of each unknown in accepted histories (histories, unknowns)."""
    weights: NDArray[np.float64]
    """Of those histories."""
    pairs: pd.DataFrame
    parts: pd.DataFrame
    next_figures: pd.DataFrame
    proof: pd.DataFrame
    ranks: pd.DataFrame
    whole: Sequence[bool]
    """Whether each unknown is a whole number."""

    def label(self, unknown: str) -> str:
        """What an unknown is called."""
        return str(self.unknowns.set_index("unknown").loc[unknown, "label"])


def empty_page(
    tables: CalibrationTables, message: str, notes: Sequence[str], height_cm: float, histories: int | None = None
) -> Figure:
    """A page as pictures of a run have it, with title, seed and number of histories at its foot.

    `histories`: those that the picture shows; left out, all those that the calibration ran.
    """
    run = RunTables(tables.title, date.min, date.max, tables.histories, tables.seed, tables.targets)
    basis = PLOTS["histories"].format(n=f"{tables.histories if histories is None else histories:,}")
    return page(run, message, notes, height_cm=height_cm, basis=basis)


def predicted(tables: CalibrationTables) -> Picture | Skipped:
    """Each reported figure: band and median of fresh single histories in per cent off it, the roles kept apart."""
    rows = [row for row in tables.targets.to_dict("records") if row["n"] and row["reported"]]
    if not rows:
        return Skipped(PLOTS["no_figures"])
    test = [row for row in rows if row["role"] == "held_out"]
    met = sum(bool(row["met"]) for row in test)
    message = PLOTS["figures.message"].format(met=met, n=len(test)) if test else PLOTS["figures.message_plain"]
    lines = _lines(rows)
    n = max(row["n"] for row in rows)
    figure = empty_page(tables, message, [PLOTS["figures.note"].format(n=n)], 3.6 + 0.62 * len(lines), n)
    axes = figure.subplots()
    ends = [0.0]
    for y, (role, row) in enumerate(lines):
        if row is None:
            axes.annotate(ROLES[role], xy=(0, y), xycoords=("axes fraction", "data"), size=SMALL, weight="bold",
                          color=ROLE_COLOURS[role], va="center",
                          path_effects=style.HALO)  # fmt: skip
            continue
        low, middle, high = (100 * (row[key] / row["reported"] - 1) for key in ("p5", "p50", "p95"))
        axes.plot([0, 0], [y - 0.5, y + 0.5], color=INK, linewidth=0.8, zorder=1.5)  # headings are not crossed
        tolerance = 100 * row["tolerance"] / abs(row["reported"])
        axes.plot([-tolerance, tolerance], [y, y], color="#dddddd", linewidth=9, solid_capstyle="butt", zorder=1)
        axes.plot([low, high], [y, y], color=ROLE_COLOURS[role], linewidth=2.4, solid_capstyle="butt", zorder=2)
        axes.plot(
            [middle], [y], marker="o", markersize=4.5, color=ROLE_COLOURS[role], markeredgecolor="white", zorder=3
        )
        ends += [low, high, -tolerance, tolerance]
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlim(min(ends) * 1.08 - 1, max(ends) * 1.08 + 1)
    labels = [(y, row) for y, (_, row) in enumerate(lines) if row is not None]
    axes.set_yticks([y for y, _ in labels], [_figure_words(row, reported=True) for _, row in labels])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(PLOTS["figures.axis"])
    style.difference_axis(axes.xaxis, per_cent())
    return Picture(figure, tables.targets)


def _lines(rows: list[dict[Any, Any]]) -> list[tuple[str, dict[Any, Any] | None]]:
    """A heading (None) for each role and its figures."""
    lines: list[tuple[str, dict[Any, Any] | None]] = []
    for role in ROLES:
        mine = [row for row in rows if row["role"] == role]
        lines += [(role, None), *((role, row) for row in mine)] if mine else []
    return lines


def _figure_words(row: dict[Any, Any], *, reported: bool = False) -> str:
    label = REGISTRY[row["measure"]].label if row["measure"] in REGISTRY else row["measure"]
    place = PLACES.get(row["place"], row["place"])
    words = _("{figure}, {place}").format(figure=label, place=place) if row["place"] != "all" else label
    short = shorten(words, SMALL, 190)
    return _("{name}: {value}").format(name=short, value=stated(row["reported"])) if reported else short


def staff(tables: CalibrationTables) -> Picture | Skipped:
    """Staff needed by number of fixed posts, beside the reported mean and maximum."""
    rows = tables.predictions
    if not len(rows):
        return Skipped(PLOTS["no_staff"])
    groups = list(rows.groupby("measure", sort=False))
    nearest = [group.iloc[int((group["p50"] - group["reported"]).abs().to_numpy().argmin())] for _, group in groups]
    fits = clauses(
        PLOTS["staff.fits"].format(value=row["value"], reported=row["reported"], measure=REGISTRY[row["measure"]].label)
        for row in nearest
    )
    n = int(rows["n"].max())
    figure = empty_page(tables, PLOTS["staff.message"].format(told=fits), [PLOTS["staff.note"].format(n=n)], 10.5, n)
    axes = figure.subplots()
    handles = []
    for colour, (measure, group) in zip((style.BLUE, style.ORANGE), groups, strict=False):
        label = REGISTRY[str(measure)].label
        axes.fill_between(group["value"], group["p5"], group["p95"], color=colour, alpha=style.WIDE, linewidth=0)
        handles += axes.plot(group["value"], group["p50"], color=colour, marker="o", markersize=3, label=label)
        reported = float(group["reported"].iloc[0])
        axes.axhline(reported, color=colour, linewidth=1.0, linestyle=(0, (5, 2)))
        words = PLOTS["staff.reported"].format(value=reported)
        axes.annotate(words, xy=(0.012, reported), xycoords=("axes fraction", "data"), xytext=(0, 2.5),
                      textcoords="offset points", size=NORMAL, color=colour, path_effects=style.HALO)  # fmt: skip
    own = rows.loc[rows["scenario"].astype(bool), "value"]
    if len(own):
        axes.axvline(own.iloc[0], color=GREY, linewidth=0.8)
        axes.annotate(PLOTS["staff.own"], xy=(own.iloc[0], 0.02), xycoords=("data", "axes fraction"), xytext=(3, 0),
                      textcoords="offset points", size=SMALL, color=GREY)  # fmt: skip
    style.count_axis(axes.yaxis, PLOTS["staff.axis"], float(rows["p95"].max()))
    axes.set_xlabel(PLOTS["staff.posts"])
    tried = sorted(set(rows["value"]))
    if len(tried) <= TICKS_AT_MOST:
        axes.set_xticks(tried, [stated(value) for value in tried])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(TICKS_AT_MOST))
    style.legend(axes, handles)
    return Picture(figure, rows)


def parts(tables: CalibrationTables) -> Picture | Skipped:
    """Each answer's variance as one bar: chance, open values, rules; whiskers are the interval of the open values."""
    rows = [row for row in tables.parts.to_dict("records") if np.isfinite(row["chance_share"])]
    if not rows:
        return Skipped(PLOTS["no_parts"])
    largest = max(rows, key=lambda row: row["values_share"])
    message = PLOTS["parts.message"].format(answer=_figure_words(largest), share=percent(largest["values_share"]))
    facts = {"settings": largest["settings"], "replications": largest["replications"]}
    shown = int(facts["settings"] * facts["replications"])
    figure = empty_page(tables, message, [PLOTS["parts.note"].format(**facts)], 4.2 + 0.95 * len(rows), shown)
    axes = figure.subplots()
    colours = {"values": style.BLUE, "chance": "#b0b0b0", "rules": style.ORANGE}
    for y, row in enumerate(rows):
        left = 0.0
        for name, colour in colours.items():
            share = row[f"{name}_share"]
            if np.isfinite(share):
                axes.barh(y, share, left=left, color=colour, height=0.55, linewidth=0)
                left += share
        scale = 1 - (row["rules_share"] if np.isfinite(row["rules_share"]) else 0.0)
        axes.plot([row["low"] * scale, row["high"] * scale], [y, y], color=INK, linewidth=0.9, marker="|", markersize=6)
    axes.set_yticks(range(len(rows)), ["\n".join(wrap(_figure_words(row), SMALL, 130)) for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _at: percent(value)))
    axes.set_xlabel(PLOTS["parts.axis"])
    there = [name for name in colours if any(np.isfinite(row[f"{name}_share"]) for row in rows)]
    handles: list[Any] = [Patch(color=colours[name], label=PLOTS[f"parts.{name}"]) for name in there]
    handles.append(Line2D([], [], color=INK, linewidth=0.9, marker="|", label=PLOTS["parts.interval"]))
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(handles), borderaxespad=0.3,
                handlelength=1.6, columnspacing=1.2)  # fmt: skip
    return Picture(figure, tables.parts)


def next_figure(tables: CalibrationTables) -> Picture | Skipped:
    """For each figure that could be collected: what it would remove of the variance of each unknown, on average."""
    table = tables.next_figures
    if not len(table):
        return Skipped(PLOTS["no_next"])
    n = len(tables.unknowns)
    rows = []
    for _key, group in table.groupby(["measure", "place"], sort=False):
        best = group.iloc[0]
        rows.append({**best.to_dict(), "average": float(best["removed_in_all"]) / n})
    message = PLOTS["next.message"].format(figure=_figure_words(rows[0]), share=percent(rows[0]["average"]))
    figure = empty_page(tables, message, [PLOTS["next.note"].format(n=n)], 3.8 + 0.8 * len(rows))
    axes = figure.subplots()
    _next_bars(axes, rows, tables)
    return Picture(figure, table)


def _next_bars(axes: Axes, rows: list[dict[Any, Any]], tables: CalibrationTables) -> None:
    for y, row in enumerate(rows):
        axes.barh(y, row["average"], color=style.BLUE, height=0.5, linewidth=0)
        words = PLOTS["next.most"].format(share=percent(row["removed"]), unknown=tables.label(row["unknown"]))
        axes.annotate(words, xy=(row["average"], y), xytext=(4, 0), textcoords="offset points", size=SMALL, va="center",
                      color=GREY)  # fmt: skip
    axes.set_yticks(range(len(rows)), [_figure_words(row) for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, max(row["average"] for row in rows) * 2.6 + 1e-3)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _at: f"{number(100 * value)}{per_cent()}"))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlabel(PLOTS["next.axis"])


def before_and_after(tables: CalibrationTables) -> Picture | Skipped:
    """One panel per unknown: its prior as a grey area, its posterior as a blue line, and what the figures say."""
    rows = tables.unknowns.to_dict("records")
    if not rows:
        return Skipped(PLOTS["no_unknowns"])
    silent = sum(bool(row["says_nothing"]) for row in rows)
    message = PLOTS["unknowns.message"].format(n=len(rows), told=len(rows) - silent, silent=silent)
    figure = empty_page(tables, message, [PLOTS["unknowns.note"].format(rule=tables.rule)], _height(len(rows)))
    for i, (axes, row) in enumerate(zip(_panels(figure, len(rows)), rows, strict=True)):
        _densities(axes, tables.before[:, i], tables.after[:, i], tables.weights, whole=tables.whole[i])
        words = (
            _(SAYS_NOTHING) if row["says_nothing"] else PLOTS["unknowns.told"].format(share=percent(row["contraction"]))
        )
        _title(axes, row["label"], words, GREY if row["says_nothing"] else style.BLUE)
    return Picture(figure, tables.unknowns)


def trade_offs(tables: CalibrationTables) -> Picture | Skipped:
    """The strongest pairs: each accepted history a dot, larger where it weighs more."""
    strong = tables.pairs[tables.pairs["correlation"].abs() >= LEAST_CORRELATION].head(MOST_PAIRS)
    if not len(strong):
        return Skipped(PLOTS["no_pairs"])
    columns = {unknown: i for i, unknown in enumerate(tables.unknowns["unknown"])}
    first = strong.iloc[0]
    names = {"one": tables.label(first["unknown"]), "other": tables.label(first["other"])}
    across = min(3, len(strong))
    height = 3.2 + 5.2 * math.ceil(len(strong) / across)
    message = PLOTS["pairs.message"].format(**names)
    figure = empty_page(tables, message, [PLOTS["pairs.note"].format(rule=tables.rule)], height)
    share = tables.weights / tables.weights.max()
    for axes, row in zip(_panels(figure, len(strong), across), strong.to_dict("records"), strict=True):
        x, y = (tables.after[:, columns[row[key]]] for key in ("unknown", "other"))
        axes.scatter(x, y, s=9 * share, color=style.BLUE, alpha=0.45, linewidths=0)
        axes.set_xlabel(_wrapped(tables.label(row["unknown"]), 125), size=SMALL)
        axes.set_ylabel(_wrapped(tables.label(row["other"]), 110), size=SMALL)
        axes.set_title(PLOTS["pairs.panel"].format(r=row["correlation"]), size=SMALL, color=GREY, weight="normal")
        _few_ticks(axes)
    return Picture(figure, strong)


def ranks(tables: CalibrationTables) -> Picture | Skipped:
    """One panel per unknown: histogram of posterior ranks of the truth, and the range that honest ranks keep."""
    n = len(tables.ranks)
    if n < 20:
        return Skipped(PLOTS["no_ranks"])
    held = dict(zip(tables.proof["unknown"], tables.proof["covered"].astype(int), strict=True))
    low, high = int(tables.proof["least"].iloc[0]), int(tables.proof["most"].iloc[0])
    bad = int((~tables.proof["covered"].between(low, high)).sum())
    message = PLOTS["ranks.message_good" if not bad else "ranks.message_bad"].format(
        n=len(tables.ranks.columns), bad=bad
    )
    note = PLOTS["ranks.note"].format(n=n, low=low, high=high)
    figure = empty_page(tables, message, [note], _height(len(tables.ranks.columns)), n)
    bins = 10
    spread = 3 * math.sqrt(n / bins * (1 - 1 / bins))
    panels = _panels(figure, len(tables.ranks.columns))
    for axes in panels[::ACROSS]:
        axes.set_ylabel(PLOTS["ranks.up"], size=SMALL)
    panels[-1].set_xlabel(PLOTS["ranks.across"], size=SMALL)
    for axes, unknown in zip(panels, tables.ranks.columns, strict=True):
        axes.axhspan(n / bins - spread, n / bins + spread, color="#eeeeee", linewidth=0)
        axes.axhline(n / bins, color=GREY, linewidth=0.6)
        axes.hist(tables.ranks[unknown], bins=bins, range=(0, 1), color=style.BLUE, alpha=0.75, rwidth=0.9)
        good = low <= held[unknown] <= high
        words = PLOTS["ranks.panel"].format(covered=held[unknown], n=n)
        _title(axes, tables.label(unknown), words, GREY if good else style.VERMILION)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(n / bins + 1.4 * spread, axes.get_ylim()[1]))
        axes.set_xticks([0, 0.5, 1])
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    return Picture(figure, tables.ranks)


def _height(n: int) -> float:
    return HEAD_CM + ROW_CM * math.ceil(n / ACROSS)


def _panels(figure: Figure, n: int, across: int = ACROSS) -> list[Axes]:
    """`n` axes in rows of `across`; the spare ones of the last row are removed."""
    grid = figure.subplots(math.ceil(n / across), min(across, n), squeeze=False)
    panels = list(grid.flat)
    for spare in panels[n:]:
        spare.remove()
    return panels[:n]


def _densities(
    axes: Axes, before: NDArray[np.float64], after: NDArray[np.float64], weights: NDArray[np.float64], *, whole: bool
) -> None:
    low, high = float(before.min()), float(before.max())
    edges = np.linspace(low, high, BINS + 1)
    if whole and high - low < BINS:
        edges = np.arange(low - 0.5, high + 1, 1.0)
    axes.hist(before, bins=list(edges), density=True, color="#c8c8c8", linewidth=0)
    axes.hist(after, bins=list(edges), weights=weights, density=True, histtype="step", color=style.BLUE, linewidth=1.1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _few_ticks(axes, y=False)


def _few_ticks(axes: Axes, *, y: bool = True) -> None:
    for axis in (axes.xaxis, axes.yaxis) if y else (axes.xaxis,):
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: stated(value)))


def _title(axes: Axes, label: str, words: str, colour: str) -> None:
    """Two lines at most for the label in ink, what was found below it."""
    room = 16 / 2.54 * 72 / ACROSS - 14
    lines = wrap(label, SMALL, room, weight="bold")[:2]
    shown_lines = wrap(words, SMALL, room)[:2]
    axes.set_title("\n".join(shown_lines), size=SMALL, color=colour, weight="normal", pad=2.0)
    above = (0, len(shown_lines) * SMALL * 1.25 + 3.5)
    axes.annotate("\n".join(lines), xy=(0, 1), xycoords="axes fraction", xytext=above, textcoords="offset points",
                  size=SMALL, weight="bold", color=INK, va="bottom")  # fmt: skip


def _wrapped(text: str, room: float) -> str:
    return "\n".join(wrap(text, SMALL, room)[:3])


PICTURES: tuple[tuple[str, Callable[[CalibrationTables], Picture | Skipped]], ...] = (
    ("figures-predicted", predicted),
    ("unknowns", before_and_after),
    ("trade-offs", trade_offs),
    ("staff-needed", staff),
    ("parts-of-variance", parts),
    ("next-figure", next_figure),
    ("proof", ranks),
)
"""File name without its ending, and how it is drawn."""


def draw_calibration(tables: CalibrationTables, folder: Path, *, suffix: str = ".png") -> list[str]:
    """Draw every picture that there are numbers for; returns "name: caption" of each; its numbers lie beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    for stem, draw in PICTURES:
        with picture_style():
            picture = draw(tables)
            if isinstance(picture, Picture):
                save(picture, folder, stem, suffix)
                names.append(f"{stem}{suffix}: {CAPTIONS[stem]}")
    return names
