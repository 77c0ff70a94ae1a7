"""Which settings a sweep runs: its axes, and a design that picks from them.

`--vary PATH=VALUES` is an axis. VALUES are START:STOP:STEP (STOP included when it is hit, decimals exact), a list a,b,c
of values as `--set` takes them, or lo..hi for designs that draw from a range. Several paths joined by + move together:
one VALUES for all of them, or one for each, separated by slashes: `a+b=30,36/20,24` is (30, 20), then (36, 24). The
path `scenario` takes files.

Designs place points in the unit cube, one direction for each axis, and `Axis.at` makes settings of them. They depend on
the seed and nothing else; the first points of a sobol design stay the same when more are asked for.

- grid: every combination, the last axis changing fastest.
- lhs: Latin hypercube (McKay, Beckman and Conover 1979, Technometrics 21, 239-245): each axis is cut into N equal parts
  and each part is used once.
- sobol: N points of Sobol's sequence, moved by a random shift around the cube (Cranley and Patterson 1976, SIAM J.
  Numer. Anal. 13, 904-914); best with N a power of 2.
- saltelli: the points from which indices are estimated: N points A, N points B, and for each axis A with the column of
  B (Saltelli et al. 2010, Comput. Phys. Commun. 181, 259-270), N x (axes + 2) in all; N is a power of 2.
"""

from __future__ import annotations

import itertools
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.faults import Fault, nearest, show
from sim.scenario.files.changing import toml_value
from sim.words.language import all_of, said

REPLICATIONS, SEED = 20, 1
"""Where neither command nor plan file says; with an ensemble there are more replications."""
SCENARIO = "scenario"
"""The path whose values are scenario files."""
MOST_VALUES = 100_000
LARGEST = Decimal("1e15")
"""Numbers of an axis lie within this, and not nearer to 0 than its inverse."""
LONGEST_NUMBER = 40
"""Characters of a number."""
FROM_COMMAND_LINE = "--vary"

Setting = tuple[Any, ...]
"""One value for each path of an axis."""
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_STEPS = re.compile(rf"\s*({_NUMBER})\s*:\s*({_NUMBER})\s*:\s*({_NUMBER})\s*")
_BETWEEN = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*")


class SettingError(ValueError):
    """A text that gives no values; the message is the rule that it breaks."""


@dataclass(frozen=True)
class Between:
    """All numbers from `low` to `high`; whole ones, both ends included, when both ends were written as whole."""

    low: Decimal
    high: Decimal
    whole: bool

    def at(self, share: float) -> int | float:
        """The number at a share (0 to below 1) of the range; six significant digits are enough to know it by."""
        if self.whole:
            return int(self.low) + int(share * (int(self.high) - int(self.low) + 1))
        return float(f"{float(self.low) + share * float(self.high - self.low):.6g}")


@dataclass(frozen=True)
class Axis:
    """One thing that a sweep varies: one path, or several that move together."""

    paths: tuple[str, ...]
    settings: tuple[Setting, ...] = ()
    """The listed settings; empty for a range."""
    between: tuple[Between, ...] = ()
    """A range for each path; empty for a list."""

    @property
    def name(self) -> str:
        """The paths joined by +."""
        return "+".join(self.paths)

    def at(self, share: float) -> Setting:
        """The setting at a share (0 to below 1) of the axis; listed ones are equally likely."""
        if self.between:
            return tuple(between.at(share) for between in self.between)
        return self.settings[int(share * len(self.settings))]

    @property
    def ends(self) -> tuple[Setting, ...]:
        """Settings to test before a sweep begins: all listed ones, or both ends of a range."""
        return self.settings or (self.at(0.0), self.at(1.0 - 1e-12))


def read_axis(text: str, by: str = FROM_COMMAND_LINE) -> tuple[Axis | None, list[Fault]]:
    """The axis in a text PATH[+PATH…]=VALUES[/VALUES…]; faults, which name `by`, instead of it when it has any."""
    name, equals, given = text.partition("=")
    paths = tuple(part.strip() for part in name.split("+"))
    if not equals or not all(paths):
        rule = "must be PATH=VALUES, such as ports.gongbei.coaches=2:6:1"
        return None, [Fault(by, text, None, rule)]
    return _axis(paths, given, by)


def axis_of(name: str, given: Any, by: str) -> tuple[Axis | None, list[Fault]]:
    """The axis in an entry of a plan's table `vary`: values as text, or a list of them (of lists, for joined paths)."""
    paths = tuple(part.strip() for part in name.split("+"))
    if isinstance(given, str):
        return _axis(paths, given, by)
    rows = given if isinstance(given, list) else [given]
    settings = tuple(tuple(row) if len(paths) > 1 and isinstance(row, list) else (row,) * len(paths) for row in rows)
    if not settings or any(len(setting) != len(paths) for setting in settings):
        return None, [
            Fault(by, f"vary.{name}", None, said("must be a list with {n} values in each entry", n=len(paths)))
        ]
    return Axis(paths, settings), _twice(Axis(paths, settings), by)


