"""Picture: how much of the variance between points each axis of a saltelli design makes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.commands.sweep.pictures.sentences import phrase, sheet
from sim.commands.sweep.pictures.tables import SweepTables
from sim.drawing import style
from sim.drawing.page import NORMAL
from sim.drawing.tables import Picture, Skipped
from sim.drawing.text import shorten, showable_part
from sim.words.say import number, percent

TEXT_CM, ROW_CM, LEAST_CM = 4.2, 1.0, 6.0
ROOM_FOR_NAMES = 170.0


def draw(tables: SweepTables) -> Picture | Skipped:
    """First-order and total index of each axis with their intervals, the largest total on top."""
    if tables.indices is None:
        return Skipped(phrase("no_value", measure=tables.label, place=tables.place_label))
    table = tables.indices.sort_values("total", ascending=False, kind="stable")
    title = _message(tables, table)
    note = phrase("indices_note", rows=number(tables.index_rows), n=number(tables.n_replications))
    figure = sheet(tables, title, [note], height_cm=max(LEAST_CM, TEXT_CM + ROW_CM * len(table)))
    axes = figure.subplots()
    down = np.arange(len(table))
    handles = []
    for part, shape, colour, shift in (("first", "o", style.BLUE, -0.13), ("total", "D", style.ORANGE, 0.13)):
        middle = table[part].to_numpy()
        off = np.abs(np.stack([middle - table[f"{part}_low"], table[f"{part}_high"] - middle]))
        handles.append(
            axes.errorbar(
                middle, down + shift, xerr=off, fmt=shape, color=colour, markersize=5, elinewidth=1.0, capsize=2.5,
                label=phrase(part),
            )
        )  # fmt: skip
    axes.set_yticks(down, [shorten(showable_part(name), NORMAL, ROOM_FOR_NAMES) for name in table["axis"]])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.axvline(0, color="#999999", linewidth=0.6)
    axes.set_xlim(min(-0.02, float(table["first_low"].min())), max(1.02, float(table["total_high"].max())))
    axes.set_xlabel(phrase("indices_axis"))
    axes.grid(visible=True, axis="x", color="#dddddd", linewidth=0.5)
    style.legend(axes, handles)
    return Picture(figure, table)


def _message(tables: SweepTables, table: pd.DataFrame) -> str:
    """The axis with the largest total index and its share; or that intervals leave open which axis that is.

    An estimated index can be more than 1, which no share of a variance is.
    """
    names = {"measure": tables.label, "place": tables.place_label}
    most = table.iloc[0]
    share = percent(most["total"]) if most["total"] <= 1 else phrase("indices_all")
    if (table["total_high"].iloc[1:] >= most["total_low"]).any():
        return phrase("indices_unclear", axis=most["axis"], other=table["axis"].iloc[1], **names)
    return phrase("indices", axis=most["axis"], share=share, **names)
