"""Words and marks that pictures of sweeps share."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from sim.commands.sweep.pictures.tables import SweepAxis, SweepTables
from sim.drawing.page import HEIGHT_CM, NORMAL, page
from sim.drawing.tables import EPOCH, RunTables
from sim.drawing.text import showable_part, wrap
from sim.numbers.verdicts import HOLDS
from sim.words.say import earned_digits, number, stated, stated_percent
from sim.words.sweep import PICTURES

AXIS_POINTS = 195.0
"""Length of a line along an axis of a page of usual height."""


def phrase(key: str, **fields: object) -> str:
    """The words of a sweep's picture with its fields filled in."""
    return PICTURES[key].format(**fields)


def sheet(tables: SweepTables, message: str, notes: Sequence[str], *, height_cm: float = HEIGHT_CM) -> Figure:
    """An empty page with its texts."""
    source = RunTables(tables.title, EPOCH, EPOCH, tables.n_replications, tables.seed, pd.DataFrame(), tell=tables.tell)
    return page(source, message, [" ".join(note for note in notes if note)], height_cm=height_cm)


def amount(tables: SweepTables, value: float) -> str:
    """A value with its unit."""
    shown = value * tables.scale
    return phrase("with_unit", value=stated(round(shown, 9)), unit=tables.shown_unit)


def mean_text(tables: SweepTables, mean: float, half_width: float) -> str:
    """A mean with the digits that its interval earns, without the interval; per cent with one decimal at most."""
    text, _ = earned_digits(mean * tables.scale, half_width * tables.scale)
    most = 1 if tables.unit == "share" else 3
    return number(mean * tables.scale, digits=most) if len(text.partition(".")[2]) > most else text


def limit_words(tables: SweepTables) -> str:
    """At most or at least so much."""
    if tables.limit is None:
        return ""
    return phrase("at_most" if tables.limit.at_most else "at_least", value=amount(tables, tables.limit.value))


def axis_words(tables: SweepTables) -> str:
    """What the values are, for an axis or a colour bar, on as many lines as it takes."""
    words = phrase("axis", measure=tables.label, place=tables.place_label, unit=tables.shown_unit)
    return "\n".join(wrap(words, NORMAL, AXIS_POINTS))


def name_of(axis: SweepAxis, *, many: bool = False) -> str:
    """The name of an axis, and what its values stand for. `many`: they are too many to have that below each of them."""
    name = showable_part(axis.name)
    if math.isnan(axis.of_one):
        return name
    return phrase("of_one" if many else "of_each", axis=name, n=number(axis.of_one), what=axis.of_what)


def message(tables: SweepTables) -> str:
    """The title: at how many points the target holds; where no number of runs could tell, or there is no target, from
    where to where the means go.
    """
    names = {"measure": tables.label[:1].upper() + tables.label[1:], "place": tables.place_label}
    there = tables.points.dropna(subset=["mean"])
    if tables.limit is not None and tables.met is not None and not few(tables):
        holds, n = int((tables.met["verdict"] == HOLDS).sum()), len(there)
        key = "target_none" if holds == 0 else "target_all" if holds == n else "target"
        share = stated_percent(tables.limit.share_of_runs)
        return phrase(key, **names, limit=limit_words(tables), share=share, n=number(holds), points=number(n))
    low, high = ends(tables)
    key = "message_one" if low == high else "message"
    return phrase(key, **names, low=low, high=high, unit=tables.shown_unit, n=number(len(there)))


def ends(tables: SweepTables) -> tuple[str, str]:
    """The lowest and the highest mean, with the digits that they earn."""
    there = tables.points.dropna(subset=["mean"])
    rows = list(zip(there["mean"], there["half_width"], strict=True))
    low, high = (mean_text(tables, *row) for row in (min(rows), max(rows)))
    return low, high


def is_same(tables: SweepTables) -> bool:
    """Whether the measure is the same at all points, in all digits that are told."""
    low, high = ends(tables)
    return low == high


def few(tables: SweepTables) -> str:
    """A sentence when there are too few runs for any point to be certain."""
    limit = tables.limit
    if limit is None or limit.needed is None or limit.needed <= tables.n_replications:
        return ""
    share = stated_percent(limit.share_of_runs)
    return phrase(
        "note_few", runs=single_runs(tables), limit=limit_words(tables), share=share, needed=number(limit.needed)
    )


def single_runs(tables: SweepTables) -> str:
    """How many single runs there are at a point."""
    return phrase("runs_one" if tables.n_replications == 1 else "runs", n=number(tables.n_replications))
