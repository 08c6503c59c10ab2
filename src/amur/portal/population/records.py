"""How results become records for the gate: figures, and cells as coarse as the species asks for."""

from collections.abc import Iterable
from typing import Any, Final

from amur.disclosure import Level, Record, TimeLevel
from amur.disclosure.counts import MIN_RECORDS, MIN_STATIONS
from amur.disclosure.times import coarse_reduced
from amur.portal.areas.models import Area
from amur.portal.areas.queries import released_names
from amur.portal.population.models import PopulationResult
from amur.portal.population.work import cell_level
from amur.portal.release.registry import Adapter, Draft

# Sentences about single animals and moves: the office checks them, nobody else needs them.
PRIVATE: Final = frozenset({"long-jumps"})


def result_draft(result: PopulationResult) -> Draft:
    """A result as the public may see it."""
    return Draft(
        record=Record(
            kind="population",
            id=result.uuid,
            owner=result.office.key,
            fields=fields_of(result),
            published=result.is_published,
        ),
        key=result.key,
        sort=result.created.isoformat() if result.created else "",
    )


def fields_of(result: PopulationResult, *, own: bool = False) -> dict[str, Any]:
    """The fields of a result: for everybody, or what its own office sees of its own survey."""
    level = (
        Level.TENTH if own else cell_level(result.species_key, result.period_end, simulated=result.simulated)
    )
    cells = _cells(result, level)
    names = released_names(_area_keys(result))
    days = TimeLevel.DAY if own else TimeLevel.MONTH
    return {
        "name": result.names.to_json(),
        "notes": result.notes.to_json(),
        "simulated": result.simulated,
        "joint": result.joint_id is not None,
        "offices": offices_of(result),
        "species": result.species_key,
        "period_start": coarse_reduced(result.period_start.isoformat(), days),
        "period_end": coarse_reduced(result.period_end.isoformat(), days),
        "parameters": dict(result.parameters),
        "answers": [
            {
                **answer,
                "regions": [
                    {**one, "names": names[one["key"]].to_json()} if one["kind"] == "area" else one
                    for one in answer["regions"]
                    if one["kind"] != "area" or one["key"] in names
                ],
            }
            for answer in result.answers
        ],
        "models": result.table,
        "estimates": result.estimates,
        "curves": result.curves,
        "cells": cells,
        "cell_degrees": level.word if cells else None,
        "findings": [
            one if own or one["code"] not in PRIVATE else {**one, "values": {}} for one in result.findings
        ],
        "effort": result.effort if own else [_told(one) for one in result.effort],
        "run": str(result.run.uuid),
        "run_code": result.run.code_version,
        "computed": result.created.date().isoformat() if result.created else None,
        "office": result.office.key,
    }


def offices_of(result: PopulationResult) -> list[str]:
    """The keys of the offices whose surveys are in a result."""
    if result.joint is None:
        return [result.office.key]
    return [result.joint.office.key, result.joint.partner.key]


def _cells(result: PopulationResult, level: Level) -> list[list[float]]:
    """The finest cells that are stored and not finer than the level."""
    for finest in sorted((one for one in Level if one.is_cell and one <= level), reverse=True):
        if finest.word in result.cells:
            found: list[list[float]] = result.cells[finest.word]
            return found
    return []


def _told(effort: dict[str, Any]) -> dict[str, Any]:
    """Counts of a session, without those that are too small to be told."""
    few = effort["individuals"] < MIN_RECORDS or effort["detectors"] < MIN_STATIONS
    return {**effort, **dict.fromkeys(("individuals", "detections", "moves"))} if few else effort


def _area_keys(result: PopulationResult) -> list[str]:
    return [one["key"] for answer in result.answers for one in answer["regions"] if one["kind"] == "area"]


def of_area(area: Area) -> Iterable[PopulationResult]:
    """The results with a number of an area. In Python, because SQLite cannot look into a list in JSON."""
    return [result for result in rows() if area.key in _area_keys(result)]


def rows() -> Iterable[PopulationResult]:
    """All results with what their records need."""
    found: Iterable[PopulationResult] = PopulationResult.objects.select_related(
        "office", "run", "survey", "joint__office", "joint__partner"
    )
    return found


RESULTS = Adapter(
    kind="population",
    model=PopulationResult,
    draft=result_draft,
    rows=rows,
    dependents={Area: of_area},
)
