"""Which animal was met where and on which occasion: capture histories by a policy of flanks.

An animal known from its left side alone and another known from its right side alone may be one animal. The
policies: "all" takes identities as they are given; "left" and "right" take meetings that show that side;
"linked" takes animals known from both sides; "minimum" adds to these the animals of the side of which more
are known from one side alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.science.cameras.individuals import flank_bounds
from amur.science.cameras.sample import BOTH_SIDES, LEFT, RIGHT, Floats, Integers, Policy, Sightings, Times
from amur.science.cameras.stations import StationEffort


@dataclass(frozen=True, slots=True, eq=False)
class Catches:
    """One row for each animal, occasion and station (rows,), in this order; `events` counts its meetings.

    `animals` and `sexes` name the animals that are in; `effort` (S, occasions) is in trap days.
    """

    individual: Integers
    occasion: Integers
    station: Integers
    events: Integers
    animals: tuple[str, ...]
    sexes: tuple[str, ...]
    effort: Floats
    first: np.datetime64


@dataclass(frozen=True, slots=True)
class Flanks:
    """How many animals are known from the left side alone, the right alone, both, none; and the bounds."""

    left: int
    right: int
    both: int
    unknown: int
    lowest: int
    highest: int


def sides_of(sightings: Sightings) -> Integers:
    """What is known of the sides of each animal (animals,), joined over its meetings."""
    sides = np.zeros(len(sightings.animals), dtype=np.int64)
    named = sightings.animal >= 0
    np.bitwise_or.at(sides, sightings.animal[named], sightings.side[named])
    return sides


def flanks_of(sightings: Sightings) -> Flanks:
    """The numbers of animals met, by their known sides.

    Animals of unknown sides count as whole ones: whoever named them without a side is believed.
    """
    met = np.bincount(sightings.animal[sightings.animal >= 0], minlength=len(sightings.animals)) > 0
    sides = sides_of(sightings)
    left, right, both, unknown = (met & (sides == side) for side in (LEFT, RIGHT, BOTH_SIDES, 0))
    low, high = flank_bounds(left, right, both | unknown)
    return Flanks(
        left=int(left.sum()),
        right=int(right.sum()),
        both=int(both.sum()),
        unknown=int(unknown.sum()),
        lowest=low,
        highest=high,
    )


def by_flanks(sightings: Sightings, policy: Policy) -> NDArray[np.bool_]:
    """Which sightings (n,) of known animals a policy takes.

    >>> one = Sightings(
    ...     np.zeros(3, int), np.array(["2026-03-01"] * 3, "M8[s]"), np.zeros(3, int), ("Panthera tigris",),
    ...     np.ones(3, int), np.full(3, -1), np.array([0, 0, 1]), np.array([LEFT, RIGHT, LEFT]),
    ...     np.zeros(3, bool), ("T1", "T2"), ("F", ""), (-1, -1))
    >>> by_flanks(one, "left").tolist(), by_flanks(one, "linked").tolist()
    ([True, False, True], [True, True, False])
    """
    named = sightings.animal >= 0
    if policy == "all":
        return named
    if policy in ("left", "right"):
        shown: NDArray[np.bool_] = named & ((sightings.side & (LEFT if policy == "left" else RIGHT)) > 0)
        return shown
    sides = sides_of(sightings)
    wanted = sides == BOTH_SIDES
    if policy == "minimum":
        met = np.bincount(sightings.animal[named], minlength=len(sides)) > 0
        counts = [int((met & (sides == side)).sum()) for side in (LEFT, RIGHT)]
        wanted |= sides == (LEFT if counts[0] >= counts[1] else RIGHT)
    found: NDArray[np.bool_] = named & np.append(wanted, False)[sightings.animal]
    return found


def occasion_effort(effort: StationEffort, first: np.datetime64, last: np.datetime64, length: int) -> Floats:
    """Trap days (S, occasions) on occasions of `length` days from the first local day to the last one."""
    whole = int((last.astype("M8[D]") - first.astype("M8[D]")).astype(np.int64)) + 1
    occasions = -(-whole // length)
    daily = np.zeros((len(effort.daily), occasions * length))
    for k, each in enumerate(effort.daily):
        at = int((effort.first[k] - first.astype("M8[D]")).astype(np.int64))
        low, high = max(at, 0), min(at + len(each), whole)
        if high > low:
            daily[k, low:high] = each[low - at : high - at]
    summed: Floats = daily.reshape(len(daily), occasions, length).sum(axis=2)
    return summed


def catches(
    sightings: Sightings,
    station: Integers,
    begins: NDArray[np.bool_],
    effort: StationEffort,
    period: tuple[np.datetime64, np.datetime64],
    length: int,
    policy: Policy = "all",
) -> Catches:
    """The capture history of the known animals of one species.

    `station` and `begins` (n,) tell where each sighting was made and whether it begins an independent event;
    `period` are the first and the last local day. Sightings where the station had no effort on that occasion
    are left out: `numbers.py` tells of them.
    """
    first, last = (each.astype("M8[D]") for each in period)
    cells = occasion_effort(effort, first, last, length)
    taken = by_flanks(sightings, policy)
    days: Times = sightings.time.astype("M8[D]")
    taken &= (days >= first) & (days <= last)
    occasion = np.where(taken, (days - first).astype(np.int64) // length, 0)
    taken &= cells[station, occasion] > 0
    animal = sightings.animal[taken]
    who = np.unique(animal)
    keys = np.stack([np.searchsorted(who, animal), occasion[taken], station[taken]])
    rows, place = np.unique(keys, axis=1, return_inverse=True)
    events = np.bincount(place.ravel(), begins[taken], minlength=rows.shape[1]).astype(np.int64)
    return Catches(
        rows[0].astype(np.int64),
        rows[1].astype(np.int64),
        rows[2].astype(np.int64),
        np.maximum(events, 1),
        tuple(sightings.animals[k] for k in who),
        tuple(sightings.sexes[k] for k in who),
        cells,
        first,
    )
