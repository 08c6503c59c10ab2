"""All numbers of a camera survey as tables: `compute` takes cameras, sightings and rules.

Called by `amur.portal.surveys.work` for the centre and by `amur cameras numbers` for a package. Tables have
plain cells and None for the unknown; those `by_station` tell places and times. docs/surveys.md defines every
column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from amur.science.cameras.accumulation import chao2, rarefaction
from amur.science.cameras.catches import Catches, by_flanks, catches, flanks_of
from amur.science.cameras.events import independent_events
from amur.science.cameras.families import families
from amur.science.cameras.histories import detection_history
from amur.science.cameras.individuals import minimum_known_alive, turnover
from amur.science.cameras.patterns import activity_tables, day_times
from amur.science.cameras.rates import abundance_index, naive_occupancy
from amur.science.cameras.sample import (
    DEFINITIONS,
    Cameras,
    Definition,
    Integers,
    Period,
    Rules,
    Sightings,
    Table,
    known,
)
from amur.science.cameras.stations import StationEffort, camera_days, station_effort

Progress = Callable[[float, str], None]
POINTS = 60
"""Points of an accumulation curve that are told."""


def compute(
    cameras: Cameras,
    sightings: Sightings,
    rules: Rules,
    period: Period | None = None,
    progress: Progress = lambda done, stage: None,
) -> dict[str, Table]:
    """The tables of a survey by name.

    `period` are its first and last local days, by default those of the cameras. Sightings outside the time
    of their deployment, or on a day on which their station has no effort, are in no number but in "findings".
    Raises ValueError where no camera worked in the period.
    """
    progress(0.0, "effort")
    efforts = {name: station_effort(cameras, name, period) for name in DEFINITIONS}
    effort = efforts[rules.effort]
    whole = _whole_period(effort)
    first, last = period or whole
    kept, findings = _kept(cameras, sightings, effort, (first, last))
    sightings = sightings.where(kept)
    station = cameras.station[sightings.deployment]
    progress(0.1, "events")
    begins = independent_events(station, sightings.species, sightings.time, rules.minutes, rules.rule)
    tables = {
        "effort": _effort(cameras, efforts, rules, period),
        "stations": _stations(cameras, efforts, station, begins),
        "months": _months(effort, sightings, begins),
    }
    progress(0.25, "species")
    tables["species"] = _species(sightings, station, begins, effort.days, rules)
    progress(0.4, "matrices")
    tables |= _matrices(cameras, sightings, station, effort, rules)
    progress(0.5, "accumulation")
    tables |= _accumulation(sightings, station, effort, rules)
    progress(0.6, "individuals")
    tables |= _individuals(cameras, sightings, station, effort, rules, (first, last))
    events = sightings.where(begins)
    times = day_times(cameras, events, solar=rules.solar)
    if rules.solar and np.isnan(times).any():
        findings.append(("no-sun", int(np.isnan(times).sum())))
    tables |= activity_tables(times, events, rules, lambda done, stage: progress(0.65 + 0.33 * done, stage))
    findings += _flank_findings(sightings, rules)
    tables["findings"] = Table(("finding", "records"), tuple(one for one in findings if one[1]))
    progress(1.0, "done")
    return tables


def individual_catches(
    cameras: Cameras,
    sightings: Sightings,
    rules: Rules,
    period: Period,
) -> Catches:
    """The capture history of the species `rules.individuals`, for capture-recapture; cubs are not in it.

    Raises ValueError where no camera worked in the period.
    """
    effort = station_effort(cameras, rules.effort, period)
    _whole_period(effort)
    sightings = sightings.where(_kept(cameras, sightings, effort, period)[0])
    sightings = sightings.where(_of(sightings, rules.individuals) & ~sightings.young)
    station = cameras.station[sightings.deployment]
    begins = independent_events(station, sightings.animal, sightings.time, rules.minutes, rules.rule)
    return catches(sightings, station, begins, effort, period, rules.occasion_days, rules.flanks)


def _whole_period(effort: StationEffort) -> Period:
    """The first and the last day with effort. Raises ValueError where there is none."""
    works = [k for k, each in enumerate(effort.daily) if len(each)]
    if not works:
        raise ValueError("no camera worked in the period")
    ends = [effort.first[k] + np.timedelta64(len(effort.daily[k]) - 1, "D") for k in works]
    return min(effort.first[k] for k in works), max(ends)


def _kept(
    cameras: Cameras, sightings: Sightings, effort: StationEffort, period: Period
) -> tuple[NDArray[np.bool_], list[tuple[str, int]]]:
    """Which sightings count, and why others of the period do not."""
    at, days = sightings.deployment, sightings.time.astype("M8[D]")
    inside = (days >= period[0]) & (days <= period[1])
    stood = (sightings.time >= cameras.start[at]) & (sightings.time <= cameras.end[at])
    worked = effort.on(cameras.station[at], sightings.time) > 0
    without = sum(1 for each in effort.daily if not len(each))
    return inside & stood & worked, [
        ("outside-deployment", int((inside & ~stood).sum())),
        ("camera-idle", int((inside & stood & ~worked).sum())),
        ("stations-without-effort", without),
    ]


def _of(sightings: Sightings, name: str) -> NDArray[np.bool_]:
    number = sightings.names.index(name) if name in sightings.names else -1
    found: NDArray[np.bool_] = sightings.species == number
    return found


def _effort(
    cameras: Cameras, efforts: Mapping[Definition, StationEffort], rules: Rules, period: Period | None
) -> Table:
    rows = []
    for name in DEFINITIONS:
        days = efforts[name].days
        rows.append(
            (
                name,
                camera_days(cameras, name, period),
                float(days.sum()),
                int((days > 0).sum()),
                int((days == 0).sum()),
                int(name == rules.effort),
            )
        )
    return Table(
        ("definition", "camera_days", "trap_days", "stations", "stations_without_effort", "used"), tuple(rows)
    )


def _stations(
    cameras: Cameras,
    efforts: Mapping[Definition, StationEffort],
    station: Integers,
    begins: NDArray[np.bool_],
) -> Table:
    count = len(cameras.stations)
    deployments = np.bincount(cameras.station, minlength=count)
    events = np.bincount(station[begins], minlength=count)
    places = [tuple(known(value) for value in place) for place in cameras.station_places]
    rows = []
    for k, name in enumerate(cameras.stations):
        days = [float(efforts[each].daily[k].sum()) for each in DEFINITIONS]
        one = efforts["span"]
        stood = len(one.daily[k]) > 0
        last = one.first[k] + np.timedelta64(len(one.daily[k]) - 1, "D")
        dates = (str(one.first[k]), str(last)) if stood else (None, None)
        seen = int(events[k]) if max(days) > 0 else None
        rows.append((name, *places[k], *dates, int(deployments[k]), *days, seen))
    columns = (
        "station", "longitude", "latitude", "first_day", "last_day", "deployments", "days_span",
        "days_calendar", "events",
    )  # fmt: skip
    return Table(columns, tuple(rows), by_station=True)


def _months(effort: StationEffort, sightings: Sightings, begins: NDArray[np.bool_]) -> Table:
    """Trap days and independent events of each month, and how many stations worked in it."""
    days: dict[int, float] = {}
    stations: dict[int, set[int]] = {}
    for k, each in enumerate(effort.daily):
        months = (effort.first[k] + np.arange(len(each))).astype("M8[M]").astype(np.int64)
        for month in np.unique(months).tolist():
            worked = float(each[months == month].sum())
            days[month] = days.get(month, 0.0) + worked
            if worked > 0:
                stations.setdefault(month, set()).add(k)
    seen = sightings.time[begins].astype("M8[M]").astype(np.int64)
    return Table(
        ("month", "trap_days", "stations", "events"),
        tuple(
            (
                str(np.datetime64(month, "M")),
                days[month],
                len(stations.get(month, ())),
                int((seen == month).sum()),
            )
            for month in sorted(days)
        ),
    )


def _species(
    sightings: Sightings,
    station: Integers,
    begins: NDArray[np.bool_],
    days: NDArray[np.float64],
    rules: Rules,
) -> Table:
    random = np.random.default_rng(rules.seed)
    works = np.flatnonzero(days > 0)
    rows = []
    for k, name in enumerate(sightings.names):
        mine = sightings.species == k
        at = station[mine & begins]
        events = np.bincount(at, minlength=len(days))[works]
        rate = abundance_index(events, days[works], random, count=rules.resamples)
        occupied = naive_occupancy(events, days[works], random, count=rules.resamples)
        rows.append(
            (
                name,
                int(mine.sum()),
                int(events.sum()),
                int(np.maximum(sightings.count[mine & begins], 1).sum()),
                int((events > 0).sum()),
                *(known(value) for value in (rate.estimate, rate.lower, rate.upper)),
                *(known(value) for value in (occupied.estimate, occupied.lower, occupied.upper)),
            )
        )
    columns = (
        "species", "records", "events", "animals_in_events", "stations", "index", "index_lower",
        "index_upper", "occupancy", "occupancy_lower", "occupancy_upper",
    )  # fmt: skip
    return Table(columns, tuple(rows))


def _matrices(
    cameras: Cameras, sightings: Sightings, station: Integers, effort: StationEffort, rules: Rules
) -> dict[str, Table]:
    """Detection matrices of the chosen species, and the effort of their cells, station by occasion."""
    works = np.flatnonzero(effort.days > 0)
    place = np.full(len(cameras.stations), -1)
    place[works] = np.arange(len(works))
    tables = {}
    for name in rules.matrices:
        mine = _of(sightings, name)
        found = detection_history(
            effort.first[works],
            [effort.daily[k] for k in works],
            place[station[mine]],
            sightings.time[mine].astype("M8[D]"),
            rules.occasion_days,
            rules.start,
            rules.minimum_effort,
        )
        columns = ("station", *(f"o{k + 1}" for k in range(found.effort.shape[1])))
        unknown = (None,) * found.effort.shape[1]
        cells = {
            f"matrix:{name}": [
                tuple(None if np.isnan(cell) else int(cell) for cell in row) for row in found.detections
            ],
            "matrix-effort": [tuple(row.tolist()) for row in found.effort],
        }
        for key, rows in cells.items():
            whole = [
                (label, *(rows[place[k]] if place[k] >= 0 else unknown))
                for k, label in enumerate(cameras.stations)
            ]
            tables[key] = Table(columns, tuple(whole), by_station=True)
    return tables


def _accumulation(
    sightings: Sightings, station: Integers, effort: StationEffort, rules: Rules
) -> dict[str, Table]:
    """Curves over trap days, and Chao2, of species and of the individuals of one species."""
    lengths = np.array([len(each) for each in effort.daily], dtype=np.int64)
    works = np.concatenate([*effort.daily, np.zeros(0)]) > 0
    numbers = np.cumsum(works) - 1
    since = (sightings.time.astype("M8[D]") - effort.first[station]).astype(np.int64)
    unit = numbers[(np.cumsum(lengths) - lengths)[station] + since]
    units = int(works.sum())
    groups = [("species", sightings.species, len(sightings.names))]
    if rules.individuals:
        of = np.where(_of(sightings, rules.individuals), sightings.animal, -1)
        groups.append(("individuals", of, len(sightings.animals)))
    curve: list[tuple[str | int | float | None, ...]] = []
    totals: list[tuple[str | int | float | None, ...]] = []
    for what, kinds, count in groups:
        seen = np.zeros((count, units), dtype=bool)
        seen[kinds[kinds >= 0], unit[kinds >= 0]] = True
        seen = seen[seen.any(axis=1)]
        if not len(seen):
            continue
        expected = rarefaction(seen)
        shown = np.unique(np.linspace(0, units - 1, min(POINTS, units)).round().astype(int))
        curve += [(what, int(k) + 1, float(expected[k])) for k in shown]
        found = chao2(seen)
        totals.append((what, found.observed, found.estimate, found.se, found.lower, found.upper))
    return {
        "accumulation": Table(("what", "trap_days", "expected"), tuple(curve)),
        "richness": Table(("what", "observed", "chao2", "se", "lower", "upper"), tuple(totals)),
    }


def _individuals(
    cameras: Cameras,
    sightings: Sightings,
    station: Integers,
    effort: StationEffort,
    rules: Rules,
    period: Period,
) -> dict[str, Table]:
    """Known animals by year, bounds by flanks, families, and the capture history."""
    if not rules.individuals:
        return {}
    mine = _of(sightings, rules.individuals)
    own, at = sightings.where(mine), station[mine]
    grown = own.where(~own.young)
    fresh = independent_events(at[~own.young], grown.animal, grown.time, rules.minutes, rules.rule)
    caught = catches(grown, at[~own.young], fresh, effort, period, rules.occasion_days, rules.flanks)
    flanks = flanks_of(grown)
    return {
        "alive": _alive(grown.where(by_flanks(grown, rules.flanks))),
        "flanks": Table(
            ("left_only", "right_only", "both", "side_unknown", "lowest", "highest"),
            ((flanks.left, flanks.right, flanks.both, flanks.unknown, flanks.lowest, flanks.highest),),
        ),
        "families": Table(
            ("year", "females_with_cubs", "cubs", "visits_without_known_female"),
            tuple(
                (one.year, one.females, one.cubs, one.unplaced) for one in families(own, at, rules.minutes)
            ),
        ),
        **_capture_tables(cameras, caught),
    }


def _alive(own: Sightings) -> Table:
    """Grown animals seen, known alive, new and gone by year, of the policy of flanks."""
    columns = ("year", "seen", "known_alive", "new", "gone", "turnover")
    if not len(own.time):
        return Table(columns, ())
    years = own.time.astype("M8[Y]").astype(np.int64) + 1970
    low, high = int(years.min()), int(years.max())
    seen = np.zeros((len(own.animals), high - low + 1), dtype=bool)
    seen[own.animal, years - low] = True
    alive, change = minimum_known_alive(seen), turnover(seen)
    rows = []
    for k, year in enumerate(range(low, high + 1)):
        moves = (
            (int(change.gained[k - 1]), int(change.lost[k - 1]), known(change.rate[k - 1]))
            if k
            else (None, None, None)
        )
        rows.append((year, int(seen[:, k].sum()), int(alive[k]), *moves))
    return Table(columns, tuple(rows))


def _capture_tables(cameras: Cameras, caught: Catches) -> dict[str, Table]:
    occasions = tuple(f"o{k + 1}" for k in range(caught.effort.shape[1]))
    return {
        "captures": Table(
            ("individual", "occasion", "station", "events", "sex"),
            tuple(
                (caught.animals[who], int(when) + 1, cameras.stations[where], int(count), caught.sexes[who])
                for who, when, where, count in zip(
                    caught.individual, caught.occasion, caught.station, caught.events, strict=True
                )
            ),
            by_station=True,
        ),
        "capture-effort": Table(
            ("station", *occasions),
            tuple((name, *caught.effort[k].tolist()) for k, name in enumerate(cameras.stations)),
            by_station=True,
        ),
    }


def _flank_findings(sightings: Sightings, rules: Rules) -> list[tuple[str, int]]:
    """What the policy of flanks leaves out, and animals known from a single record: they may be ghosts."""
    if not rules.individuals:
        return []
    own = sightings.where(_of(sightings, rules.individuals))
    named = own.animal >= 0
    left_out = int((named & ~by_flanks(own, rules.flanks)).sum())
    times = np.bincount(own.animal[named], minlength=len(own.animals))
    return [
        ("flank-left-out", left_out),
        ("unidentified", int((~named).sum())),
        ("single-record-animals", int((times == 1).sum())),
    ]
