"""From the bytes of a CSV file to its records: which encoding, which separator, which sign for decimals.

Nothing is guessed that could change a number: a cell that may be 1500 as well as 1.5 is a fault.
"""

from __future__ import annotations

import csv
import io
import re

from sim.scenario.faults import Fault, ScenarioError
from sim.words import MESSAGES

SEPARATORS = (",", ";", "\t")
ONLY_CSV = MESSAGES["csv.only"]

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)
_DECIMAL_POINT = re.compile(r"[-+]?\d+\.\d+", re.ASCII)
_PERHAPS_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[,.]\d{3}", re.ASCII)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")


def csv_text(data: bytes, name: str) -> str:
    """Text of a CSV file in UTF-8 or UTF-16 (with a byte order mark) or GB18030. Raises ScenarioError."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # what spreadsheets call Unicode text
        text = _decoded(data, "utf-16", name)
    elif b"\x00" in data:
        raise ScenarioError([Fault(name, "", None, "is not a text file (it has null bytes)")])
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _decoded(data, "gb18030", name)
    if not text.strip():
        raise ScenarioError([Fault(name, "", None, "is empty")])
    return text


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = f"{data[error.start]:#04x}, line {data.count(bytes([10]), 0, error.start) + 1}"
        rule = MESSAGES["csv.not_text"].format(byte=byte)
        raise ScenarioError([Fault(name, "", None, rule, MESSAGES["csv.save_as"])]) from None


def csv_records(text: str, name: str) -> tuple[list[list[str]], str]:
    """Rows of cells, and the separator. Raises ScenarioError for what is no CSV.

    A first line such as `sep=;`, which some spreadsheets write, names the separator and counts as an empty row.
    """
    told = _SEPARATOR_LINE.match(text)
    separator = told[1] if told and told[1] in SEPARATORS else _most_frequent(text)
    if told:
        text = "\n" + text[told.end() :]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)), separator
    except csv.Error as error:
        raise ScenarioError([Fault(name, "", None, f"is not CSV ({error})", ONLY_CSV)]) from None


def with_commas(data: bytes, name: str) -> str:
    """A CSV file of any of these forms as text with commas between cells and points for decimals."""
    text = csv_text(data, name)
    records, separator = csv_records(text, name)
    if separator == ",":
        return text
    faults = decimal_points(records, name)
    if faults:
        raise ScenarioError(faults)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(records)
    return out.getvalue()


def _most_frequent(text: str) -> str:
    """The separator that the first line with anything in it has most of outside quotes; a comma when none."""
    line = next(line for line in text.splitlines() if line.strip())
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(SEPARATORS, key=unquoted.count)


def decimal_points(records: list[list[str]], name: str) -> list[Fault]:
    """Write decimal commas as points, in place; only for files whose cells are not separated by commas: who separates
    cells by commas has points for decimals.

    A number with three digits behind its only comma or point may have it for thousands: it is a fault, and so are
    points and commas for decimals in one file.
    """
    faults = []
    commas = points = False
    header = next((record for record in records if any(record)), [])
    for number, record in enumerate(records, start=1):
        for column, cell in enumerate(map(str.strip, record)):
            if _PERHAPS_THOUSANDS.fullmatch(cell):
                rule = MESSAGES["csv.decimal_or_thousands"].format(
                    thousands=cell.replace(",", "").replace(".", ""), decimal=cell.replace(",", ".")
                )
                place = ", ".join([f"row {number}", *map(str.strip, header[column : column + 1])])
                faults.append(Fault(name, place, cell, rule, MESSAGES["csv.decimal_hint"]))
            elif _DECIMAL_COMMA.fullmatch(cell):
                commas = True
                record[column] = cell.replace(",", ".")
            points |= _DECIMAL_POINT.fullmatch(cell) is not None and not _PERHAPS_THOUSANDS.fullmatch(cell)
    if commas and points:
        faults.append(Fault(name, "", None, MESSAGES["csv.two_decimals"]))
    return faults
