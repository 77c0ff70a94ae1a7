"""The language of words that users see. English is the key: a text without a translation stays as it is.

Chosen once for a command (`--lang`), else by QCAP_LANG, else by the locale of the system (zh_* is Chinese), else English.
Worker processes find it in QCAP_LANG. Catalogues stand in `locale/`; they are compiled when the package is built or
installed, and in memory where the compiled one is missing or older than its source.
"""

from __future__ import annotations

import gettext
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

LANGUAGES = {"en": "en", "zh": "zh_CN"}
"""By word of `--lang`: name of the catalogue."""
VARIABLE = "QCAP_LANG"
LOCALE = Path(__file__).parent / "locale"
DOMAIN = "qcap"

_chosen: ContextVar[str] = ContextVar("language", default="")
Value = TypeVar("Value")


def use(language: str) -> None:
    """From now on words are in this language, here and in processes begun from here. ValueError: there is none."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _chosen.set(language)
    os.environ[VARIABLE] = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Words are in this language inside, here only."""
    before = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(before)


def language() -> str:
    """`en` or `zh`: what was chosen, else what the environment says."""
    asked = _chosen.get() or os.environ.get(VARIABLE, "").lower()
    if asked in LANGUAGES:
        return asked
    system = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if system.lower().startswith("zh") else "en"


def _(text: str) -> str:
    """The text in the language of the day."""
    return catalogue(language()).gettext(text) if text else text


class Said(str):
    """A sentence filled in, in English for the program, which knows its sentences by that; `str(…)` and `spoken` tell it
    in the language of the day. Of its fields only those that were said themselves are told in that language: a field of
    plain text is a key, an id or a value of the user, and stays as it is, though it be a word of the catalogue. A field
    that is a list is told one after the other.
    """

    template: str
    fields: dict[str, Any]

    def __new__(cls, template: str, fields: dict[str, Any]) -> Said:
        """The template filled in with the fields."""
        parts = {name: ", ".join(value) if isinstance(value, list) else value for name, value in fields.items()}
        made = super().__new__(cls, template.format(**parts) if parts else template)
        made.template, made.fields = template, fields
        return made

    def __str__(self) -> str:
        """In the language of the day."""
        text = _(self.template)
        parts = {name: _part(value) for name, value in self.fields.items()}
        return text.format(**parts) if parts else text

    def __reduce__(self) -> tuple[Any, ...]:
        return Said, (self.template, self.fields)


def _part(value: Any) -> Any:
    """A field of a sentence in the language of the day."""
    if isinstance(value, list):
        return _(", ").join(map(str, value))
    return str(value) if isinstance(value, Said) else value


def said(template: str, /, **fields: Any) -> Said:
    """A sentence filled in: English wherever the program looks at it, in the language of the day where it is told.

    Without fields nothing is filled in: so a text of the program is marked that is to be a field of another sentence.
    """
    return template if isinstance(template, Said) else Said(template, fields)


def all_of(words: Sequence[str]) -> str:
    """`a, b and c`, of words that stay as they are."""
    if len(words) < 2:
        return "".join(words)
    return said("{first} and {last}", first=[*words[:-1]], last=words[-1])


def spoken(text: Any) -> Any:
    """What was said, or a text without fields, in the language of the day; other values as they are."""
    if isinstance(text, Said):
        return str(text)
    return _(text) if isinstance(text, str) else text


def recognised(words: str, table: Texts[str]) -> str:
    """What a library says in English, as the sentence of the table that it is; one that is not there stays as it is."""
    for text in table.english.values():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(text))
        if found := re.fullmatch(pattern, words, re.DOTALL):
            return said(text, **found.groupdict())
    return words


def translated(value: Value) -> Value:
    """The same value with all its texts in the language of the day: a text, or a tuple of values."""
    if isinstance(value, str):
        return _(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        parts = [translated(each) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)  # type: ignore[return-value]
    return value


class Texts(Mapping[Any, Value]):
    """Texts by key, written in English; looked up, they are in the language of the day."""

    def __init__(self, *tables: Mapping[Any, Value]) -> None:
        self.english: dict[Any, Value] = {key: value for table in tables for key, value in table.items()}
        """The texts as they are written: the keys of catalogues."""

    def __getitem__(self, key: Any) -> Value:
        """The text with this key. KeyError: there is none."""
        return translated(self.english[key])

    def __iter__(self) -> Iterator[Any]:
        """Over the keys, in the order in which they are written."""
        return iter(self.english)

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self.english)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Translations into a language; none for English."""
    folder = LOCALE / LANGUAGES[language] / "LC_MESSAGES"
    source, compiled = folder / f"{DOMAIN}.po", folder / f"{DOMAIN}.mo"
    if not source.is_file() and not compiled.is_file():
        return gettext.NullTranslations()
    fresh = compiled.is_file() and (not source.is_file() or compiled.stat().st_mtime >= source.stat().st_mtime)
    return gettext.GNUTranslations(io.BytesIO(compiled.read_bytes() if fresh else compile_catalogue(source)))


def compile_catalogue(source: Path) -> bytes:
    """The bytes of the .mo of a .po."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  only where nothing was compiled
    from babel.messages.pofile import read_po  # noqa: PLC0415

    made = io.BytesIO()
    with source.open("rb") as text:
        write_mo(made, read_po(text, locale=source.parts[-3]))
    return made.getvalue()