def _axis(paths: tuple[str, ...], given: str, by: str) -> tuple[Axis | None, list[Fault]]:
    texts = [given] if len(paths) == 1 else _split(given, "/")
    name = "+".join(paths)
    if len(texts) not in (1, len(paths)):
        rule = said(
            "{n} paths need one list of values, or {n} separated by slashes; there are {given}",
            n=len(paths),
            given=len(texts),
        )
        return None, [Fault(by, name, None, rule)]
    if len(set(paths)) != len(paths):
        return None, [Fault(by, name, None, "names a path twice")]
    columns: list[list[Any] | Between] = []
    for path, text in zip(paths, texts * len(paths) if len(texts) == 1 else texts, strict=False):
        try:
            columns.append(_files(text) if path == SCENARIO else _values(text))
        except SettingError as error:
            return None, [Fault(by, path, text, error.args[0])]
    return _together(paths, columns, by)


def _together(paths: tuple[str, ...], columns: list[list[Any] | Between], by: str) -> tuple[Axis | None, list[Fault]]:
    ranges = tuple(column for column in columns if isinstance(column, Between))
    lists = [column for column in columns if isinstance(column, list)]
    if ranges and lists:
        return None, [Fault(by, "+".join(paths), None, "a range lo..hi and a list can not move together")]
    if ranges:
        return Axis(paths, between=ranges), []
    lengths = [len(column) for column in lists]
    if len(set(lengths)) > 1:
        rule = said(
            "paths that move together need equally many values; there are {numbers}",
            numbers=all_of([str(length) for length in lengths]),
        )
        return None, [Fault(by, "+".join(paths), None, rule)]
    axis = Axis(paths, tuple(zip(*lists, strict=True)))
    return axis, _twice(axis, by)


def _twice(axis: Axis, by: str) -> list[Fault]:
    """A value that is listed twice would be two points with the same numbers."""
    seen: set[str] = set()
    for setting in axis.settings:
        if repr(setting) in seen:
            shown = setting[0] if len(setting) == 1 else ", ".join(map(str, setting))
            return [Fault(by, axis.name, shown, "is listed twice")]
        seen.add(repr(setting))
    return []


def _values(text: str) -> list[Any] | Between:
    match = _BETWEEN.fullmatch(text)
    if match:
        low, high = _number(match[1]), _number(match[2])
        if not low < high:
            raise SettingError("a range lo..hi must go up")
        return Between(low, high, all(re.fullmatch(r"[-+]?\d+", end) for end in match.groups()))
    found: list[Any] = []
    for item in _split(text, ","):
        if not item.strip():
            raise SettingError("a value is missing between commas, or after =")
        steps = _STEPS.fullmatch(item)
        found += _counted(*steps.groups()) if steps else [toml_value(item)]
    return found


def _counted(start: str, stop: str, step: str) -> list[int | float]:
    """START, START + STEP, … up to STOP, which is included when it is hit. In decimals, so that 0.1:0.3:0.1 has 0.3."""
    first, last, by = _number(start), _number(stop), _number(step)
    if by == 0 or (last - first) * by < 0:
        raise SettingError("STEP must lead from START to STOP")
    count = int((last - first) / by) + 1
    if count > MOST_VALUES:
        raise SettingError(said("makes {count:,} values; at most {most:,}", count=count, most=MOST_VALUES))
    numbers = [first + by * index for index in range(count)]
    whole = all(re.fullmatch(r"[-+]?\d+", word) for word in (start, stop, step))
    return [int(number) if whole else float(number) for number in numbers]


def _number(text: str) -> Decimal:
    """The number in a text; one that no scenario can hold is refused, before it is counted with."""
    exponent = re.search(r"[eE]([-+]?\d+)$", text)
    number = Decimal(text) if exponent is None or len(exponent[1]) <= 4 else Decimal(LARGEST) * 10
    if len(text) > LONGEST_NUMBER or not (number == 0 or 1 / LARGEST <= abs(number) <= LARGEST):
        raise SettingError(
            said("has a number that is too large, too small or too long: {text}", text=text[:LONGEST_NUMBER])
        )
    return number


def _files(text: str) -> list[Any]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise SettingError("a file is missing between commas, or after =")
    return names


