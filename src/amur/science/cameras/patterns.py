"""Tables of daily activity: curves and levels of species, and the overlap of two of them.

Times of day are those of independent events; of records that belong to one event only the first counts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from amur.science.activity import (
    anchored,
    bandwidth_of,
    density_at,
    level_with_interval,
    overlap_with_intervals,
    since_midnight,
    sunrise_and_sunset,
)
from amur.science.cameras.sample import Cameras, Floats, Rules, Sightings, Table, known

Progress = Callable[[float, str], None]
FEWEST = 10
"""Events below which a curve says nothing."""
CURVE = 48
_LEVELS = 199


def day_times(cameras: Cameras, sightings: Sightings, *, solar: bool) -> Floats:
    """Times of day (n,) in radians; with `solar` moved so that sunrise and sunset fall on their means.

    NaN for a sighting whose place is unknown or where the sun does not rise and set, with `solar`.
    """
    times = since_midnight(sightings.time)
    if not solar or not len(times):
        return times
    places = cameras.places[sightings.deployment]
    rise, fall = sunrise_and_sunset(
        sightings.time.astype("M8[D]"), places[:, 0], places[:, 1], cameras.offsets[sightings.deployment]
    )
    lit = np.isfinite(rise) & np.isfinite(fall)
    found = np.full(len(times), np.nan)
    if lit.any():
        found[lit] = anchored(times[lit], rise[lit], fall[lit])
    return found


def activity_tables(
    times: Floats, sightings: Sightings, rules: Rules, progress: Progress = lambda done, stage: None
) -> dict[str, Table]:
    """The tables "activity" (species, hour, share of events per hour), "levels" and "overlap".

    `times` (n,) are of the sightings (n,), which are independent events. Species with fewer than FEWEST
    events, or whose events are all at one time, have unknown levels and no curve.
    """
    random = np.random.default_rng(rules.seed)
    curves: list[tuple[str | int | float | None, ...]] = []
    levels: list[tuple[str | int | float | None, ...]] = []
    samples = {}
    for at, name in enumerate(rules.activity):
        number = sightings.names.index(name) if name in sightings.names else -1
        mine = times[(sightings.species == number) & np.isfinite(times)]
        samples[name] = mine
        if len(mine) < FEWEST or np.ptp(mine) == 0:
            levels.append((name, len(mine), None, None, None, None))
            continue
        hours = np.arange(CURVE + 1) * 24 / CURVE
        share = density_at(hours * (np.pi / 12), mine, bandwidth_of(mine)) * np.pi / 12
        curves += [(name, hour, value) for hour, value in zip(hours.tolist(), share.tolist(), strict=True)]

        def told(done: float, _stage: str, at: int = at) -> None:
            progress((at + done) / (len(rules.activity) + 1), "activity")

        level = level_with_interval(mine, random, _LEVELS, progress=told)
        low, high = level.interval
        levels.append((name, len(mine), level.estimate, known(level.se), known(low), known(high)))
    return {
        "activity": Table(("species", "hour", "share_per_hour"), tuple(curves)),
        "levels": Table(("species", "events", "level", "se", "lower", "upper"), tuple(levels)),
        "overlap": _overlap(samples, rules, random, progress),
    }


def _overlap(
    samples: dict[str, Floats], rules: Rules, random: np.random.Generator, progress: Progress
) -> Table:
    columns = ("first", "second", "events_first", "events_second", "estimator", "overlap", "lower", "upper")
    if len(rules.activity) < 2:
        return Table(columns, ())
    first, second = rules.activity[:2]
    ours, theirs = samples[first], samples[second]
    counts = (len(ours), len(theirs))
    if min(counts) < FEWEST or np.ptp(ours) == 0 or np.ptp(theirs) == 0:
        return Table(columns, ((first, second, *counts, None, None, None, None),))
    found = overlap_with_intervals(
        ours,
        theirs,
        random,
        count=rules.resamples,
        progress=lambda done, _stage: progress(0.7 + 0.3 * done, "overlap"),
    )
    low, high = found.logit_intervals.basic0
    return Table(
        columns, ((first, second, *counts, found.estimator, found.estimate, known(low), known(high)),)
    )
