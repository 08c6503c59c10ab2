"""A capture history in metres, for spatial capture-recapture: `session` is what science takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.capture.masks import mask_around
from amur.portal.surveys.choosing import bounds, choice_of, sample, seen_species
from amur.portal.surveys.individuals import binomial, met_in
from amur.portal.surveys.models import CameraSurvey
from amur.science.cameras import Cameras, Catches, Rules, individual_catches
from amur.science.capture import Captures, Detectors, Session
from amur.science.capture.data import Kind

Floats = NDArray[np.float64]


class NoPlaces(ValueError):
    """Stations with effort whose place nobody knows; `stations` are their names."""

    def __init__(self, stations: Sequence[str]) -> None:
        self.stations = tuple(stations)
        super().__init__(", ".join(stations))


@dataclass(frozen=True, slots=True, eq=False)
class Captured:
    """Stations with effort at `positions` (S, 2) in metres of `crs`, their trap days `effort` (S, occasions),
    and rows of captures: `individual`, `occasion`, `station`, `events`.
    """

    stations: tuple[str, ...]
    positions: Floats
    crs: str
    effort: Floats
    individual: NDArray[np.int64]
    occasion: NDArray[np.int64]
    station: NDArray[np.int64]
    events: NDArray[np.int64]
    animals: tuple[str, ...]
    sexes: tuple[str, ...]

    def session(self, name: str, *, buffer: float, columns: int, kind: Kind = "proximity") -> Session:
        """A session with a mask of so many columns within `buffer` metres of the stations.

        Detectors of kind "proximity" meet an animal or not on an occasion, those of kind "count" as often as
        there were independent events.
        """
        count = self.events if kind == "count" else np.ones(len(self.events), dtype=np.int64)
        captures = Captures(
            self.individual,
            self.occasion,
            self.station,
            count,
            self.animals,
            {"sex": np.array(self.sexes, dtype="<U1")},
        )
        detectors = Detectors(self.positions, self.effort, kind)
        return Session(name, detectors, captures, mask_around(self.positions, buffer, columns))


@dataclass(frozen=True, slots=True)
class Doubts:
    """What to look at before a capture history is believed: animals that may be others in truth, by name; how
    many visits were given to an animal that their pictures hardly match."""

    ghosts: tuple[str, ...]
    left_out: int
    weak: int


def of_survey(survey: CameraSurvey, scientific_name: str, rules: Rules) -> tuple[Captured, Doubts]:
    """The capture history of a species in the deployments of a survey, as the records are now.

    Subspecies of the same binomial are one species here. Raises NoPlaces, and ValueError where no camera
    worked or nobody was met.
    """
    choice = choice_of(survey)
    same = [name for name in seen_species(choice) if binomial(name) == binomial(scientific_name)]
    found = sample(choice, species=[scientific_name, *same])
    every = replace(found.sightings, species=np.zeros_like(found.sightings.species), names=(scientific_name,))
    period = (np.datetime64(survey.period_start, "D"), np.datetime64(survey.period_end, "D"))
    caught = individual_catches(found.cameras, every, replace(rules, individuals=scientific_name), period)
    if not caught.animals:
        raise ValueError("nobody was met")
    named = len(np.unique(every.animal[(every.animal >= 0) & ~every.young]))
    animals = set(caught.animals)
    met = [
        one for one in met_in(choice.projects, *bounds(choice), scientific_name) if one.who.name in animals
    ]
    ghosts = tuple(sorted({one.who.name for one in met if one.who.doubts}))
    doubts = Doubts(ghosts, named - len(caught.animals), sum(one.weak for one in met))
    return from_catches(found.cameras, caught), doubts


def from_catches(cameras: Cameras, caught: Catches, crs: str = "") -> Captured:
    """The capture history of known animals; `crs` is by default the UTM zone of the stations.

    Stations without effort in the period are left out. Raises NoPlaces.
    """
    return _captured(
        cameras.stations,
        cameras.station_places,
        caught.effort,
        (caught.individual, caught.occasion, caught.station, caught.events),
        caught.animals,
        caught.sexes,
        crs,
    )


def from_tables(tables: Mapping[str, Any]) -> Captured:
    """The same of the stored tables of a survey. Raises NoPlaces."""
    stations = [row[0] for row in tables["stations"]["rows"]]
    at = [tables["stations"]["columns"].index(name) for name in ("longitude", "latitude")]
    places = np.array(
        [[np.nan if row[k] is None else row[k] for k in at] for row in tables["stations"]["rows"]],
        dtype=float,
    )
    effort = np.array([row[1:] for row in tables["capture-effort"]["rows"]], dtype=float)
    rows = tables["captures"]["rows"]
    sexes = {row[0]: row[4] for row in rows}
    animals = tuple(sorted(sexes))
    numbers, codes = ({name: k for k, name in enumerate(names)} for names in (animals, stations))
    columns = (
        [numbers[row[0]] for row in rows],
        [row[1] - 1 for row in rows],
        [codes[row[2]] for row in rows],
        [row[3] for row in rows],
    )
    arrays = tuple(np.array(column, dtype=np.int64) for column in columns)
    return _captured(
        tuple(stations), places, effort, arrays, animals, tuple(sexes[one] for one in animals), ""
    )


def utm_zone(longitudes: Floats, latitudes: Floats) -> str:
    """The EPSG code of the UTM zone in which most of some places lie.

    >>> utm_zone(np.array([131.2]), np.array([43.1]))
    'EPSG:32652'
    """
    zone = int(np.floor((float(np.median(longitudes)) + 180) / 6)) % 60 + 1
    return f"EPSG:{(32600 if float(np.median(latitudes)) >= 0 else 32700) + zone}"


def _captured(
    stations: tuple[str, ...],
    places: Floats,
    effort: Floats,
    columns: tuple[NDArray[np.int64], ...],
    animals: tuple[str, ...],
    sexes: tuple[str, ...],
    crs: str,
) -> Captured:
    works = effort.sum(axis=1) > 0
    unknown = works & ~np.isfinite(places).all(axis=1)
    if unknown.any() or not works.any():
        raise NoPlaces([stations[k] for k in np.flatnonzero(unknown)])
    here = places[works]
    crs = crs or utm_zone(here[:, 0], here[:, 1])
    numbers = np.cumsum(works) - 1
    individual, occasion, station, events = columns
    return Captured(
        tuple(name for name, kept in zip(stations, works, strict=True) if kept),
        np.column_stack(_to_metres(crs).transform(here[:, 0], here[:, 1])),
        crs,
        effort[works],
        individual,
        occasion,
        numbers[station],
        events,
        animals,
        sexes,
    )


@lru_cache(maxsize=16)
def _to_metres(crs: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)
