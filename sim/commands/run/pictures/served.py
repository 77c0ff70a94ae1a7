"""Picture: people served so far, against the reported total."""

from __future__ import annotations

from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, RunTables, Skipped, day_number, reported_figure, rows_of
from sim.drawing.words import bands_note, over_runs, phrase, roles_note, with_role
from sim.words.say import number


def draw(tables: RunTables) -> Picture | Skipped:
    """Cumulative people served hour by hour with bands of single runs, and the reported figure as a line."""
    rows = rows_of(tables.series, "persons_served").dropna(subset=["p50"])
    if rows.empty:
        return Skipped(phrase("served.skipped"))
    reported = reported_figure(tables, "persons_served")
    note = f"{bands_note(tables.n_replications)} {roles_note(reported)}"
    figure = page(tables, _message(tables, float(rows["p50"].iloc[-1]), reported), [note])
    axes = figure.add_subplot()
    handles = style.bands(axes, rows, style.BLUE, phrase("served.line"))
    highest = float(rows[["p50", "p95"]].max().max())
    if reported is not None:
        value, role = reported
        style.target(axes, value, with_role(phrase("reported.line", value=number(value)), role))
        highest = max(highest, value)
        rows = rows.assign(reported=value, role=role)
    style.count_axis(axes.yaxis, phrase("served.axis"), highest)
    style.date_axis(axes, (day_number(tables.first_day), day_number(tables.last_day) + 1), hours=True)
    style.legend(axes, handles)
    return Picture(figure, rows)


def _message(tables: RunTables, served: float, reported: tuple[float, str] | None) -> str:
    key = "served.message" if reported is None else "served.message_reported"
    return phrase(
        key,
        served=number(served),
        day=tables.day_words(tables.last_day),
        median=over_runs("median", tables.n_replications, short=True),
        reported="" if reported is None else number(reported[0]),
    )
