"""Checks and converts the cells of a row: one converter per kind of column, then the rules between columns.

Called by `checking.py`. A cell is what the container gave: text from CSV, text, number, truth value or
nothing from the others. Nothing here guesses: what can be read in two ways is an error, an empty cell is
`None`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from amur.formats.errors import ProblemList, shortened
from amur.formats.wdpca import codes
from amur.formats.wdpca.columns import BY_NAME, COLUMNS, Column, Header
from amur.formats.wdpca.rows import Limits

Value = str | int | float | None

EARTH_KM2 = 510_065_622.0
"""Surface of the WGS 84 ellipsoid, rounded up to a whole square kilometre."""

FIRST_YEAR = 1700
_ROUNDING = 1.0001

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_UNWELCOME = re.compile(r"[<>?*\r\n]")
_UNWELCOME_COLUMNS = frozenset(("name_eng", "name", "desig", "desig_eng", "mang_auth"))
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"[=@]|[+-]\s*[A-Za-z(]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its place and the list that takes its problems."""

    value: object
    row: int
    column: str
    problems: ProblemList

    @property
    def text(self) -> str:
        return _as_text(self.value)

    def error(self, code: str, **params: object) -> None:
        self.problems.error(code, row=self.row, column=self.column, **params)

    def warn(self, code: str, **params: object) -> None:
        self.problems.warn(code, row=self.row, column=self.column, **params)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the checks need to know from outside: the present year, and the limits."""

    this_year: int
    limits: Limits


def typed_values(
    cells: Mapping[str, object], header: Header, number: int, rules: Rules, problems: ProblemList
) -> dict[str, Value]:
    """Every column of the schema with its checked value; problems go to the list, with row and column."""
    values: dict[str, Value] = dict.fromkeys(BY_NAME)
    names = {target: name for name, target in header.columns.items()}
    for column in COLUMNS:
        name = names.get(column.name)
        if name is None:
            continue
        cell = Cell(cells.get(name), number, name, problems)
        if cell.text == "":
            if column.required and not (column.name == "site_type" and _is_corridor(cells, header)):
                cell.error("cell-missing", meaning=column.meaning)
            continue
        values[column.name] = _CONVERTERS[column.kind](cell, column, rules)
    if _is_empty(cells, names, "name_eng") and _is_empty(cells, names, "name"):
        problems.error("name-missing", row=number, column=header.name_in_file("name_eng"))
    if _is_empty(cells, names, "site_id"):
        problems.warn("number-missing", row=number, column=header.name_in_file("site_id"))
    _check_together(values, header, number, problems)
    return values


def _is_corridor(cells: Mapping[str, object], header: Header) -> bool:
    """Whether our column `kind` says so: a corridor is neither a protected area nor an OECM."""
    name = next((name for name, kept in header.extra.items() if kept == "kind"), "")
    return _as_text(cells.get(name)) == "corridor"


def extra_values(
    cells: Mapping[str, object], header: Header, number: int, rules: Rules, problems: ProblemList
) -> dict[str, str]:
    """The cells of the columns beyond the schema, as text."""
    extra = {}
    for name, kept_name in header.extra.items():
        cell = Cell(cells.get(name), number, name, problems)
        if cell.text and _is_clean(cell, rules):
            extra[kept_name] = cell.text
    return extra


def number_of(cell: Cell, code: str = "not-a-number") -> float | None:
    """A cell as a finite number; a decimal comma is reported with what would be right, never guessed."""
    if isinstance(cell.value, bool):
        cell.error(code, value=cell.text)
        return None
    if isinstance(cell.value, int | float):
        number = float(cell.value)
        if not math.isfinite(number):
            cell.error(code, value=cell.text)
            return None
        return number
    text = cell.text
    if _NUMBER.match(text):
        number = float(text)
        if math.isfinite(number):
            return number
    if re.fullmatch(r"[+-]?[\d\s.,'’\u00a0\u202f]*,[\d\s.,'’\u00a0\u202f]*", text) and any(
        map(str.isdigit, text)
    ):
        cell.error("decimal-comma", value=shortened(text), example=_with_point(text))
    else:
        cell.error(code, value=shortened(text))
    return None


def _text(cell: Cell, column: Column, rules: Rules) -> str | None:
    text = cell.text
    if not _is_clean(cell, rules):
        return None
    if len(text) > column.width:
        cell.warn("text-long-for-schema", length=len(text), limit=column.width)
    if column.name in _UNWELCOME_COLUMNS and (found := _UNWELCOME.search(text)):
        sign = found[0] if found[0].isprintable() else "line break"
        cell.warn("character-unwelcome", character=sign)
    return text


def _is_clean(cell: Cell, rules: Rules) -> bool:
    text = cell.text
    if len(text) > rules.limits.text:
        cell.error("text-too-long", length=len(text), limit=rules.limits.text)
        return False
    if found := CONTROL_CHARACTER.search(text):
        cell.error("character-control", character=f"U+{ord(found[0]):04X}")
        return False
    if "\ufffd" in text:
        cell.error("text-damaged", value=shortened(text))
        return False
    if isinstance(cell.value, str) and _FORMULA.match(text):
        cell.warn("formula", value=shortened(text))
    return True


def _area(cell: Cell, column: Column, rules: Rules) -> float | None:
    area = number_of(cell, "area-not-a-number")
    if area is None:
        return None
    if area < 0:
        cell.error("number-negative", value=shortened(cell.text))
        return None
    if area > EARTH_KM2:
        cell.error("area-too-large", value=shortened(cell.text))
        return None
    return area


def _whole(cell: Cell, column: Column, rules: Rules) -> int | None:
    if isinstance(cell.value, int) and not isinstance(cell.value, bool):
        number = cell.value
    else:
        found = number_of(cell)
        if found is None:
            return None
        # Shapefiles and spreadsheets carry 12 as 12.0; beyond 2**53 a float no longer tells numbers apart.
        if found != int(found) or abs(found) > 2**53:
            cell.error("not-whole", value=shortened(cell.text))
            return None
        number = int(found)
    if number < 0:
        cell.error("number-negative", value=shortened(cell.text))
        return None
    if number > 2**53:
        cell.error("not-whole", value=shortened(cell.text))
        return None
    return number


def _year(cell: Cell, column: Column, rules: Rules) -> int | None:
    text = cell.text
    year = int(float(text)) if re.fullmatch(r"[0-9]{1,4}(\.0*)?", text) else -1
    if year == 0 or FIRST_YEAR <= year <= rules.this_year:
        return year
    cell.error("year-wrong", value=shortened(text), this_year=rules.this_year)
    return None


def _code(cell: Cell, column: Column, rules: Rules) -> str | None:
    parts = cell.text.split(";") if column.several else [cell.text]
    found = [_one_code(cell, column, part.strip()) for part in parts]
    known = [code for code in found if code is not None]
    return ";".join(known) if len(known) == len(found) else None


def _one_code(cell: Cell, column: Column, text: str) -> str | None:
    if text in column.codes:
        return text
    meant = codes.code_of(column.name, text, column.codes)
    if meant is not None:
        cell.warn("code-spelling", value=shortened(text), meant=meant)
        return meant
    listed = ", ".join(column.codes)
    near = codes.nearest_code(text, column.codes)
    if near is None:
        cell.error("code-unknown", value=shortened(text), codes=listed)
    else:
        cell.error("code-unknown-near", value=shortened(text), near=near, codes=listed)
    return None


def _countries(cell: Cell, column: Column, rules: Rules) -> str | None:
    parts = [part.strip() for part in cell.text.split(";")]
    for part in parts:
        if part not in codes.ISO3 and part != codes.BEYOND_COUNTRIES:
            cell.error("country-unknown", value=shortened(part))
            return None
    return ";".join(parts)


_CONVERTERS: Mapping[str, Callable[[Cell, Column, Rules], Value]] = {
    "text": _text,
    "whole": _whole,
    "area": _area,
    "year": _year,
    "code": _code,
    "countries": _countries,
}


def _check_together(values: Mapping[str, Value], header: Header, number: int, problems: ProblemList) -> None:
    for part, whole in (("rep_m_area", "rep_area"), ("gis_m_area", "gis_area"), ("no_tk_area", "rep_m_area")):
        small, large = values[part], values[whole]
        if isinstance(small, float) and isinstance(large, float) and small > large * _ROUNDING:
            problems.error(
                "part-exceeds-whole",
                row=number,
                column=header.name_in_file(part),
                part=part,
                part_value=small,
                whole=whole,
                whole_value=large,
            )
    for column, other, other_values, right in _AGREEMENTS:
        value, other_value = values[column], values[other]
        if value is not None and other_value in other_values and value not in right:
            problems.warn(
                "values-disagree",
                row=number,
                column=header.name_in_file(column),
                value=value,
                other=other,
                other_value=other_value,
                codes=", ".join(right),
            )


_AGREEMENTS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("status", "desig_type", ("Not Applicable",), ("Established",)),
    ("no_take", "realm", ("Coastal", "Marine"), ("All", "Part", "None", "Not Reported")),
    ("inlnd_wtrs", "realm", ("Marine",), ("Not Applicable",)),
    ("inlnd_wtrs", "realm", ("Terrestrial", "Coastal"), codes.INLND_WTRS[:3]),
    ("oecm_asmt", "site_type", ("PA",), ("Not Applicable",)),
    (
        "govsubtype",
        "gov_type",
        tuple(
            code for code in codes.GOV_TYPE if code not in ("Joint governance", "Collaborative governance")
        ),
        ("Not Applicable", "Not Reported"),
    ),
)
"""(column, other column, values of the other, values that then go with it): the database's own rules."""


def _is_empty(cells: Mapping[str, object], names: Mapping[str, str], column: str) -> bool:
    name = names.get(column)
    return name is None or _as_text(cells.get(name)) == ""


def _as_text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _with_point(text: str) -> str:
    digits = re.sub(r"[\s'’\u00a0\u202f]", "", text)
    if digits.count(",") == 1 and "." not in digits:
        return digits.replace(",", ".")
    whole, _, decimals = re.sub(r"[.,](?=.*[.,])", "", digits).replace(",", ".").partition(".")
    return f"{whole}.{decimals}" if decimals else whole
