"""All numbers of a camera survey from 1,000,000 observations; overlap of two species with 10,000 resamples.

Made-up records at 300 stations over two years, of 30 species and 60 known animals; times have two humps. The
numbers are those of a run: effort, events, indices with intervals, matrices of three species, accumulation,
activity and its overlap, known animals, capture history. Reading records from a database is not in it. The
overlap is of samples of 201 and 273 events, which took R's overlap 3.0 s for 1,000 resamples.

    .venv/bin/python benchmarks/cameras_numbers.py [--observations 1000000] [--resamples 10000]
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from amur.science.activity import overlap_with_intervals
from amur.science.cameras import Cameras, Rules, Sightings, compute

STATIONS, DAYS, SPECIES, ANIMALS = 300, 730, 30, 60
FIRST = np.datetime64("2024-01-01", "s")
DAY = np.timedelta64(86_400, "s")


def made_up(count: int, random: np.random.Generator) -> tuple[Cameras, Sightings]:
    """Cameras that stood all the time, and so many sightings."""
    cameras = Cameras(
        tuple(f"S{k:03}" for k in range(STATIONS)),
        tuple(f"D{k:03}" for k in range(STATIONS)),
        np.arange(STATIONS),
        np.full(STATIONS, FIRST),
        np.full(STATIONS, FIRST + DAYS * DAY),
        ((),) * STATIONS,
        np.column_stack([random.uniform(130, 136, STATIONS), random.uniform(43, 48, STATIONS)]),
        np.full(STATIONS, 36_000.0),
    )
    hours = np.where(random.random(count) < 0.5, random.normal(6, 2, count), random.normal(19, 2, count)) % 24
    times = FIRST + random.integers(0, DAYS, count) * DAY + (hours * 3600).astype("m8[s]")
    species = np.minimum(random.geometric(0.15, count) - 1, SPECIES - 1)
    known = (species == 2) & (random.random(count) < 0.1)
    sightings = Sightings(
        random.integers(0, STATIONS, count),
        times,
        species,
        tuple(f"Species {k:02}" for k in range(SPECIES)),
        np.ones(count, dtype=np.int64),
        np.arange(count) // 3,
        np.where(known, random.integers(0, ANIMALS, count), -1),
        np.where(known, random.integers(0, 4, count), 0),
        random.random(count) < 0.05,
        tuple(f"T{k:02}" for k in range(ANIMALS)),
        ("F", "M") * (ANIMALS // 2),
        (-1,) * ANIMALS,
    )
    return cameras, sightings


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--resamples", type=int, default=10_000)
    options = parser.parse_args()
    random = np.random.default_rng(7)
    cameras, sightings = made_up(options.observations, random)
    rules = Rules(
        matrices=("Species 00", "Species 01", "Species 02"),
        activity=("Species 12", "Species 14"),
        individuals="Species 02",
        flanks="minimum",
        solar=True,
    )
    start = time.process_time()
    tables = compute(cameras, sightings, rules)
    took = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    events = sum(int(count) for count in tables["species"].column("events") if count is not None)
    print(
        f"{options.observations:,} observations, {events:,} events: {took:.1f} CPU s, peak {memory:.0f} MiB"
    )
    first, second = random.vonmises(1.0, 1.5, 201), random.vonmises(2.5, 1.2, 273)
    start = time.process_time()
    found = overlap_with_intervals(first, second, random, count=options.resamples)
    took = time.process_time() - start
    print(f"overlap {found.estimator} with {options.resamples:,} resamples: {took:.2f} CPU s")


if __name__ == "__main__":
    main()
