"""How the numbers of a survey become a record for the gate: sums, none that is too small, no station, no day.

A number is told when it rests on enough records and stations (`disclosure.counts`); what would give a hidden
one back (its index, its occupancy) is hidden with it. Times of day, months and curves stay with the office.
"""

from collections.abc import Iterable
from typing import Any, Final

from amur.disclosure import Count, Record, TimeLevel, suppress
from amur.disclosure.counts import MIN_RECORDS, MIN_STATIONS
from amur.disclosure.times import coarse_reduced
from amur.portal.release.registry import Adapter, Draft
from amur.portal.surveys.models import SurveyNumbers

Row = dict[str, Any]
_TOLD: Final = "events"


def draft(numbers: SurveyNumbers) -> Draft:
    """Numbers as the public may see them."""
    return Draft(
        record=Record(
            kind="survey",
            id=numbers.uuid,
            owner=numbers.office.key,
            fields=fields_of(numbers),
            published=numbers.is_published,
        ),
        key=numbers.key,
        sort=numbers.created.isoformat() if numbers.created else "",
    )


def table_rows(numbers: SurveyNumbers, name: str) -> list[Row]:
    """The rows of a stored table as dictionaries; none where it was not made."""
    table = numbers.tables.get(name)
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]] if table else []


def fields_of(numbers: SurveyNumbers) -> dict[str, Any]:
    """The fields of a record: what everybody may know."""
    effort = next((row for row in table_rows(numbers, "effort") if row["used"]), None)
    enough = effort is not None and effort["stations"] >= MIN_STATIONS
    return {
        "name": numbers.names.to_json(),
        "notes": numbers.notes.to_json(),
        "simulated": numbers.simulated,
        "period_start": coarse_reduced(numbers.period_start.isoformat(), TimeLevel.MONTH),
        "period_end": coarse_reduced(numbers.period_end.isoformat(), TimeLevel.MONTH),
        "rules": {name: numbers.rules.get(name) for name in ("effort", "minutes", "rule", "flanks", "solar")},
        "trap_days": round(effort["trap_days"], 1) if enough and effort else None,
        "stations": effort["stations"] if enough and effort else None,
        "species": told_species(numbers),
        "richness": _richness(numbers) if enough else [],
        "overlap": told_overlap(numbers),
        "individuals": told_individuals(numbers),
        "run": str(numbers.run.uuid),
        "run_code": numbers.run.code_version,
        "computed": numbers.created.date().isoformat() if numbers.created else None,
        "office": numbers.office.key,
    }


def told_species(numbers: SurveyNumbers) -> list[Row]:
    """Each species with its events, index and occupancy, or None for these where they are too few."""
    rows = table_rows(numbers, "species")
    names = [row["species"] for row in rows]
    counts = {(row["species"], _TOLD): Count(row["events"], row["stations"]) for row in rows}
    table = suppress(names, [_TOLD], counts) if rows else None
    found = []
    for row in rows:
        events = table.cells[row["species"], _TOLD] if table is not None else None
        values = ("events", "stations", *(name for name in row if name.startswith(("index", "occupancy"))))
        found.append(
            {
                "species": row["species"],
                **{name: row[name] if events is not None else None for name in values},
            }
        )
    return found


def is_told(numbers: SurveyNumbers, species: str) -> bool:
    """Whether the public may know how often a species was met."""
    return any(row["species"] == species and row["events"] is not None for row in told_species(numbers))


def _richness(numbers: SurveyNumbers) -> list[Row]:
    return [row for row in table_rows(numbers, "richness") if row["what"] == "species"]


def told_overlap(numbers: SurveyNumbers) -> list[Row]:
    """The overlap of two species that may both be told; a number without times of day."""
    return [
        {name: row[name] for name in ("first", "second", "estimator", "overlap", "lower", "upper")}
        for row in table_rows(numbers, "overlap")
        if row["overlap"] is not None and is_told(numbers, row["first"]) and is_told(numbers, row["second"])
    ]


def told_individuals(numbers: SurveyNumbers) -> dict[str, Any] | None:
    """Known animals by year and bounds of their number, each only where at least so many are in it."""
    species = str(numbers.rules.get("individuals") or "")
    if not species or not is_told(numbers, species) or (numbers.caught_at or 0) < MIN_STATIONS:
        return None

    def enough(value: int | None) -> int | None:
        return value if value is not None and value >= MIN_RECORDS else None

    flanks = table_rows(numbers, "flanks")
    low = enough(flanks[0]["lowest"]) if flanks else None
    return {
        "species": species,
        "lowest": low,
        "highest": flanks[0]["highest"] if low is not None else None,
        "known_alive": [
            {"year": row["year"], "animals": enough(row["known_alive"])}
            for row in table_rows(numbers, "alive")
        ],
        "females_with_cubs": [
            {"year": row["year"], "females": enough(row["females_with_cubs"])}
            for row in table_rows(numbers, "families")
        ],
    }


def rows() -> Iterable[SurveyNumbers]:
    """All numbers with what their records need."""
    found: Iterable[SurveyNumbers] = SurveyNumbers.objects.select_related("office", "run", "survey")
    return found


NUMBERS: Final = Adapter(kind="survey", model=SurveyNumbers, draft=draft, rows=rows)
