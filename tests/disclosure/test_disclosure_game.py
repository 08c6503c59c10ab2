"""The reconstruction game: property 60, with the properties 2, 4, 15, 19 and 45 that it depends on.

An attacker gets every public output of fifty months, is even told which outputs belong to one station,
and plays all tricks at once. What counts is the median distance to the true places, against somebody
who names the centre of the finest cell that was published. The same attacker must win against two
outlets that look careful and leak, or the game would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from disclosure_cast import NOW, OWNER, PUBLIC, seen, tiger
from pyproj import Geod

from amur.disclosure import (
    DEFAULT,
    Approval,
    Category,
    Level,
    Place,
    Purpose,
    Record,
    Release,
    TimeLevel,
    cell_of,
    location_terms,
    project_category,
)
from amur.disclosure.times import months_later

MONTHS, STATIONS, ANIMALS = 50, 60, 8
START = datetime(2024, 1, 1, tzinfo=UTC)
GEOD = Geod(ellps="WGS84")
NAMES = ("Panthera tigris", "Panthera tigris altaica", "Felis tigris", "Panthera sp.", "Sus scrofa")


@dataclass(frozen=True)
class Output:
    """What the attacker reads from one public output: a point, a box and a stated radius."""

    longitude: float
    latitude: float
    bounds: tuple[float, float, float, float]
    radius_m: float


Outlet = Callable[[Record, datetime], list[Output]]


def our_outlet(record: Record, now: datetime) -> list[Output]:
    """The public site and the open data file of one month, read as views and as Darwin Core."""
    outputs = []
    for purpose in (Purpose.PUBLICATION, Purpose.OPEN_DATA):
        released = seen(record, PUBLIC, purpose, now)
        if released.place is None or released.place.bounds is None:
            continue
        terms = location_terms(released)
        point = (float(terms["decimalLongitude"]), float(terms["decimalLatitude"]))
        radius = float(terms["coordinateUncertaintyInMeters"])
        outputs.append(Output(*point, released.place.bounds, radius))
    return outputs


def noisy_outlet(record: Record, now: datetime) -> list[Output]:
    """Leaky on purpose: a fresh random offset for each release, within the size of our cell."""
    place = record.place
    assert place is not None and place.longitude is not None and place.latitude is not None
    rng = np.random.default_rng([int(now.timestamp()), record.id.int % 2**32])
    east, north = rng.uniform(-0.1, 0.1, 2)
    longitude, latitude = float(place.longitude) + east, float(place.latitude) + north
    box = (longitude - 0.1, latitude - 0.1, longitude + 0.1, latitude + 0.1)
    return [Output(longitude, latitude, box, 10_000)]


def two_grid_outlet(record: Record, now: datetime) -> list[Output]:
    """Leaky on purpose: our cell in one file, the same place rounded instead of floored in another."""
    place = record.place
    assert place is not None and place.longitude is not None and place.latitude is not None
    cell = cell_of(place.longitude, place.latitude, Level.TENTH)
    longitude, latitude = round(float(place.longitude), 1), round(float(place.latitude), 1)
    box = (longitude - 0.05, latitude - 0.05, longitude + 0.05, latitude + 0.05)
    return [
        Output(cell.longitude, cell.latitude, cell.bounds, 7_000),
        Output(longitude, latitude, box, 7_000),
    ]


def stations(rng: np.random.Generator) -> list[tuple[float, float]]:
    return list(zip(rng.uniform(131, 137, STATIONS), rng.uniform(43, 49, STATIONS), strict=True))


def records_of(
    number: int, place: tuple[float, float], month: int, rng: np.random.Generator
) -> tuple[Record, datetime]:
    """One station's record of a month as it stands when it is released once more: edited and renamed."""
    taken = START + timedelta(days=float(rng.uniform(0, 28)))
    now = months_later(START, month)
    zone = [None, "Asia/Vladivostok", "Asia/Shanghai"][month % 3]
    approval = Approval(OWNER, ("anna", "bato"), months_later(START, 6), Level.TENTH, TimeLevel.MONTH)
    record = tiger(
        id=UUID(int=number << 64 | 0x4000_8000_0000_0000_0000, version=4),
        taxon=NAMES[month % len(NAMES)],
        past_taxa=("Panthera tigris",),
        place=Place(*place, uncertainty_m=float(rng.uniform(3, 99))),
        time=taken,
        time_zone=zone,
        event_kind=["camera-capture", "sighting"][month % 2],
        approvals=(approval,) if month >= 6 else (),
        published=month % 7 != 0,
        released=(Release(NOW, Level.EXACT, TimeLevel.EXACT),) if month % 5 == 0 else (),
    )
    return record, now