def _split(text: str, mark: str) -> list[str]:
    """Parts of the text between marks that stand in no brackets and no quotes."""
    pieces, depth, quote = [""], 0, ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == mark and depth == 0:
            pieces.append("")
            continue
        pieces[-1] += sign
    return pieces


def as_text(value: Any) -> str:
    """A value in a table or picture: numbers as short as they can be, all else as it stands in a scenario."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return show(value) or str(value)
    return repr(value)


def setting_text(setting: Sequence[Any]) -> str:
    """All values of a setting, for a picture's axis."""
    return " / ".join(map(as_text, setting))


def short_names(values: Iterable[Any]) -> dict[Any, Any]:
    """Names of scenario files as tables and pictures show them: without folder and ending where they still differ."""
    names = list(dict.fromkeys(values))
    stems = [Path(str(name)).stem for name in names]
    return dict(zip(names, stems if len(set(stems)) == len(names) else names, strict=True))


GRID, LHS, SOBOL, SALTELLI = "grid", "lhs", "sobol", "saltelli"
DESIGNS = (GRID, LHS, SOBOL, SALTELLI)
MOST_POINTS = 100_000
LEAST_OF_SALTELLI = 16
"""Rows below which indices are not worth reading."""

Settings = tuple[Setting, ...]
"""A setting for each axis: a point."""


@dataclass(frozen=True)
class Design:
    """How points are chosen."""

    kind: str = GRID
    n: int | None = None
    """Settings of lhs and sobol, rows of saltelli; None for a grid."""


def design_faults(axes: Sequence[Axis], design: Design) -> list[Fault]:
    """What is wrong with the options of a design."""
    if design.kind not in DESIGNS:
        words = said("must be {designs}", designs=[*DESIGNS])
        return [Fault("--design", design.kind, None, words, nearest(design.kind, DESIGNS))]
    faults = []
    if design.kind == GRID:
        if design.n is not None:
            faults.append(Fault("--points", str(design.n), None, "a grid has as many settings as its values make"))
        faults += [
            Fault("--vary", axis.name, None, "a range lo..hi needs --design lhs, sobol or saltelli, and --points")
            for axis in axes
            if axis.between
        ]
    elif design.n is None:
        faults.append(Fault("--points", "", None, said("is needed for --design {kind}", kind=design.kind)))
    elif design.kind == SALTELLI and (design.n < LEAST_OF_SALTELLI or design.n & (design.n - 1)):
        rule = said(
            "must be a power of 2, at least {least_of_saltelli}, for --design saltelli",
            least_of_saltelli=LEAST_OF_SALTELLI,
        )
        faults.append(Fault("--points", str(design.n), None, rule))
    if not faults and (total := count(axes, design)) > MOST_POINTS:
        faults.append(
            Fault(
                "--vary",
                "",
                None,
                said("makes {total:,} settings; at most {most_points:,}", total=total, most_points=MOST_POINTS),
            )
        )
    return faults


def count(axes: Sequence[Axis], design: Design) -> int:
    """Points of a design without faults."""
    if design.kind == GRID:
        return math.prod(len(axis.settings) for axis in axes)
    return (design.n or 0) * (len(axes) + 2 if design.kind == SALTELLI else 1)


def settings_of(axes: Sequence[Axis], design: Design, seed: int) -> Iterator[Settings]:
    """The points in order. Of saltelli: all A, all B, then A with B's column for each axis."""
    if design.kind == GRID:
        yield from itertools.product(*(axis.settings for axis in axes))
        return
    for row in _shares(len(axes), design, seed).tolist():
        yield tuple(axis.at(share) for axis, share in zip(axes, row, strict=True))


def _shares(n_axes: int, design: Design, seed: int) -> NDArray[np.float64]:
    """Points of the unit cube, one row each."""
    n, rng = design.n or 0, np.random.Generator(np.random.Philox(key=[seed, DESIGNS.index(design.kind)]))
    if design.kind == LHS:
        ranks = np.stack([rng.permutation(n) for _ in range(n_axes)], axis=1)
        return (ranks + rng.random((n, n_axes))) / n
    if design.kind == SOBOL:
        return _sobol(n, n_axes, rng)
    both = _sobol(n, 2 * n_axes, rng)
    a, b = both[:, :n_axes], both[:, n_axes:]
    mixed = []
    for column in range(n_axes):
        one = a.copy()
        one[:, column] = b[:, column]
        mixed.append(one)
    return np.concatenate([a, b, *mixed])


def _sobol(n: int, n_axes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    from scipy.stats import qmc  # noqa: PLC0415  start-up time

    shift = rng.random(n_axes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather have powers of 2; so do we, and say so in the documentation
        points = qmc.Sobol(n_axes, scramble=False).random(n)
    return np.minimum((points + shift) % 1.0, 1.0 - 1e-12)
