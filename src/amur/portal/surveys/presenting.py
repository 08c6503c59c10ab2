"""The tables of a survey as its page shows them: titles, written cells, a picture where one helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from amur.portal.languages.codes import Language
from amur.portal.languages.numbers import number, significant
from amur.portal.surveys import drawing, files
from amur.portal.surveys.queries import Shown
from amur.portal.surveys.wordings import CELLS, FINDINGS, column_title, species_words, table_title

ORDER: Final = (
    "findings", "effort", "months", "species", "richness", "accumulation", "alive", "flanks", "families",
    "levels", "activity", "overlap", "individuals", "stations", "captures", "capture-effort", "matrix-effort",
)  # fmt: skip
FOLDED: Final = ("activity", "accumulation", "stations", "captures", "capture-effort", "matrix")
"""Tables that are long: they open on demand, their picture stands above."""
_SPECIES_COLUMNS: Final = ("species", "first", "second")
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Told:
    """A table on the page; `slug` names its file."""

    name: str
    slug: str
    title: str
    columns: list[str]
    rows: list[list[str]]
    plot: SafeString
    names: list[str]
    by_station: bool
    folded: bool


def tables_of(shown: Shown) -> dict[str, dict[str, Any]]:
    """All tables that somebody may see, by name: the stored ones, those by station too, or the public ones.

    Tables by station are left out where their file is gone.
    """
    if shown.numbers is None:
        return public_tables(shown.fields)
    try:
        private = files.read(shown.numbers.sha256)
    except files.Gone:
        private = {}
    found = {**shown.numbers.tables, **private}
    names = sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return {name: {**found[name], "by_station": name in private} for name in names}


def public_tables(fields: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The released fields as tables."""
    effort = {
        "columns": ["definition", "trap_days", "stations"],
        "rows": [[fields["rules"]["effort"], fields["trap_days"], fields["stations"]]],
    }
    found = {"effort": effort}
    for name in ("species", "richness", "overlap"):
        rows = fields[name] or []
        if rows:
            columns = list(rows[0])
            found[name] = {"columns": columns, "rows": [[row[column] for column in columns] for row in rows]}
    told = fields["individuals"]
    if told:
        found["flanks"] = {
            "columns": ["species", "lowest", "highest"],
            "rows": [[told["species"], told["lowest"], told["highest"]]],
        }
        found["alive"] = {
            "columns": ["year", "known_alive"],
            "rows": [[one["year"], one["animals"]] for one in told["known_alive"]],
        }
        found["families"] = {
            "columns": ["year", "females_with_cubs"],
            "rows": [[one["year"], one["females"]] for one in told["females_with_cubs"]],
        }
    return found


def told(shown: Shown, language: Language) -> list[Told]:
    """The tables of a page in words, those without a row left out."""
    found = []
    for name, table in tables_of(shown).items():
        if not table["rows"]:
            continue
        found.append(
            Told(
                name,
                slugify(name.replace(":", "-")),
                table_title(name, language),
                [column_title(column) for column in table["columns"]],
                [
                    [
                        cell(value, column, language)
                        for value, column in zip(row, table["columns"], strict=True)
                    ]
                    for row in table["rows"]
                ],
                plot(name, table, language),
                _legend(name, table, language),
                bool(table.get("by_station")),
                name.partition(":")[0].partition("-effort")[0] in FOLDED,
            )
        )
    return found


def cell(value: Cell, column: str, language: Language) -> str:
    """A cell as the language writes it; a dash for what is unknown or not told."""
    if value is None or value == "":
        return "–"
    if column in ("year", "hour") and isinstance(value, int):
        return str(value)
    if column == "used":
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number(value, language, 0)
    if isinstance(value, float):
        return significant(value, language, 4) if abs(value) < 1000 else number(value, language, 1)
    if column in _SPECIES_COLUMNS:
        words = species_words(value, language)
        return words if words == value else f"{words} ({value})"
    if column == "finding":
        return str(FINDINGS.get(value, value))
    return str(CELLS.get(value, value)) if column in ("definition", "what") else value


def plot(name: str, table: Mapping[str, Any], language: Language) -> SafeString:
    """The picture of a table; empty where it has none."""
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    title = table_title(name, language)
    if name == "months":
        return drawing.bars([row["trap_days"] for row in rows], title, _("Month of the survey"), language)
    if name == "species":
        known = [row for row in rows if row["index"] is not None][:30]
        told = [
            (species_words(row["species"], language), row["index"], row["index_lower"], row["index_upper"])
            for row in known
        ]
        return drawing.intervals(told, _("Events per 100 trap days with their intervals"), language)
    if name == "accumulation":
        return drawing.lines(_curves(rows, "what", "trap_days", "expected"), title, _("Trap days"), language)
    if name == "activity":
        curves = _curves(rows, "species", "hour", "share_per_hour")
        return drawing.lines(curves, title, _("Hour of the day"), language)
    if name == "alive" and len(rows) > 1:
        values = [row["known_alive"] or 0 for row in rows]
        return (
            drawing.bars(values, title, _("Year of the survey"), language)
            if all(row["known_alive"] is not None for row in rows)
            else SafeString("")
        )
    return SafeString("")


def _curves(rows: Sequence[Mapping[str, Any]], by: str, across: str, up: str) -> list[drawing.Line]:
    return [
        drawing.Line(str(name), [row[across] for row in those], [row[up] for row in those])
        for name, those in ((name, list(group)) for name, group in groupby(rows, key=lambda row: row[by]))
    ]


def _legend(name: str, table: Mapping[str, Any], language: Language) -> list[str]:
    """The names of the curves of a picture, in their order."""
    if name not in ("accumulation", "activity"):
        return []
    column = "what" if name == "accumulation" else "species"
    return [cell(value, column, language) for value in dict.fromkeys(row[0] for row in table["rows"])]
