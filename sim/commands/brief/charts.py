"""Pictures of the page as SVG: numbers and words in, markup out. Nothing but layout is computed.

Each is drawn twice: 720 wide for screens and paper, 350 for phones. Looks are classes of page.css; what differs by
colour differs by dashes or shape too.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from sim.commands.brief.blocks import Chart, Table, text_width
from sim.commands.brief.folders import shown
from sim.words.language import _
from sim.words.say import number, short_day

WIDE, NARROW = 720.0, 350.0
GAP = 14.0
"""Room above the plot without a legend."""
LINE_HEIGHT = 18.0
LETTER = 7.0
"""Width of a letter of an axis, about; a Chinese one has twice that."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Values along an axis, and the ticks on it."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def share(self, value: float) -> float:
        """Where a value lies, 0 to 1; what lies outside is put at the end."""
        return min(max((value - self.low) / ((self.high - self.low) or 1.0), 0.0), 1.0)


@dataclass(frozen=True)
class Curve:
    """A line over the axis, with a band where there is one."""

    label: str
    css: str
    values: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    stepped: bool = False


@dataclass(frozen=True)
class Bar:
    """A row of a picture with rows: a stretch with its end, whiskers where there are any, a point."""

    label: str
    css: str
    begin: float
    end: float
    whiskers: tuple[tuple[float, float], ...] = ()
    point: float | None = None
    value: str = ""
    """Its numbers, beside it."""

    @property
    def in_one_line(self) -> str:
        """Its name and its numbers."""
        return " · ".join(part for part in (self.label, self.value) if part)


