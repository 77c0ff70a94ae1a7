"""Pictures of sites: rooms taken by site and day, and the first street-level site by days since it opened."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from sim.drawing import style
from sim.drawing.page import HEIGHT_CM, INK, SMALL, page
from sim.drawing.tables import (
    Picture,
    RunTables,
    Site,
    Skipped,
    day_number,
    day_numbers,
    estimate_of,
    fullest_day,
    mean_text,
    moment,
    profile_of,
    reported_figure,
    rows_of,
)
from sim.drawing.text import means_note, names_or_ids, over_runs, phrase, roles_note, shorten, wide_note, with_role
from sim.words.say import number, rough

OPEN, CLOSED = 2, 4  # site_state: 0 none, 1 preparing, 2 open, 3 stopped, 4 closed
ROWS_ON_A_PAGE = 29  # so many lines of 7 points fit on a page of the usual height
CM_PER_ROW, TALLEST_CM = 0.3, 24.0
LABELS_AT_MOST = 65
NAMES_AT_MOST = 110.0  # points, a quarter of the page
PLACE = "first_street_site"
HALF = 0.5
QUANTITIES = ("guests_so_far", "guests_present", "still_open")


def draw_sites(tables: RunTables) -> Picture | Skipped:
    """Rooms taken by site (in order of the list) and day, with the days of opening and closing of the median run."""
    listed = sorted((Site(*row) for row in tables.sites), key=lambda site: site.number)
    days = _days(tables, listed)
    if days.empty:
        return Skipped(phrase("sites.skipped"))
    shown = [site for site in listed if site.id in set(days["site"])]
    names, without_font = names_or_ids([(site.id, site.name) for site in shown])
    height = min(HEIGHT_CM + CM_PER_ROW * max(0, len(shown) - ROWS_ON_A_PAGE), TALLEST_CM)
    closing = days.loc[days["site_state"] >= CLOSED, "site"].nunique()
    notes = _notes(tables, (len(listed) - len(shown), len(shown) - closing), without_font)
    figure = page(tables, _sites_message(tables, len(shown), len(listed)), notes, height_cm=height)
    axes = figure.add_subplot()
    mesh, right = _map(axes, days, shown, day_number(tables.last_day) + 1)
    _mark(axes, days, shown, right)
    _label_sites(axes, [(name, site.number) for name, site in zip(names, shown, strict=True)])
    style.colour_bar(figure, mesh, axes, phrase("sites.scale"))
    return Picture(figure, _data(days, shown))


def _days(tables: RunTables, listed: Sequence[Site]) -> pd.DataFrame:
    """Medians by site and day (columns site, day, rooms_taken, site_state) of the sites open in the median run.

    `day` is the day number. Only listed sites; a day without rooms taken has nan.
    """
    state = rows_of(tables.series, "site_state", None)[["place", "time", "p50"]]
    taken = rows_of(tables.series, "rooms_taken", None)[["place", "time", "p50"]]
    days = state.merge(taken, on=["place", "time"], how="left").dropna(subset=["p50_x"])
    days = days.rename(columns={"place": "site", "p50_x": "site_state", "p50_y": "rooms_taken"})
    days["day"] = np.floor(day_numbers(days["time"]))
    in_use = (days["site_state"] >= OPEN) & (days["site_state"] < CLOSED)
    opened = set(days.loc[in_use, "site"]) & {site.id for site in listed}
    return days.loc[days["site"].isin(opened), ["site", "day", "rooms_taken", "site_state"]]


def _map(axes: Axes, days: pd.DataFrame, shown: Sequence[Site], end: float) -> tuple[QuadMesh, float]:
    """Cells of the days on which a site is open, in per cent of its rooms; and the day number at which they end.

    The axis ends with the window, or later with the last room taken or the last closing.
    """
    used = days[(days["site_state"] >= OPEN) & (days["site_state"] < CLOSED)]
    first = days.loc[days["site_state"] >= OPEN, "day"].min()
    closing = days[days["site_state"] >= CLOSED].groupby("site")["day"].min() - 1
    last = np.nanmax([end - 1, used.loc[used["rooms_taken"] > 0, "day"].max(), closing.max()])
    grid = used.pivot_table(index="site", columns="day", values="rooms_taken", dropna=False)
    grid = grid.reindex(index=[site.id for site in shown], columns=np.arange(first, last + 1))
    rooms = np.array([site.rooms if site.rooms > 0 else np.nan for site in shown], dtype=np.float64)
    edges = (np.arange(first, last + 2), np.arange(len(shown) + 1) - 0.5)
    mesh = style.heat_map(axes, edges, 100 * grid.to_numpy(dtype=np.float64) / rooms[:, None], 100.0)
    right = max(last + 1, end)
    margin = max(0.5, 0.03 * (right - first))
    style.date_axis(axes, (first - margin, right + margin), start=first)
    axes.axvline(end, color="white", linewidth=2.2)
    axes.axvline(end, color=INK, linewidth=0.9, linestyle=(0, (3, 2)), label=phrase("sites.end"))
    return mesh, last + 1


def _mark(axes: Axes, days: pd.DataFrame, shown: Sequence[Site], right: float) -> None:
    """A triangle before the day of opening and one after the last day open, a ring where a site stays open at `right`.

    The legend says which is which.
    """
    row = {site.id: number for number, site in enumerate(shown)}
    marks = ((OPEN, ">", -2.6, style.BLUE, "sites.opens"), (CLOSED, "<", 2.6, style.VERMILION, "sites.closes"))
    for state, marker, shift, colour, key in marks:
        first = days[days["site_state"] >= state].groupby("site")["day"].min()
        axes.plot(
            first.to_numpy(),
            [row[site] for site in first.index],
            marker=marker,
            color=colour,
            markersize=3.6,
            markeredgewidth=0,
            linestyle="none",
            transform=style.beside(axes, shift),
            label=phrase(key),
        )
    closed = set(days.loc[days["site_state"] >= CLOSED, "site"])
    staying = [number for site, number in row.items() if site not in closed]
    if staying:
        axes.plot(
            [right] * len(staying), staying, marker="o", color=style.GREEN, markersize=3.2, markerfacecolor="white",
            markeredgewidth=1.0, linestyle="none", transform=style.beside(axes, 3.4), label=phrase("sites.stays"),
        )  # fmt: skip
    end, *marks_shown = axes.get_legend_handles_labels()[0]
    style.legend(axes, [*marks_shown, end])


def _label_sites(axes: Axes, names: Sequence[tuple[str, int]]) -> None:
    """Name and number of each site beside its row; of very many rows, of every second, fifth ... one."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 10**9) if len(names) <= step * LABELS_AT_MOST)
    axes.set_yticks(
        range(0, len(names), step),
        [f"{shorten(name, SMALL, NAMES_AT_MOST)} ({number})" for name, number in names[::step]],
    )
    axes.tick_params(axis="y", length=0)