def intersection(outputs: Sequence[Output]) -> tuple[float, float]:
    west, south = (max(one.bounds[side] for one in outputs) for side in (0, 1))
    east, north = (min(one.bounds[side] for one in outputs) for side in (2, 3))
    return (west + east) / 2, (south + north) / 2


def average(outputs: Sequence[Output]) -> tuple[float, float]:
    finest = min(one.radius_m for one in outputs)
    near = [one for one in outputs if one.radius_m < finest + 2_000]
    return float(np.mean([one.longitude for one in near])), float(np.mean([one.latitude for one in near]))


def by_radius(outputs: Sequence[Output]) -> tuple[float, float]:
    """Points weighted by how certain they claim to be: a radius that varies with the place would help."""
    weights = np.array([1 / one.radius_m**2 for one in outputs])
    weights /= weights.sum()
    return (
        float(np.dot(weights, [one.longitude for one in outputs])),
        float(np.dot(weights, [one.latitude for one in outputs])),
    )


ATTACKS = (intersection, average, by_radius)


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(GEOD.inv(*one, *other)[2])


def advantage(outlet: Outlet) -> float:
    """Median error of the best attack, divided by that of naming the centre of the 0.1° cell."""
    rng = np.random.default_rng(60)
    errors: dict[str, list[float]] = {attack.__name__: [] for attack in ATTACKS}
    plain: list[float] = []
    for number, place in enumerate(stations(rng)):
        outputs = []
        for month in range(1, MONTHS + 1):
            outputs += outlet(*records_of(number, place, month, rng))
        cell = cell_of(*place, Level.TENTH)
        plain.append(distance_m((cell.longitude, cell.latitude), place))
        for attack in ATTACKS:
            errors[attack.__name__].append(distance_m(attack(outputs), place))
    return min(float(np.median(one)) for one in errors.values()) / float(np.median(plain))


def test_fifty_months_of_public_outputs_tell_no_more_than_the_cell() -> None:
    """Property 60: at most 5 % better than the centre of the cell."""
    assert advantage(our_outlet) >= 0.95


@pytest.mark.parametrize("outlet", [noisy_outlet, two_grid_outlet], ids=["fresh noise", "two grids"])
def test_the_game_is_lost_by_outlets_that_leak(outlet: Outlet) -> None:
    assert advantage(outlet) < 0.7


def lean(sightings_per_animal_and_day: float) -> float:
    """The best gain of leaning a guess towards the neighbouring cells of the same month, as a ratio."""
    rng = np.random.default_rng(61)
    home = np.column_stack([rng.uniform(131, 137, ANIMALS), rng.uniform(43, 49, ANIMALS)])
    positions = home.copy()
    plain: list[float] = []
    leaning: dict[float, list[float]] = {share: [] for share in (0.05, 0.1, 0.2, 0.3)}
    for month in range(MONTHS):
        truths: list[tuple[float, float]] = []
        for _day in range(30):
            # About 3 km a day at 46° N, drawn back to the home range.
            positions += rng.normal(0, 0.03, positions.shape) + 0.02 * (home - positions)
            met = np.flatnonzero(rng.random(ANIMALS) < sightings_per_animal_and_day)
            truths += [(float(positions[one, 0]), float(positions[one, 1])) for one in met]
        centres = [released_centre(truth, months_later(START, month)) for truth in truths]
        for truth, centre in zip(truths, centres, strict=True):
            plain.append(distance_m(centre, truth))
            near = [one for one in centres if 0.01 < max(abs(np.subtract(one, centre))) < 0.15]
            goal = np.mean(near, axis=0) if near else np.array(centre)
            for share, errors in leaning.items():
                guess = (1 - share) * np.array(centre) + share * goal
                errors.append(distance_m((float(guess[0]), float(guess[1])), truth))
    return min(float(np.median(errors)) for errors in leaning.values()) / float(np.median(plain))


