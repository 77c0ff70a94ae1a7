"""Picture: the first street-level site, by days since it opened: guests so far, guests present, still open or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, RunTables, Skipped, estimate_of, profile_of, reported_figure
from sim.drawing.words import bands_note_over, over_runs, phrase, roles_note, with_role
from sim.words.say import number

PLACE = "first_street_site"
HALF = 0.5
QUANTITIES = ("guests_so_far", "guests_present", "still_open")


def draw(tables: RunTables) -> Picture | Skipped:
    """Guests against the reported number above, the share of runs in which the site is still open below."""
    so_far, present, still_open = (profile_of(tables, name, PLACE).dropna(subset=["mean"]) for name in QUANTITIES)
    if so_far.empty or not so_far["p95"].max() > 0:
        return Skipped(phrase("street.skipped"))
    days, guests = (reported_figure(tables, measure, PLACE) for measure in ("site_days", "site_guests"))
    notes = [f"{bands_note_over(tables.n_replications)} {roles_note(guests, days)}"]
    figure = page(tables, _message(tables, so_far, days, guests), notes)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    _guests(above, so_far, present, guests)
    across = still_open["position"].to_numpy(dtype=float)
    below.fill_between(across - 1, still_open["mean"], color=style.GREEN, alpha=0.5, linewidth=0, step="post")
    style.share_axis(below, phrase("street.open"), 1.05)
    below.set_yticks([0, 0.5, 1])
    below.set_xlim(0, _end(still_open, days))
    below.set_xlabel(phrase("street.across"))
    if days is not None:
        words = with_role(phrase("street.days", value=number(days[0])), days[1])
        for axes, label in ((above, ""), (below, words)):
            style.target_across(axes, days[0], label, height=0.14)
    data = pd.concat([so_far, present, still_open], ignore_index=True)
    return Picture(figure, data.rename(columns={"position": "days_since_opening"}).drop(columns="place"))


def _guests(axes: Axes, so_far: pd.DataFrame, present: pd.DataFrame, reported: tuple[float, str] | None) -> None:
    across = so_far["position"].to_numpy(dtype=float)
    handles = style.bands_at(axes, across, so_far, style.BLUE, phrase("street.so_far"))
    across = present["position"].to_numpy(dtype=float)
    handles.insert(1, style.bands_at(axes, across, present, style.ORANGE, phrase("street.present"))[0])
    highest = float(so_far["p95"].max())
    if reported is not None:
        value, role = reported
        style.target(axes, value, with_role(phrase("street.guests", value=number(value)), role))
        highest = max(highest, value)
    style.count_axis(axes.yaxis, phrase("street.axis"), highest)
    style.legend(axes, handles)


def _end(still_open: pd.DataFrame, days: tuple[float, str] | None) -> float:
    """A little after the day on which the site is closed in all runs."""
    alive = still_open.loc[still_open["mean"] > 0, "position"]
    last = float(alive.max()) if len(alive) else 1.0
    return max(last, days[0] if days else 0.0) * 1.04 + 1


def _message(
    tables: RunTables, so_far: pd.DataFrame, days: tuple[float, str] | None, guests: tuple[float, str] | None
) -> str:
    told = estimate_of(tables, "site_days", PLACE, "p50")
    fields = {
        "guests": number(float(so_far["p50"].max())),
        "median": over_runs("median", tables.n_replications, short=True),
        "days": "" if np.isnan(told) else number(told),
        "reported_days": number(days[0]) if days else "",
        "reported_guests": number(guests[0]) if guests else "",
    }
    if np.isnan(told):
        return phrase("street.message_guests", **fields)
    if estimate_of(tables, "site_days_censored", PLACE, "mean") > HALF:
        return phrase("street.message_open", **fields)
    return phrase("street.message_reported" if days and guests else "street.message", **fields)
