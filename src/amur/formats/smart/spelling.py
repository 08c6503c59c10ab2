"""How SMART spells values in XML: numbers as Java does, days, times, yes and no.

>>> number_text(64.0), number_text(1e-05), number_text(12345678.5), number_text(float("nan"))
('64.0', '1.0E-5', '1.23456785E7', 'NaN')
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_WORDS = {"NaN": float("nan"), "INF": float("inf"), "-INF": float("-inf")}


@dataclass(frozen=True, slots=True)
class Spelling:
    """Text to value, which raises ValueError, and back; the words for a person.

    `quick` reads like `read`, but is sure only of what `write` spells the same again.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    wanted: str
    example: str
    quick: Callable[[str], Any]


def number_of(text: str) -> float:
    """A number of XML Schema. Raises ValueError."""
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def number_text(value: float) -> str:
    """A number as Java writes it: with a point always, with an exponent from 10^7 and below 10^-3."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "INF" if value > 0 else "-INF"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        plain = repr(value)
        if "e" not in plain:
            return plain
    exact = Decimal(repr(value)).normalize()
    digits = "".join(map(str, exact.as_tuple().digits))
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}E{exact.adjusted()}"


def _whole(text: str) -> int:
    if not re.fullmatch(r"[-+]?\d{1,18}", text):
        raise ValueError(text)
    return int(text)


def _truth(text: str) -> bool:
    return {"true": True, "false": False, "1": True, "0": False}[text]


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _time(text: str) -> time:
    if not re.fullmatch(r"\d{2}:\d{2}:\d{2}(\.\d{1,9})?", text):
        raise ValueError(text)
    return time.fromisoformat(_microseconds(text))


def _quick_time(text: str) -> time:
    if len(text) != len("08:30:00"):
        raise ValueError(text)
    return time.fromisoformat(text)


def _moment(text: str) -> datetime:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[-+]\d{2}:\d{2})?", text):
        raise ValueError(text)
    return datetime.fromisoformat(_microseconds(text))


def _microseconds(text: str) -> str:
    """Python reads 3 or 6 digits of a second."""
    return re.sub(r"\.(\d+)", lambda found: "." + found[1][:6].ljust(6, "0"), text)


SPELLINGS: dict[type, Spelling] = {
    str: Spelling(str, str, "text", "Patrol 1", str),
    float: Spelling(number_of, number_text, "number", "12.5", float),
    int: Spelling(_whole, str, "whole number", "12", _whole),
    bool: Spelling(_truth, lambda value: "true" if value else "false", "yes or no", "true", _truth),
    date: Spelling(_date, date.isoformat, "day", "2026-03-01", _date),
    time: Spelling(_time, time.isoformat, "time of day", "08:30:00", _quick_time),
    datetime: Spelling(_moment, datetime.isoformat, "day and time", "2026-03-01T08:30:00", _moment),
}
"""By the type of a field."""
