"""columns.csv of a results folder: what each column of its CSV files holds, in English and in Chinese."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from sim.words.columns import COLUMNS
from sim.words.language import catalogue

FILE = "columns.csv"
HEAD = ("file", "column", "meaning", "含义")
RANKS = ("ranks", "proof")
"""Tables, and the picture, whose columns are the unknowns of a calibration."""
PICTURES = {"staff-needed": "predictions", "parts-of-variance": "parts_of_variance"}
"""Pictures whose numbers are those of a table with another name."""


def write_columns(folder: Path) -> None:
    """Write columns.csv for the CSV files below a folder of results, where there are any. Raises OSError."""
    rows = [row for file in sorted(folder.rglob("*.csv")) if file.name != FILE for row in _of_file(file, folder)]
    if not rows:
        return
    half = folder / f".{FILE}.half"
    with half.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([HEAD, *rows])
    os.replace(half, folder / FILE)


def meaning(stem: str, column: str, header: tuple[str, ...]) -> str:
    """What a column holds, in English; `stem`: the file's name without its ending. Empty where it is not known."""
    if stem in RANKS and "covered" not in header:
        return COLUMNS.english["*rank"]
    known = COLUMNS.english.get(f"{PICTURES.get(stem, stem)}.{column}") or COLUMNS.english.get(column)
    if not known and stem == "arrivals":
        return COLUMNS.english["*port"]
    return known or (COLUMNS.english["*path"] if "point" in header else "")


def _of_file(file: Path, folder: Path) -> Iterator[tuple[str, str, str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        header = tuple(next(csv.reader(text), ()))
    chinese = catalogue("zh")
    for column in header:
        words = meaning(file.stem, column, header)
        yield file.relative_to(folder).as_posix(), column, words, chinese.gettext(words) if words else ""
