"""Effort of patrols in cells: fixes to segments, segments to cells, against ecoscope and PostGIS.

Ours: 1,000,000 made fixes become segments, and these effort in 1 km cells; then the real patrols of the
public sample, from fixes to cells of 1 km and 100 m, cleaned. Times are the best of five after compilation.

The peer, where it is installed, makes segments of the same fixes, without the duplicates, by its relocations
and trajectory. Its `calculate_feature_density` does not run with the pandas of its own release, so that its
method is stated here: all segments are clipped by each cell in turn (`clip_by_rect`), and lengths are summed.
It takes minutes at 1 km; --peer-cells takes only the first so many cells and tells the whole in proportion.

PostGIS, where `AMUR_POSTGIS_URL` names a server, cuts the same segments by the squares that each meets
(`ST_SquareGrid`) and sums their lengths: the query alone, and with the loading of segments.

    .venv/bin/python benchmarks/effort_grid.py [--peer-cells 0] [--peers FOLDER] [--data FOLDER]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import shapely

from amur.science.effort import Effort, Fixes, Grid, Limits, Rule, Segments, clean, effort_of, segments_of

DATA = Path(__file__).parents[2] / "shared" / "data" / "tracks"
SAMPLE = "get-patrol-observations-from-smart.example-return.parquet"
RULES = Rule.DUPLICATE | Rule.GAP


def best(work: Callable[[], Any], times: int = 5) -> tuple[float, float, Any]:
    """CPU and wall seconds of the quickest of some runs after one that compiles, and what the work gave."""
    found = work()
    spent = []
    for _ in range(times):
        cpu, wall = time.process_time(), time.perf_counter()
        found = work()
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    return *min(spent), found


def made_fixes(count: int) -> Fixes:
    """Fixes of walkers in a square of about 100 km, 1000 for each, one every half minute."""
    random = np.random.default_rng(1)
    place = [np.abs(random.normal(0, 6e-4, count).cumsum() % 2 - 1) for _ in range(2)]
    number = np.arange(count, dtype=np.int64)
    instant = np.datetime64("2026-03-01", "ms") + (number % 1000 * 30_000).astype("m8[ms]")
    return Fixes(number // 1000, instant, 135 + place[0], 48 + place[1])


def real_fixes(folder: Path) -> Fixes:
    """The fixes of the public sample, duplicates included."""
    table = pq.read_table(folder / SAMPLE)
    _, track = np.unique(np.array(table["patrol_id"].to_pylist()), return_inverse=True)
    places = shapely.get_coordinates(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)))
    instants = table["fixtime"].cast("timestamp[ms]", safe=False).to_numpy(zero_copy_only=False)
    return Fixes(track.astype(np.int64), instants.astype("M8[ms]"), places[:, 0].copy(), places[:, 1].copy())


def ours(fixes: Fixes, cell: float) -> tuple[Segments, Effort]:
    """From fixes to cells."""
    segments = clean(fixes, Limits(), RULES).segments
    return segments, effort_of(segments, Grid.around(fixes.longitude, fixes.latitude, cell))


def lines_of(segments: Segments, grid: Grid) -> Any:
    """Segments as lines (m,) in the plane of the grid."""
    points = grid.plane.forward(segments.fixes.longitude, segments.fixes.latitude)
    return shapely.linestrings(np.stack([points[segments.first], points[segments.last]], axis=1))


def postgis(segments: Segments, grid: Grid, ours: float) -> None:
    """The same with PostGIS; prints what it took, and how many times what `ours` (seconds) took."""
    address = os.environ.get("AMUR_POSTGIS_URL")
    if address is None:
        print("AMUR_POSTGIS_URL names no PostGIS: no race")
        return
    import psycopg

    question = (
        "SELECT squares.i, squares.j, sum(ST_Length(ST_Intersection(way.line, squares.geom))) FROM way"
        " CROSS JOIN LATERAL ST_SquareGrid(%s, way.line) squares GROUP BY 1, 2"
    )
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.execute("CREATE TEMPORARY TABLE way (line geometry)")
        begun = time.perf_counter()
        with cursor.copy("COPY way FROM STDIN") as copy:
            for line in shapely.to_wkb(lines_of(segments, grid), hex=True):
                copy.write_row((line,))
        cursor.execute("ANALYZE way")
        loaded = time.perf_counter() - begun

        def asked() -> float:
            cursor.execute(question, (grid.cell,))
            return float(sum(row[2] for row in cursor.fetchall()))

        _, spent, metres = best(asked, 3)
    print(
        f"PostGIS: {len(segments):,} segments to cells of {grid.cell:g} m: {spent:.3f} s, with loading"
        f" {spent + loaded:.3f} s, {metres / 1000:,.3f} km of the plane;"
        f" {(spent + loaded) / ours:,.0f} times ours from fixes to cells"
    )


def theirs(fixes: Fixes, segments: Segments, grid: Grid, cells: int, ours: float) -> None:
    """The same with ecoscope; prints what each step took, and how many times what `ours` (seconds) took."""
    try:
        import geopandas as gpd
        import pandas as pd
        from ecoscope.base import Relocations, Trajectory
    except ImportError as error:
        print(f"ecoscope is not installed: no race ({error})")
        return
    kept = np.unique(np.concatenate([segments.first, segments.last]))
    frame = gpd.GeoDataFrame(
        {
            "groupby_col": fixes.track[kept].astype(str),
            "fixtime": pd.to_datetime(fixes.instant[kept], utc=True),
            "junk_status": False,
        },
        geometry=gpd.points_from_xy(fixes.longitude[kept], fixes.latitude[kept]),
        crs=4326,
    )
    begun = time.perf_counter()
    trajectory = Trajectory.from_relocations(Relocations(frame))
    spent = time.perf_counter() - begun
    pace = f"{spent:.2f} s ({len(kept) / spent:,.0f}/s)"
    print(f"ecoscope: {len(kept):,} fixes to {len(trajectory):,} segments: {pace}", flush=True)
    lines = gpd.GeoSeries(lines_of(segments, grid), crs=grid.plane.proj)
    squares = [
        shapely.box(grid.west + column * grid.cell, grid.north - (row + 1) * grid.cell,
                    grid.west + (column + 1) * grid.cell, grid.north - row * grid.cell)
        for row in range(grid.rows)
        for column in range(grid.columns)
    ]  # fmt: skip
    part = squares[: cells or len(squares)]
    begun = time.perf_counter()
    total = 0.0
    for square in part:
        clipped = lines.clip_by_rect(*square.bounds)
        total += clipped[~clipped.is_empty].length.sum()
    spent = time.perf_counter() - begun
    whole = spent * len(squares) / len(part)
    print(
        f"ecoscope's method: {len(lines):,} segments to {len(part):,} of {len(squares):,} cells of"
        f" {grid.cell:g} m: {spent:.2f} s ({whole:.1f} s for all), {total / 1000:,.3f} km of the plane;"
        f" {whole / ours:,.0f} times ours from fixes to cells"
    )


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-cells", type=int, default=0)
    parser.add_argument("--peers", type=Path, help="a folder into which ecoscope was installed")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    made = made_fixes(1_000_000)
    cpu, wall, segments = best(lambda: segments_of(made))
    print(f"ours: 1,000,000 fixes to segments: {cpu:.3f} CPU-s, {wall:.3f} s ({1 / cpu:.1f} million/CPU-s)")
    grid = Grid.around(made.longitude, made.latitude, 1000.0)
    cpu, wall, effort = best(lambda: effort_of(segments, grid))
    lost = abs(float(effort.metres.sum()) / float(segments.metres.sum()) - 1)
    pace = f"{cpu:.3f} CPU-s, {wall:.3f} s"
    print(f"ours: {len(segments):,} segments to 1 km cells: {pace}, length lost {lost:.0e}")
    if not (options.data / SAMPLE).is_file():
        print(f"no real patrols at {options.data}: no race")
        return
    real = real_fixes(options.data)
    for cell in (1000.0, 100.0):
        cpu, wall, (segments, effort) = best(lambda cell=cell: ours(real, cell))
        print(
            f"ours: {len(real.track):,} real fixes to {len(segments):,} segments to cells of {cell:g} m:"
            f" {cpu * 1000:.1f} CPU-ms, {wall * 1000:.1f} ms, {segments.kilometres:,.3f} km"
        )
        cpu, wall, effort = best(lambda segments=segments, grid=effort.grid: effort_of(segments, grid))
        print(f"      of it segments to cells: {cpu * 1000:.2f} CPU-ms, {wall * 1000:.2f} ms")
    _, wall, (segments, effort) = best(lambda: ours(real, 1000.0))
    postgis(segments, effort.grid, wall)
    if options.peers is not None:
        sys.path.append(str(options.peers))
    theirs(real, segments, effort.grid, options.peer_cells, wall)


if __name__ == "__main__":
    main()
