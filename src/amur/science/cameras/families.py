"""Females with cubs by year, as the standard CA|TS asks for, from known females and juveniles seen with them.

A female has cubs in a year when a juvenile of her species is seen in the same sequence, or at the same
station within some minutes, or when a cub of which she is said to be the mother is seen as a juvenile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.science.cameras.sample import Integers, Sightings


@dataclass(frozen=True, slots=True)
class Families:
    """Of one year: females known with cubs, their cubs (most seen at once, added up), and visits of juveniles
    without a known female, which may be families of their own or the same ones.
    """

    year: int
    females: int
    cubs: int
    unplaced: int


def families(sightings: Sightings, station: Integers, minutes: float) -> list[Families]:
    """The families of each year in which the species was seen; `station` (n,) tells where.

    Cubs of unknown count are one at least. A year without a sighting of the species is not in the list.
    """
    if not len(sightings.time):
        return []
    years = sightings.time.astype("M8[Y]").astype(np.int64) + 1970
    female = _females(sightings)
    litters: dict[tuple[int, int], int] = {}
    unplaced: dict[int, set[tuple[int, int]]] = {}
    for visit, rows in _visits(sightings, station, minutes).items():
        young = rows[sightings.young[rows]]
        if not len(young):
            continue
        year = int(years[young[0]])
        mothers = {int(sightings.animal[k]) for k in rows if female[k]}
        mothers |= {sightings.mothers[sightings.animal[k]] for k in young if sightings.animal[k] >= 0}
        mothers.discard(-1)
        cubs = int(np.maximum(sightings.count[young], 1).sum())
        if len(mothers) == 1:
            mother = mothers.pop()
            litters[year, mother] = max(litters.get((year, mother), 0), cubs)
        else:
            for mother in mothers:  # whose cubs they are is not known: each has one at least
                litters[year, mother] = max(litters.get((year, mother), 0), 1)
            if not mothers:
                unplaced.setdefault(year, set()).add(visit)
    return [
        Families(
            year,
            sum(1 for when, _who in litters if when == year),
            sum(cubs for (when, _who), cubs in litters.items() if when == year),
            len(unplaced.get(year, ())),
        )
        for year in np.unique(years).tolist()
    ]


def _females(sightings: Sightings) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which sightings (n,) show a known grown female."""
    sexes = np.array([*(sex == "F" for sex in sightings.sexes), False], dtype=bool)
    return np.asarray((sightings.animal >= 0) & sexes[sightings.animal] & ~sightings.young)


def _visits(sightings: Sightings, station: Integers, minutes: float) -> dict[tuple[int, int], Integers]:
    """The sightings of each visit: those of one sequence, and those at a station with small gaps between."""
    order = np.lexsort((sightings.time.astype(np.int64), station))
    seconds = sightings.time.astype("M8[s]").astype(np.int64)[order]
    place, visit = station[order], sightings.visit[order]
    apart = np.ones(len(order), dtype=bool)
    apart[1:] = (place[1:] != place[:-1]) | (np.diff(seconds) > minutes * 60)
    apart[1:] &= ~((visit[1:] >= 0) & (visit[1:] == visit[:-1]))
    number = np.cumsum(apart)
    parts = np.split(order, np.flatnonzero(apart)[1:])
    return {(int(station[part[0]]), int(at)): part for at, part in zip(np.unique(number), parts, strict=True)}
