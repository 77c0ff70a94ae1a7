"""Value types of a scenario: each carries its unit and its rule, for errors, the reference page and JSON Schema alike.

Everything is strict: a number in quotes is a fault, not a number. Clock times are text ("08:00") because TOML's own
times cannot say 24:00 or cross midnight.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sim.words.language import said
from sim.words.user_text import one_line

DAY = 86_400
"""Seconds."""
FOLLOWED_DAYS = 60
"""Days after the last day in which placed parties are followed until release: to the hard stop."""
MAX_PEOPLE = 10_000_000
"""More people than this in one number of a scenario is taken for a slip of the pen."""


@dataclass(frozen=True)
class Unit:
    """The unit of a field, shown by the reference page, by faults and in JSON Schema (as `x-unit`)."""

    name: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the value as users write it: clock times as text."""
        schema = handler(core)
        if self.name.startswith("clock time"):
            schema = {"type": "string", "pattern": r"^\d{1,2}:\d{2}$"}
        return schema | {"x-unit": self.name}


@dataclass(frozen=True)
class Usual:
    """What is usual for a duration: far wider than the ranges of assumed values, so that what lies above is more likely
    a slip (another unit) than a plan.
    """

    least: float
    """Smallest value that a hint may offer."""
    most: float
    """Largest value that has no warning."""


class Table(BaseModel):
    """Base of all tables of a scenario: frozen, strict, unknown keys are faults."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


_CLOCK = re.compile(r"(\d{1,2}):(\d{2})$")


def parse_clock(text: Any) -> int:
    """Minutes since midnight of a clock time such as "8:00", "08:00" or "24:00".

    Raises ValueError with the rule when the text is none.
    """
    if isinstance(text, dt.time):
        raise ValueError(said('write the time as text: "{text:%H:%M}"', text=text))
    if isinstance(text, int) and not isinstance(text, bool) and 0 <= text <= 1440:
        return text  # already parsed: minutes since midnight
    match = _CLOCK.match(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError('must be a clock time in quotes, such as "08:00"')
    hours, minutes = int(match[1]), int(match[2])
    if minutes > 59 or hours * 60 + minutes > 1440:
        raise ValueError("must be a clock time from 00:00 to 24:00")
    return hours * 60 + minutes


def parse_date(value: Any) -> dt.date:
    """A date written as TOML date, 2020-03-03 or 2020/3/3. Raises ValueError with the rule when it is none."""
    if isinstance(value, dt.datetime):
        raise ValueError("must be a date without a time of day, such as 2020-03-03")
    if isinstance(value, dt.date):
        return value
    match = re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})$", value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a date such as 2020-03-03")
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError("must be a date of the calendar") from None


def parse_moment(value: Any) -> dt.datetime:
    """A date (its 00:00), or a date and time to the minute: of TOML, or as text such as 2020-03-03 14:30.

    Raises ValueError with the rule when it is none.
    """
    rule = 'must be a date, or a date and time to the minute, such as "2020-03-03 14:30"'
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None or value.second or value.microsecond:
            raise ValueError(rule)
        return value
    day, _, clock = re.sub(r"[T\s]+", " ", value.strip()).partition(" ") if isinstance(value, str) else (value, "", "")
    if not (isinstance(day, dt.date) or re.match(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}$", day if isinstance(day, str) else "")):
        raise ValueError(rule)
    minutes = 0
    if clock:
        try:
            minutes = parse_clock(clock.removesuffix(":00") if clock.count(":") == 2 else clock)
        except ValueError:
            raise ValueError(rule) from None
    try:
        return dt.datetime.combine(parse_date(day), dt.time()) + dt.timedelta(minutes=minutes)
    except OverflowError:  # the last midnight of the calendar
        raise ValueError(rule) from None


def parse_day_or_moment(value: Any) -> dt.date | dt.datetime:
    """The same, but a date stays a date, which as an end includes the day. Raises ValueError with the rule."""
    moment = parse_moment(value)
    is_date = ":" not in value if isinstance(value, str) else not isinstance(value, dt.datetime)
    return moment.date() if is_date else moment


Clock = Annotated[int, BeforeValidator(parse_clock), Unit("clock time, HH:MM")]
"""Minutes since midnight, written as "HH:MM"; "24:00" is the end of the day."""

Date = Annotated[dt.date, BeforeValidator(parse_date), Unit("date")]
Moment = Annotated[dt.datetime, BeforeValidator(parse_moment), Unit("date, or date and time")]
"""A date means its 00:00."""
DayOrMoment = Annotated[
    dt.date | dt.datetime, BeforeValidator(parse_day_or_moment), Unit("date, or date and time to the minute")
]
"""A date as an end includes that day, a time excludes its minute."""

Text = Annotated[str, Field(max_length=200)]
Line = Annotated[str, Field(max_length=200), AfterValidator(one_line)]
"""Names: a line break in one would make another line of every table that shows it."""
Minutes = Annotated[float, Field(ge=0, le=525_600), Unit("minutes")]
Hours = Annotated[float, Field(ge=0, le=8_784), Unit("hours")]
Days = Annotated[float, Field(ge=0, le=366), Unit("days")]
Share = Annotated[float, Field(ge=0, le=1), Unit("share, 0 to 1")]
Weight = Annotated[float, Field(ge=0, le=1e12), Unit("weight, any scale")]
Factor = Annotated[float, Field(ge=0, le=1_000), Unit("factor")]
PeopleRate = Annotated[float, Field(ge=0, le=MAX_PEOPLE), Unit("people per day")]
People = Annotated[float, Field(ge=0, le=MAX_PEOPLE), Unit("people")]
Count = Annotated[int, Field(ge=0, le=MAX_PEOPLE), Unit("count")]
PositiveCount = Annotated[int, Field(ge=1, le=MAX_PEOPLE), Unit("count")]
Headcount = Annotated[int, Field(ge=0, le=100_000), Unit("people on duty per day")]
ShiftHeadcount = Annotated[int, Field(ge=0, le=100_000), Unit("people on duty in the shift")]
Posts = Annotated[int, Field(ge=0, le=100_000), Unit("people per shift")]
Rooms = Annotated[int, Field(ge=0, le=MAX_PEOPLE), Unit("rooms")]
Yuan = Annotated[float, Field(ge=0, le=1e9), Unit("yuan")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
"""Lower-case letters, digits and underscores, starting with a letter."""
