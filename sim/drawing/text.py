"""Text in pictures: fonts and the names that they can show, how long a line may be, phrases that pictures share.

Nothing is downloaded: Chinese shows with the font of the extra `zh`, or with whatever CJK font the machine has; where
none is, names give way to ids, and pictures are drawn in English.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from sim.scenario.tables.arrivals import Port
from sim.scenario.tables.schema import Scenario, Site
from sim.scenario.tables.staff import Pool
from sim.words import ROLE_NAMES, ROLES
from sim.words.pictures import PICTURES
from sim.words.say import breakable, number

LATIN = "DejaVu Sans"  # ships with matplotlib, so it is there on every machine
CJK = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "PingFang HK",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
    "Noto Sans CJK HK",
    "SimHei",
    "DengXian",
    "SimSun",
    "STHeiti",
    "Heiti TC",
    "Arial Unicode MS",
    "Droid Sans Fallback",
)
ELLIPSIS = "…"
Named = TypeVar("Named", Port, Pool, Site)


def families() -> list[str]:
    """Font families to draw with, in order: the Latin one, then the first CJK font that the machine has."""
    return [LATIN, *_cjk_family(CJK)]


@cache
def _cjk_family(names: tuple[str, ...]) -> tuple[str, ...]:
    """The CJK font, if any: one that matplotlib has listed, else that of the extra `zh`, else one installed since."""
    listed = {font.name for font in font_manager.fontManager.ttflist}
    found = next((name for name in names if name in listed), None)
    if found is None:
        known = {font.fname for font in font_manager.fontManager.ttflist}
        for file in (*_packaged_fonts(), *sorted(set(font_manager.findSystemFonts()) - known)):
            with suppress(Exception):  # a broken font is no reason to draw nothing
                font_manager.fontManager.addfont(file)
        listed = {font.name for font in font_manager.fontManager.ttflist}
        found = next((name for name in names if name in listed), None)
    return () if found is None else (found,)


def _packaged_fonts() -> list[str]:
    """Files of the package that the extra `zh` installs (zhplot: Noto Sans SC, SIL Open Font License)."""
    package = importlib.util.find_spec("zhplot")
    places = package.submodule_search_locations if package is not None else None
    return [str(file) for place in places or () for file in sorted(Path(place).glob("fonts/*.ttf"))]


def readable(text: str) -> bool:
    """Whether the fonts have a sign for every character of the text."""
    faces = [font_manager.get_font(font_manager.findfont(FontProperties(family=name))) for name in families()]
    return all(any(face.get_char_index(ord(sign)) for face in faces) for sign in set(text) if sign != " ")


def on_one_line(text: str) -> str:
    """The text without line breaks, tabs and unprintable characters."""
    return "".join(sign for sign in " ".join(str(text).split()) if sign.isprintable())


def names_or_ids(rows: Sequence[tuple[str, str]]) -> tuple[list[str], bool]:
    """What to call each (id, name): the name, or the id where the name is empty or the fonts cannot show it.

    The second value tells whether any name had to give way for want of a font. An id that cannot be shown either
    loses those characters.
    """
    labels, missing = [], False
    for id_, name in ((on_one_line(row[0]), on_one_line(row[1])) for row in rows):
        shown = readable(name)
        missing |= not shown
        labels.append(name if shown and name else showable_part(id_))
    return labels, missing


def showable_part(text: str) -> str:
    """The text without the characters that no font has."""
    line = on_one_line(text)
    return line if readable(line) else on_one_line("".join(sign for sign in line if readable(sign)))


def width(text: str, size: float, weight: str = "normal") -> float:
    """Width of one line in points."""
    renderer = cast("Any", RendererAgg)(1, 1, 200)  # untyped in matplotlib
    font = FontProperties(size=size, weight=weight)
    return float(renderer.get_text_width_height_descent(text, font, ismath=False)[0]) / 200 * 72 if text else 0.0


def shorten(text: str, size: float, most: float) -> str:
    """The text, or as much of its beginning as fits into `most` points with an ellipsis."""
    if width(text, size) <= most:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size) <= most:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + ELLIPSIS


def wrap(text: str, size: float, most: float, *, weight: str = "normal") -> list[str]:
    """The text as lines of at most `most` points, broken at spaces and between Chinese characters (never before a
    closing sign), or anywhere in a word that is too long.
    """
    lines = [""]
    for space, unit in breakable(text):
        longer = f"{lines[-1]}{space if lines[-1] else ''}{unit}"
        if width(longer, size, weight) <= most:
            lines[-1] = longer
        else:
            lines += _pieces(unit, size, most, weight)
    return [line for line in lines if line]


def _pieces(word: str, size: float, most: float, weight: str) -> list[str]:
    """A word cut where a line is full; most words stay whole."""
    pieces = [""]
    for sign in word:
        if pieces[-1] and width(pieces[-1] + sign, size, weight) > most:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def phrase(key: str, **fields: object) -> str:
    """The words of a picture with its fields filled in."""
    return PICTURES[key].format(**fields)


def with_role(text: str, role: str) -> str:
    """A reported figure with the name of its role behind it, where it has one."""
    return phrase("reported.with", text=text, role=ROLE_NAMES.get(role, role)) if role else text


def roles_note(*reported: tuple[float, str] | None) -> str:
    """What the roles of the figures shown mean: a sentence for each of them that has a meaning."""
    roles = dict.fromkeys(figure[1] for figure in reported if figure is not None)
    return " ".join(
        phrase("reported.role", role=ROLE_NAMES[role], meaning=ROLES[role]) for role in roles if role in ROLE_NAMES
    )


def replications(n: int) -> str:
    """How many replications a picture rests on."""
    return phrase("replications_one") if n == 1 else phrase("replications", n=number(n))


def over_runs(kind: str, n: int, *, short: bool = False) -> str:
    """What a number is over the runs: kind "median" or "mean"; `short` leaves out how many runs there are."""
    if n == 1:
        return phrase("one_run")
    return phrase(kind) if short else phrase(f"{kind}_of", n=number(n))


def bands_note(n: int) -> str:
    """What lines and bands of a picture mean."""
    return phrase("bands.note_one") if n == 1 else phrase("bands.note", n=number(n))


def wide_note(n: int) -> str:
    """What lines and bands of a picture mean that has the band of 90 % alone."""
    return phrase("bands.note_one") if n == 1 else phrase("bands.wide", n=number(n))


def means_note(n: int) -> str:
    """What the numbers in a title are; nothing for a single replication."""
    return "" if n == 1 else phrase("page.means", n=number(n))


def as_shown(scenario: Scenario, file: str = "") -> Scenario:
    """The scenario without names that the fonts cannot show, so that ids stand for them, and with `file` for such a
    title; left out, the title stays and the page says that it cannot be shown. For words only, never to be run.
    """
    sites = scenario.sites
    if sites is not None:
        sites = sites.model_copy(update={"candidates": _named(dict(sites.candidates))})
    return scenario.model_copy(
        update={
            "title": text_or(scenario.title, file or scenario.title),
            "ports": _named(dict(scenario.ports)),
            "pools": _named(dict(scenario.pools)),
            "sites": sites,
        }
    )


def text_or(text: str, otherwise: str) -> str:
    """The text where the fonts have a sign for all of it, else the other one."""
    return text if readable(on_one_line(text)) else otherwise


def _named(tables: dict[str, Named]) -> dict[str, Named]:
    """Without the names that cannot be shown."""
    return {key: table.model_copy(update={"name": text_or(table.name, "")}) for key, table in tables.items()}
