"""Text that users wrote, on its way out: data, whatever it looks like. One function for each medium.

Titles, names, notes, questions, file names and values of a scenario come from people whom the reader of a result may
not know. A spreadsheet must not take them for formulas, a terminal not for commands, Markdown not for headings, links
or HTML, the disk not for folders.
"""

from __future__ import annotations

import re
from typing import Any

FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"
"""A cell that begins with one of these may be a formula; the wide ones are, in spreadsheets of East Asia."""
LONGEST_FILE_NAME = 100
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_LINE_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and line feed
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # direction, width, interlinear
    "\U000e0000-\U000e007f\ud800-\udfff]"  # tags; halves of characters
)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~$]|&(?=#?\w+;)|^[-+=](?=\s|$|[-+=])|(?<=^\d)[.)](?!\S)|(?<=^\d\d)[.)](?!\S))")
_NOT_IN_FILE_NAMES = re.compile(r'[\s/\\:*?"<>|`$]+')
SHOWN_INSTEAD = "\ufffd"
"""The sign for a character that can not be shown."""


def one_line(text: str) -> str:
    """The text with a space for every run of line breaks and tabs."""
    return _LINE_BREAKS.sub(" ", text)


def for_terminal(text: object) -> str:
    """Text that moves no cursor, changes no colour and turns no direction; its line feeds stay."""
    return _HIDDEN.sub(SHOWN_INSTEAD, str(text))


def for_spreadsheet(cell: Any) -> Any:
    """A cell of a CSV file; text that may be a formula gets an apostrophe in front, a number below 0 does not."""
    return f"'{cell}" if like_a_formula(cell) else cell


def like_a_formula(cell: object) -> bool:
    """Whether a spreadsheet might compute a cell: text that begins like a formula and is no number below 0."""
    return isinstance(cell, str) and cell[:1] in FORMULA_SIGNS and cell != "" and not _NUMBER.fullmatch(cell)


def for_xml(text: str) -> str:
    """The text without characters that XML may not hold; signs of XML are escaped by its writer."""
    return _NOT_XML.sub("", text)


def for_markdown(text: object) -> str:
    """Text that Markdown shows as it is, on one line: no heading, list, table, link, formula or HTML comes of it."""
    return _MARKDOWN.sub(r"\\\1", " ".join(for_terminal(text).split()))


def as_code(text: object) -> str:
    """The same between backticks, where Markdown knows no escape."""
    shown = " ".join(for_terminal(text).split()).replace("`", "'").replace("|", "¦")
    return f"`{shown}`"


def for_file_name(text: str) -> str:
    """A name for a file or folder: one that no system refuses, not hidden, no option, no path, not too long."""
    name = _HIDDEN.sub("_", _NOT_IN_FILE_NAMES.sub(lambda found: " " if found[0] == " " else "_", text))
    return name.encode("utf-8")[:LONGEST_FILE_NAME].decode("utf-8", "ignore").strip(" .-") or "unnamed"