@dataclass
class Canvas:
    """A picture that is being drawn."""

    width: float
    height: float
    left: float
    top: float
    x: Scale
    y: Scale
    right: float = 12.0
    bottom: float = 24.0
    marks: list[Markup] = field(default_factory=list)

    def at(self, x: float, y: float) -> Point:
        """Where a pair of values lies."""
        across = self.left + self.x.share(x) * (self.width - self.left - self.right)
        return across, self.height - self.bottom - self.y.share(y) * (self.height - self.top - self.bottom)

    def put(self, element: str, text: object = "", /, **attributes: object) -> None:
        """An element; `css` is its class, names of attributes have - for _."""
        pairs = Markup("").join(
            Markup(' {}="{}"').format(name.replace("css", "class").replace("_", "-"), _short(value))
            for name, value in attributes.items()
            if value != ""
        )
        closing = Markup(">{}</{}>").format(shown(text), element) if text != "" else Markup("/>")
        self.marks.append(Markup("<{}{}").format(Markup(element), pairs) + closing)

    def path(self, points: Sequence[Point], css: str, *, closed: bool = False) -> None:
        """A line through points."""
        steps = "L".join(f"{_short(x)} {_short(y)}" for x, y in points)
        if steps:
            self.put("path", d=f"M{steps}{'Z' if closed else ''}", css=css)

    def svg(self, name: str, css: str) -> Markup:
        """The picture; its name is what a screen reader says."""
        head = Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            css, _short(self.width), _short(self.height), shown(name)
        )
        return head + Markup("").join(self.marks) + Markup("</svg>")


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def number_scale(values: Sequence[float], wanted: int = 5, label: Callable[[float], str] = number) -> Scale:
    """From 0 (or below) to above the largest value, with round ticks."""
    there = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *there]), max([0.0, *there])
    if low == high:
        high = 1.0
    step = _round_step((high - low) / wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple((round(step * i, 9), label(round(step * i, 9))) for i in range(first, last + 1))
    return Scale(ticks[0][0], ticks[-1][0], ticks)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(each for each in (1, 2, 2.5, 5, 10) if each * power >= rough * (1 - 1e-9))


def day_scale(first: dt.date, last: dt.date, most: int) -> Scale:
    """Days by their ordinals; ticks on the first of a month and between, at most so many."""
    n = (last - first).days + 1
    every = next((step for step in (1, 2, 7, 14, 28, 56, 112) if n / step <= most), 365)
    ticks = [first + dt.timedelta(days=day) for day in range(0, n, every)]
    return Scale(first.toordinal(), last.toordinal() + 1, tuple((day.toordinal(), short_day(day)) for day in ticks))


def hour_scale(most: int) -> Scale:
    """The hours of a day."""
    every = 3 if most > 6 else 6
    return Scale(0, 24, tuple((hour, f"{hour:02d}:00") for hour in range(0, 25, every)))


def both(name: str, draw: Callable[[float], Canvas], table: Table | None = None, note: object = "") -> Chart:
    """A chart from a function of its width."""
    folded = None if table is None else replace(table, folded=_("Numbers: {what}").format(what=name))
    return Chart(name, draw(WIDE).svg(name, "wide"), draw(NARROW).svg(name, "narrow"), note, folded)


def curves(width: float, x: Callable[[int], Scale], at: Sequence[float], lines: Sequence[Curve], unit: str) -> Canvas:
    """Lines over days or hours: `at` are their places on the axis that `x` makes for a number of ticks."""
    values = [value for line in lines for value in (*line.values, *line.high, *line.low)]
    y = number_scale(values)
    left = 10 + LETTER * max(len(label) for _, label in y.ticks)
    legend = _legend_rows(width, left, [line.label for line in lines])
    top = GAP + LINE_HEIGHT * (len(legend) + 1)
    canvas = Canvas(width, top + (230 if width == WIDE else 180), left, top, x(10 if width == WIDE else 4), y)
    _axes(canvas, unit)
    _legend(canvas, legend, [line.css for line in lines])
    for line in sorted(lines, key=lambda line: not len(line.low)):
        _curve(canvas, at, line)
    return canvas


def _curve(canvas: Canvas, at: Sequence[float], line: Curve) -> None:
    if len(line.low):
        upper = _steps(at, line.high) if line.stepped else list(zip(at, line.high, strict=True))
        lower = _steps(at, line.low) if line.stepped else list(zip(at, line.low, strict=True))
        area = [canvas.at(*point) for point in (*upper, *reversed(lower)) if math.isfinite(point[1])]
        canvas.path(area, f"band {line.css}", closed=True)
    points = _steps(at, line.values) if line.stepped else list(zip(at, line.values, strict=True))
    canvas.path([canvas.at(*point) for point in points if math.isfinite(point[1])], f"line {line.css}")


def _steps(at: Sequence[float], values: Sequence[float]) -> list[Point]:
    """A value holds until the next one begins; the last one as long as the one before it."""
    ends = [*at[1:], at[-1] + (at[-1] - at[-2] if len(at) > 1 else 1)]
    return [
        point for begin, end, value in zip(at, ends, values, strict=True) for point in ((begin, value), (end, value))
    ]


def _axes(canvas: Canvas, unit: str) -> None:
    for value, label in canvas.y.ticks:
        x, y = canvas.at(canvas.x.low, value)
        canvas.put("line", x1=x, y1=y, x2=canvas.width - canvas.right, y2=y, css="zero" if value == 0 else "grid")
        canvas.put("text", label, x=x - 5, y=y + 4, css="tick end")
    for value, label in canvas.x.ticks:
        x, y = canvas.at(value, canvas.y.low)
        canvas.put("line", x1=x, y1=y, x2=x, y2=y + 4, css="zero")
        if x <= canvas.width - canvas.right - LETTER:
            canvas.put("text", label, x=x, y=y + 17, css="tick mid" if x > canvas.left + 4 else "tick")
    canvas.put("text", unit, x=4.0, y=canvas.top - 8, css="tick")


def _legend_rows(width: float, left: float, labels: Sequence[str]) -> list[list[tuple[float, int, str]]]:
    """Places of labels, row by row: (x, which, label)."""
    rows: list[list[tuple[float, int, str]]] = [[]]
    x = left
    for which, label in enumerate(labels):
        wide = 36 + _width(label)
        if rows[-1] and x + wide > width:
            rows.append([])
            x = left
        rows[-1].append((x, which, label))
        x += wide
    return rows


def _width(text: str) -> float:
    return LETTER * text_width(text)


def _legend(canvas: Canvas, rows: list[list[tuple[float, int, str]]], css: Sequence[str]) -> None:
    for number_, row in enumerate(rows):
        y = GAP + LINE_HEIGHT * number_
        for x, which, label in row:
            canvas.put("line", x1=x, y1=y - 4, x2=x + 22, y2=y - 4, css=f"line {css[which]}")
            canvas.put("text", label, x=x + 27, y=y, css="legend")


def bars(width: float, x: Callable[[int], Scale], rows: Sequence[Bar], unit: str = "", zero: bool = False) -> Canvas:
    """Rows with a stretch each, their names to the left; on a phone above it."""
    beside = width == WIDE
    names = min(max((_width(row.label) for row in rows), default=0.0), 0.46 * width)
    values = max((_width(row.value) for row in rows), default=0.0)
    left, right = (names + 14 if beside else 8.0), (values + 14 if beside and values else 14.0)
    each = 20.0 if beside else 34.0
    top = 26.0
    scale = x(8 if beside else 4)
    canvas = Canvas(width, top + each * len(rows) + 10, left, top, scale, Scale(0, 1, ()), right=right, bottom=10.0)
    _rules(canvas, unit, zero=zero)
    for number_, row in enumerate(rows):
        y = top + each * number_ + (each / 2 if beside else 24.0)
        _bar(canvas, row, y)
        if beside:
            canvas.put("text", _cut_name(row.label, left - 14), x=left - 8, y=y + 4, css="legend end")
            canvas.put("text", row.value, x=width - right + 8, y=y + 4, css="tick")
        else:
            canvas.put(
                "text",
                _cut_name(row.in_one_line, width - 16),
                x=left,
                y=y - 10,
                css="legend",
            )
    return canvas


def _cut(text: str, width: float) -> str:
    """A text that fits; the whole one stands in the table."""
    while text and _width(text) > width:
        text = text[:-2].rstrip() + "…"
    return text


def _cut_name(label: str, width: float) -> str:
    """A name that fits; of a value's name and its value the name is cut."""
    name, equals, value = label.rpartition(" = ")
    return _cut(name, width - _width(equals + value)) + equals + value if equals else _cut(label, width)


def _rules(canvas: Canvas, unit: str, *, zero: bool) -> None:
    bottom = canvas.height - canvas.bottom
    for value, label in canvas.x.ticks:
        x, _ = canvas.at(value, 0)
        canvas.put("line", x1=x, y1=canvas.top, x2=x, y2=bottom, css="zero" if zero and value == 0 else "grid")
        half = _width(label) / 2
        place = "tick" if x < 4 + half else "tick end" if x + half > canvas.width else "tick mid"
        canvas.put("text", label, x=x, y=canvas.top - 8, css=place)
    if unit and canvas.width == WIDE:
        canvas.put("text", unit, x=4.0, y=canvas.top - 8, css="tick")


def _bar(canvas: Canvas, row: Bar, y: float) -> None:
    begin, end = canvas.at(row.begin, 0)[0], canvas.at(row.end, 0)[0]
    if row.begin != row.end:
        width = max(abs(end - begin), 1.5)
        canvas.put("rect", x=min(begin, end), y=y - 5, width=width, height=10.0, css=f"bar {row.css}")
    for low, high in row.whiskers:
        from_x, to_x = canvas.at(low, 0)[0], canvas.at(high, 0)[0]
        canvas.path([(from_x, y), (to_x, y)], "whisker")
        for x in (from_x, to_x):
            canvas.path([(x, y - 4), (x, y + 4)], "whisker")
    if row.point is not None:
        canvas.put("circle", cx=canvas.at(row.point, 0)[0], cy=y, r=4.0, css=f"dot {row.css}")


def with_rule(canvas: Canvas, value: float, label: str) -> Canvas:
    """The picture with an upright line at a value, and its words."""
    x, bottom = canvas.at(value, canvas.y.low)
    canvas.put("line", x1=x, y1=canvas.top, x2=x, y2=bottom, css="limit")
    canvas.put("text", label, x=x + 5, y=bottom - 8, css="legend")
    return canvas
