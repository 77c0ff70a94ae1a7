"""The page that every picture stands on: message, notes and source round an area for axes, and how it becomes a file.

A page is as wide as half a printed page, 16 cm, and its text is never smaller than 7 points. Text is measured and
wrapped before the axes get the rest, so nothing is cut and nothing overlaps. The same tables give the same bytes:
files carry neither the date nor the version of the program that drew them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.drawing.tables import Picture, RunTables, Skipped
from sim.drawing.text import families, on_one_line, phrase, readable, replications, shorten, showable_part, width, wrap
from sim.keeping.store import safe
from sim.words.language import _

CM = 1 / 2.54
WIDTH_CM, HEIGHT_CM = 16.0, 11.0
DOTS_PER_INCH = 200
SMALL, NORMAL, LARGE = 7.0, 7.5, 10.0
LINE = 1.3  # distance of lines of text, in sizes
MARGIN = 9.0  # points
INK, GREY = "#222222", "#5a5a5a"

# What would differ from one drawing to the next is left out of files.
_METADATA: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
SUFFIXES = tuple(_METADATA)

_CSV: dict[str, Any] = {"float_format": "%.8g", "date_format": "%Y-%m-%d %H:%M", "lineterminator": "\n"}

_STYLE: dict[Any, Any] = {
    "font.size": NORMAL,
    "axes.titlesize": 8.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4.0,
    "axes.labelsize": NORMAL,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": NORMAL,
    "legend.frameon": False,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "svg.hashsalt": "qcap",
}


@contextmanager
def picture_style() -> Iterator[None]:
    """Draw in the style of these pictures, whatever the user's own settings are, and put those back afterwards."""
    font_log = logging.getLogger("matplotlib.font_manager")
    level = font_log.level
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_STYLE, "font.family": families()})
        font_log.setLevel(logging.ERROR)  # many CJK fonts have no bold: not worth a line on the user's screen
        try:
            yield
        finally:
            font_log.setLevel(level)


def page(
    tables: RunTables, message: str, notes: Sequence[str], *, height_cm: float = HEIGHT_CM, basis: str = ""
) -> Figure:
    """An empty page with its texts: `message` as the title, `notes` below it, scenario and seed at the bottom.

    `basis` says what the picture rests on; left out, the number of replications.

    Axes added to the figure fill the rest of the page. Call inside `picture_style()`.
    """
    figure = Figure(figsize=(WIDTH_CM * CM, height_cm * CM), dpi=DOTS_PER_INCH)
    FigureCanvasAgg(figure)
    across, height = WIDTH_CM * CM * 72, height_cm * CM * 72
    most = across - 2 * MARGIN
    title = wrap(showable_part(message[:1].upper() + message[1:]), LARGE, most, weight="bold")
    if tables.only_counted:
        notes = [
            *notes,
            phrase("page.counted", first=tables.day_words(tables.first_day), last=tables.day_words(tables.last_day)),
        ]
    note = [line for text in notes for line in wrap(showable_part(text), NORMAL, most)]
    top = height - MARGIN
    for lines, size, weight, colour in ((title, LARGE, "bold", INK), (note, NORMAL, "normal", GREY)):
        for line in lines:
            figure.text(MARGIN / across, top / height, line, size=size, weight=weight, color=colour, va="top")
            top -= size * LINE
        top -= 2
    figure.text(MARGIN / across, MARGIN / height, _source(tables, most, basis), size=SMALL, color=GREY, va="bottom")
    bottom = MARGIN + SMALL * LINE + 3
    area = (MARGIN / across, bottom / height, 1 - 2 * MARGIN / across, (top - bottom - 3) / height)
    figure.set_layout_engine("constrained", rect=area, w_pad=0.0, h_pad=0.0)
    return figure


def _source(tables: RunTables, most: float, basis: str) -> str:
    """Scenario, seed and what the picture rests on, on one line; a long title is shortened, the rest never."""
    runs = basis or replications(tables.n_replications)
    fields: dict[str, Any] = {"seed": tables.seed, "runs": f"{runs} · {tables.tell}" if tables.tell else runs}
    title = on_one_line(tables.title)
    title = title if title and readable(title) else phrase("page.no_title")
    rest = width(phrase("page.source", title="", **fields), SMALL)
    return phrase("page.source", title=shorten(title, SMALL, most - rest), **fields)


def save(picture: Picture, folder: Path, stem: str, suffix: str) -> list[Path]:
    """Write a picture and its numbers (CSV, UTF-8 with a byte order mark so that spreadsheets read names right)."""
    image, data = folder / f"{stem}{suffix}", folder / f"{stem}.csv"
    picture.figure.savefig(image, format=suffix[1:], metadata=_METADATA[suffix])
    safe(picture.data).to_csv(data, index=False, encoding="utf-8-sig", **_CSV)
    return [image, data]


def keep_picture(folder: Path, name: str, job: Callable[[], Picture | Skipped]) -> str:
    """Draw and keep one picture; returns why it is not there, or nothing. One that fails must not cost the numbers."""
    try:
        with picture_style():
            drawn = job()
            if not isinstance(drawn, Picture):
                return _("picture {name} was not drawn: {reason}").format(name=name, reason=drawn.reason)
            save(drawn, folder, name, ".png")
    except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
        return _("picture {name} failed: {kind}: {error}").format(name=name, kind=type(error).__name__, error=error)
    return ""
