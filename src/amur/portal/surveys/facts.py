"""The numbers of a survey as facts of the centre, each with its interval, method and the run that made it.

What is said of a species in the list is a fact about it; what is said of the survey, of a species that is not
in the list, or of a simulation is a fact of the programme under the key of the numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from amur.disclosure import TimeLevel
from amur.disclosure.times import coarse_reduced
from amur.portal.facts.actions import publish_computed, record_computed
from amur.portal.facts.models import SubjectKind
from amur.portal.species.queries import all_species
from amur.portal.surveys import records
from amur.portal.surveys.models import SurveyNumbers
from amur.portal.surveys.telling import METHODS, NAMES, SIMULATED, method_of, named


@dataclass(frozen=True, slots=True)
class Figure:
    """What becomes a fact. `values` are value, low, high; `told` says whether the public may know it."""

    key: str
    what: str
    unit: str
    kind: str
    values: tuple[float, float | None, float | None]
    species: str = ""
    detail: str = ""
    year: int | None = None
    told: bool = False


def figures(numbers: SurveyNumbers) -> Iterator[Figure]:
    """Everything of the numbers that is a fact; nothing unknown."""
    public = records.fields_of(numbers)
    effort = next(row for row in records.table_rows(numbers, "effort") if row["used"])
    yield _figure(numbers, "effort", "trap-days", "total", (effort["trap_days"],), told=public["trap_days"])
    for row in records.table_rows(numbers, "richness"):
        if row["what"] == "species":
            values = (row["chao2"], row["lower"], row["upper"])
            yield _figure(numbers, "richness", "species", "estimate", values, told=public["richness"])
    for row in records.table_rows(numbers, "species"):
        told = records.is_told(numbers, row["species"])
        about = {"species": row["species"], "told": told}
        index = tuple(row[name] for name in ("index", "index_lower", "index_upper"))
        yield _figure(numbers, "index", "events-per-100-trap-days", "estimate", index, **about)
        share = tuple(row[name] for name in ("occupancy", "occupancy_lower", "occupancy_upper"))
        yield _figure(numbers, "occupancy", "percent", "share", _percent(share), **about)
    yield from _overlaps(numbers)
    yield from _individuals(numbers)


def _overlaps(numbers: SurveyNumbers) -> Iterator[Figure]:
    told = bool(records.told_overlap(numbers))
    for row in records.table_rows(numbers, "overlap"):
        if row["overlap"] is not None:
            values = _percent((row["overlap"], row["lower"], row["upper"]))
            detail = f"{row['first']} – {row['second']}"
            yield _figure(numbers, "overlap", "percent", "estimate", values, detail=detail, told=told)


def _individuals(numbers: SurveyNumbers) -> Iterator[Figure]:
    species = str(numbers.rules.get("individuals") or "")
    public = records.told_individuals(numbers) or {}
    alive = {one["year"]: one["animals"] for one in public.get("known_alive", ())}
    females = {one["year"]: one["females"] for one in public.get("females_with_cubs", ())}
    for row in records.table_rows(numbers, "alive"):
        about = {"species": species, "year": row["year"], "told": alive.get(row["year"])}
        yield _figure(numbers, "alive", "individuals", "minimum", (row["known_alive"],), **about)
    for row in records.table_rows(numbers, "families"):
        about = {"species": species, "year": row["year"], "told": females.get(row["year"])}
        yield _figure(numbers, "families", "females", "minimum", (row["females_with_cubs"],), **about)
    for row in records.table_rows(numbers, "flanks"):
        values = (row["lowest"], row["lowest"], row["highest"])
        yield _figure(
            numbers, "flanks", "individuals", "range", values, species=species, told=public.get("lowest")
        )


def _figure(
    numbers: SurveyNumbers, what: str, unit: str, kind: str, values: tuple[Any, ...], **about: Any
) -> Figure:
    told = about.pop("told", None)
    name = "-".join(
        part for part in (what, slugify(about.get("species", "")), str(about.get("year") or "")) if part
    )
    value, low, high = (*values, None, None)[:3]
    return Figure(
        f"{numbers.key}-{name}"[:120],
        what,
        unit,
        kind,
        (_short(value), None if low is None else _short(low), None if high is None else _short(high)),
        told=told is not None and told is not False and told != [],
        **about,
    )


def record(numbers: SurveyNumbers) -> None:
    """Put the figures among the facts; they are public as far as the numbers are."""
    keys = {row.fields["scientific_name"]: row.key for row in all_species()}
    for figure in figures(numbers):
        subject = (SubjectKind.PROGRAMME.value, numbers.key)
        if figure.species in keys and not numbers.simulated:
            subject = (SubjectKind.SPECIES.value, keys[figure.species])
        start, end = _period(numbers, figure)
        value, low, high = figure.values
        record_computed(
            key=figure.key,
            office=numbers.office,
            run=numbers.run,
            subject=subject,
            name=named(NAMES[figure.what], figure.species or figure.detail),
            place=SIMULATED if numbers.simulated else numbers.names,
            period=start,
            period_end=end,
            value=value,
            interval=(low, high) if low is not None and high is not None else None,
            unit=figure.unit,
            kind=figure.kind,
            method=method_of(METHODS[figure.what], numbers.rules),
            is_published=numbers.is_published and figure.told,
        )


def follow_release(numbers: SurveyNumbers) -> None:
    """Let the facts be public as far as the numbers are, and as each of them may be."""
    publish_computed(numbers.run, {one.key: numbers.is_published and one.told for one in figures(numbers)})


def _percent(values: tuple[float | None, ...]) -> tuple[float | None, ...]:
    return tuple(None if value is None else 100 * value for value in values)


def _short(value: float) -> float:
    """Four digits; counts stay whole."""
    return float(value) if float(value).is_integer() else float(f"{value:.4g}")


def _period(numbers: SurveyNumbers, figure: Figure) -> tuple[str, str]:
    if figure.year is not None:
        return str(figure.year), str(figure.year)
    start, end = (
        coarse_reduced(day.isoformat(), TimeLevel.MONTH) for day in (numbers.period_start, numbers.period_end)
    )
    return start, end