def released_centre(place: tuple[float, float], taken: datetime) -> tuple[float, float]:
    record = tiger(place=Place(*place, uncertainty_m=10), event_kind="sighting", time=taken)
    released = seen(record, now=datetime(2030, 1, 1, tzinfo=UTC))
    assert released.level is Level.TENTH and released.place is not None
    assert "individual_code" not in released.fields
    assert released.place.longitude is not None and released.place.latitude is not None
    return released.place.longitude, released.place.latitude


def test_sightings_of_walking_animals_tell_no_more_than_their_cells() -> None:
    """Property 60 for moving subjects, at one sighting per animal in 50 days."""
    assert lean(0.02) >= 0.95


def test_the_known_limit_of_dense_sightings_has_not_grown() -> None:
    """Beyond property 60: at three sightings per animal and two months the months' cells cluster.

    The attacker then gains about a tenth (`docs/disclosure.md` says so); more would be news.
    """
    assert 0.85 <= lean(0.05) < 0.95


def test_a_project_has_one_category_so_that_the_level_of_a_station_says_nothing() -> None:
    """Property 15: the strictest record of all stations; and one that cannot be judged closes all."""
    quiet = [
        tiger(taxon=name, event_kind="sighting", project_category=None)
        for name in ("Sus scrofa", "Capreolus pygargus", "Lynx lynx")
    ]
    assert project_category(quiet, DEFAULT, NOW) is Category.MEDIUM
    with_tiger = [*quiet, tiger(event_kind="sighting", project_category=None)]
    assert project_category(with_tiger, DEFAULT, NOW) is Category.HIGH
    assert project_category(with_tiger[::-1], DEFAULT, NOW) is Category.HIGH
    camera = tiger(kind="camera-deployment", event_kind=None, taxon=None, project_category=None)
    assert project_category([*quiet, camera], DEFAULT, NOW) is Category.MEDIUM
    for unknown in ({"taxon": "?"}, {"zone": None}, {"kind": "obs"}, {"event_kind": "dens"}):
        assert project_category([*quiet, replace(quiet[0], **unknown)], DEFAULT, NOW) is Category.UNKNOWN
    assert project_category([], DEFAULT, NOW) is Category.UNKNOWN
    with_den = [*quiet, tiger(event_kind="den", project_category=None)]
    category = project_category(with_den, DEFAULT, NOW)
    assert all(seen(replace(one, project_category=category)).withheld for one in with_den)
    with pytest.raises(ValueError, match="time zone"):
        project_category(quiet, DEFAULT, NOW.replace(tzinfo=None))


def test_two_accounts_together_learn_no_more_than_the_finer_of_their_views() -> None:
    """Property 45: the cells of all levels nest, so intersecting them gives the finest one."""
    rng = np.random.default_rng(45)
    for longitude, latitude in stations(rng):
        cells = [cell_of(longitude, latitude, level) for level in Level if level.is_cell]
        boxes = [Output(cell.longitude, cell.latitude, cell.bounds, 0) for cell in cells]
        finest = cells[-1]
        assert intersection(boxes) == pytest.approx((finest.longitude, finest.latitude), abs=1e-9)
