"""A page of `qcap brief` held against the results files it was made from, by other code than made it."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from sim.scenario import read

SCALES = (1, 100, 1e-4, 1e-6, 1 / 60, 1 / 1440, 1 / 24)
"""A share in per cent, yuan in tens of thousands or millions, minutes in hours or days, hours in days."""
WORD = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")


class Page(HTMLParser):
    """What stands in `data` elements (value, source, text), and all tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.data: list[tuple[str, str, str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.beside: list[str] = []
        """Text in columns of numbers that stands in no `data` element."""
        self.ticks: list[str] = []
        """Short texts of pictures: on axes and beside bars."""
        self._open: list[str] = []
        self._class = ""
        """Of the last element that has one or is a cell."""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._open.append(tag)
        if tag in ("td", "text"):
            self._class = given.get("class") or ""
        if tag == "data":
            self.data.append((given["value"] or "", given["data-f"] or "", ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        if "data" in self._open:
            value, source, before = self.data[-1]
            self.data[-1] = (value, source, before + text)
        elif "td" in self._open and self._class == "n":
            self.beside.append(text)
        elif self._open[-1:] == ["text"] and self._class == "tick":
            self.ticks.append(text)


@cache
def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def manifest(file: Path) -> dict[str, object]:
    return dict(json.loads(file.read_text(encoding="utf-8")))


@cache
def kinds(file: Path) -> Counter[str]:
    found = Counter(row.kind for row in read(file).provenance)
    return found + Counter({"all": sum(found.values())})


def numbers_of(value: object) -> Iterator[float]:
    if isinstance(value, bool):
        return
    if isinstance(value, list | dict):
        yield len(value)
    else:
        try:
            yield float(str(value))
        except ValueError:
            return


def known(folders: list[Path], source: str) -> tuple[str, list[float]]:
    """The cell of a source as text, and the numbers that may stand in its words: those of its row, half widths of its
    intervals, replications that are left.
    """
    place, name, *rest = source.split("/")
    folder = folders[int(place)]
    if name == "manifest.json":
        found: object = manifest(folder / name)
        for key in rest:
            found = found[key]
        return str(found), list(numbers_of(found))
    if name == "scenario.toml":
        count = kinds(folder / name)[rest[-1]]
        return str(count), [count]
    row = table(folder / name)[int(rest[0])]
    numbers = [number for value in row.values() for number in numbers_of(value)]
    by_name = {name: float(value) for name, value in row.items() if list(numbers_of(value))}
    middle = next((by_name[key] for key in ("mean", "difference") if key in by_name), None)
    if middle is not None:
        ends = ("low", "high", "joint_low", "joint_high")
        numbers += [abs(by_name.get(end, middle) - middle) for end in ends]
    if {"runs", "n"} <= set(by_name):
        numbers.append(by_name["n"] - by_name["runs"])
    numbers += [
        float(part) for value in row.values() for part in re.findall(r"\d+", value) if re.match(r"\d{4}-", value)
    ]
    return row[rest[1]], numbers


def rounded_alike(word: str, number: float) -> bool:
    """Whether a number as it is told may be this one: to its last digit, noughts at the end of a whole one left out."""
    digits = word.replace(",", "").replace("−", "-")
    decimals = len(digits.partition(".")[2])
    noughts = len(digits) - len(digits.rstrip("0")) if not decimals and digits.strip("-0") else 0
    return abs(float(digits) - number) <= 0.5001 * 10.0 ** (noughts - decimals) + 1e-9


def wrong_numbers(page: Page, folders: list[Path]) -> list[str]:
    """Each `data` element whose value is not its cell's, or in whose words a number stands that its row has not."""
    found = []
    for value, source, text in page.data:
        cell, numbers = known(folders, source)
        if list(numbers_of(cell)) != list(numbers_of(value)) and cell != value:
            found.append(f"{source}: {value!r}, the file has {cell!r}")
        for word in WORD.findall(re.sub(r"(?<![\d.])95 ?%", "", text)):
            if not any(rounded_alike(word, scale * number) for number in numbers for scale in SCALES):
                found.append(f"{source}: {text!r}: {word} is not in the row")
    return found