def _sites_message(tables: RunTables, shown: int, listed: int) -> str:
    """Sites opened, and how many at once, as the screen tells them."""
    at_once = fullest_day(tables.series, "sites_open", (tables.first_day, tables.last_day))
    key = "sites.message" if at_once is None else "sites.message_at_once"
    return phrase(
        "sites.message_only" if listed == 1 else key,
        shown=mean_text(tables, "sites_opened") or number(shown),
        listed=number(listed),
        at_once="" if at_once is None else rough(at_once[1]),
    )


def _notes(tables: RunTables, sites: tuple[int, int], without_font: bool) -> list[str]:
    """`sites`: those left out, and those that never close."""
    left_out, not_closed = sites
    notes = [phrase("sites.note", runs=over_runs("median", tables.n_replications)), means_note(tables.n_replications)]
    if left_out:
        key = "sites.left_out_one" if tables.n_replications == 1 else "sites.left_out"
        notes.append(phrase(key, sites=number(left_out)))
    if not_closed:
        notes.append(phrase("sites.not_closed", sites=number(not_closed)))
    if without_font:
        notes.append(phrase("page.no_font"))
    return [" ".join(filter(None, notes))]


def _data(days: pd.DataFrame, shown: Sequence[Site]) -> pd.DataFrame:
    """The numbers drawn, by site in order of the list and day."""
    listed = pd.DataFrame(shown, columns=list(Site._fields)).rename(columns={"id": "site"})
    table = listed.merge(days, on="site", how="inner")
    table["day"] = [f"{moment(day):%Y-%m-%d}" for day in table["day"]]
    return table


def draw_first_street(tables: RunTables) -> Picture | Skipped:
    """Guests against the reported number above, the share of runs in which the site is still open below."""
    so_far, present, still_open = (profile_of(tables, name, PLACE).dropna(subset=["mean"]) for name in QUANTITIES)
    if so_far.empty or not so_far["p95"].max() > 0:
        return Skipped(phrase("street.skipped"))
    days, guests = (reported_figure(tables, measure, PLACE) for measure in ("site_days", "site_guests"))
    notes = [wide_note(tables.n_replications), means_note(tables.n_replications), roles_note(guests, days)]
    figure = page(tables, _first_street_message(tables, so_far, days, guests), [" ".join(filter(None, notes))])
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    _guests(above, so_far, guests)
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


def _guests(axes: Axes, so_far: pd.DataFrame, reported: tuple[float, str] | None) -> None:
    across = so_far["position"].to_numpy(dtype=float)
    handles = style.bands_at(axes, across, so_far, style.BLUE, phrase("street.so_far"), narrow=False)
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


def _first_street_message(
    tables: RunTables, so_far: pd.DataFrame, days: tuple[float, str] | None, guests: tuple[float, str] | None
) -> str:
    name = phrase("street.named", name=tables.first_street) if tables.first_street else phrase("street.any")
    fields = {
        "site": name,
        "guests": mean_text(tables, "site_guests", PLACE) or number(float(so_far["mean"].max())),
        "days": mean_text(tables, "site_days", PLACE),
        "reported_days": number(days[0]) if days else "",
        "reported_guests": number(guests[0]) if guests else "",
    }
    if not fields["days"]:
        return phrase("street.message_guests", **fields)
    if estimate_of(tables, "site_days_censored", PLACE, "mean") > HALF:
        return phrase("street.message_open", **fields)
    return phrase("street.message_reported" if days and guests else "street.message", **fields)
