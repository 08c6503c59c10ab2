"""Races amur.portal.geosqlite against PostGIS: the same models, rows and queries in one run.

    AMUR_POSTGIS_URL=$(.ci/postgres start) .venv/bin/python benchmarks/geosqlite.py

100,000 points and 1,000 polygons of 200 vertices.  Each query runs once to warm up and then five times;
printed is the least CPU time and the least wall time.  CPU time counts this process and, for PostGIS, the
server process of the connection too (utime + stime in /proc of pg_backend_pid(), so Linux and a server on
the same machine; its clock ticks are 10 ms, so PostGIS queries are repeated until 0.3 s are counted).
Without AMUR_POSTGIS_URL only the SQLite column is printed.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

POINTS, POLYGONS, VERTICES = 100_000, 1_000, 200
WINDOW = (120.0, 40.0, 140.0, 55.0)
REPEATS = 5
LEAST_COUNTED = 0.3
URL = re.compile(r"postgres(?:ql)?://([^@:]+)(?::([^@]*))?@([^:/]+):(\d+)/(\S+)")


def databases(folder: str) -> dict[str, dict[str, Any]]:
    """Settings of both databases; PostGIS only where AMUR_POSTGIS_URL is set."""
    found: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "amur.portal.geosqlite",
            "NAME": str(Path(folder, "bench.sqlite3")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY",
            },
        }
    }
    match = URL.fullmatch(os.environ.get("AMUR_POSTGIS_URL", ""))
    if match:
        user, password, host, port, name = match.groups(default="")
        found["postgis"] = {
            "ENGINE": "django.contrib.gis.db.backends.postgis",
            "NAME": name,
            "USER": user,
            "PASSWORD": password,
            "HOST": host,
            "PORT": port,
            "OPTIONS": {"options": "-c search_path=geosqlite_benchmark,public"},
        }
    return found


def configure(folder: str) -> None:
    """Django with the two databases and nothing else."""
    import django
    from django.conf import settings

    from amur.portal.geosqlite.libraries import gdal_library, geos_library

    settings.configure(
        DATABASES=databases(folder),
        INSTALLED_APPS=["django.contrib.gis"],
        GDAL_LIBRARY_PATH=gdal_library(),
        GEOS_LIBRARY_PATH=geos_library(),
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()


@dataclass(frozen=True)
class Timing:
    """Seconds of CPU and of wall clock for one call, and what it answered."""

    cpu: float
    wall: float
    answer: Any


def server_cpu(alias: str) -> float:
    """CPU seconds of the PostgreSQL server process of this connection; 0 for SQLite."""
    from django.db import connections

    if alias == "default":
        return 0.0
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(alias: str, call: Callable[[str], Any]) -> Timing:
    """Warm up, then the best of ``REPEATS``; each of so many calls that clock ticks do not matter."""
    started = time.perf_counter()
    answer = call(alias)
    once = time.perf_counter() - started
    rounds = max(1, round(LEAST_COUNTED / max(once, 1e-4)))
    best_cpu = best_wall = float("inf")
    for _ in range(REPEATS):
        cpu, wall = time.process_time() + server_cpu(alias), time.perf_counter()
        for _ in range(rounds):
            call(alias)
        wall = time.perf_counter() - wall
        cpu = time.process_time() + server_cpu(alias) - cpu
        best_cpu, best_wall = min(best_cpu, cpu / rounds), min(best_wall, wall / rounds)
    return Timing(best_cpu, best_wall, answer)


def star(random: np.random.Generator, east: float, north: float, radius: float) -> Any:
    """A polygon of 200 vertices round a place, never crossing itself."""
    from django.contrib.gis.geos import Polygon

    turn = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    reach = radius * random.uniform(0.7, 1.0, VERTICES)
    ring = np.column_stack((east + reach * np.cos(turn), north + reach * np.sin(turn))).tolist()
    return Polygon([*ring, ring[0]], srid=4326)


def main() -> int:
    """Make the tables, run every query on every engine, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        configure(folder)
        return race()


def race() -> int:
    from django.contrib.gis.db import models
    from django.contrib.gis.db.models.functions import Distance
    from django.contrib.gis.geos import Point
    from django.contrib.gis.measure import D
    from django.db import connections
    from django.db.models import Func, OuterRef, Subquery

    class Sight(models.Model):
        place = models.PointField()

        class Meta:
            app_label = "benchmark"

    class Zone(models.Model):
        shape = models.PolygonField()

        class Meta:
            app_label = "benchmark"

    random = np.random.default_rng(1)
    west, south, east, north = WINDOW
    places = np.column_stack((random.uniform(west, east, POINTS), random.uniform(south, north, POINTS)))
    sights = [Sight(pk=i, place=Point(*place, srid=4326)) for i, place in enumerate(places.tolist(), 1)]
    centres = np.column_stack((random.uniform(west, east, POLYGONS), random.uniform(south, north, POLYGONS)))
    radii = random.uniform(0.1, 0.5, POLYGONS)
    zones = [
        Zone(pk=i, shape=star(random, *centre, radius))
        for i, (centre, radius) in enumerate(zip(centres.tolist(), radii, strict=True), 1)
    ]
    large, small = star(random, 130, 47, 2.6), star(random, 131, 48, 0.15)
    middle, other = star(random, 128, 46, 1.0), star(random, 131, 48, 0.5).transform(32652, clone=True)
    centre = Point(131, 48, srid=4326)

    def counts(alias: str) -> list[int]:
        inside = Sight.objects.using(alias).filter(place__within=OuterRef("shape")).order_by()
        number = Subquery(inside.annotate(n=Func("pk", function="COUNT")).values("n"))
        zone = Zone.objects.using(alias).filter(pk__lte=100).annotate(number=number).order_by("pk")
        return list(zone.values_list("number", flat=True))

    def count_one_by_one(alias: str) -> list[int]:
        sights = Sight.objects.using(alias)
        return [sights.filter(place__within=zone.shape).count() for zone in zones[:100]]

    def count(model: Any, **look_up: Any) -> Callable[[str], int]:
        return lambda alias: model.objects.using(alias).filter(**look_up).count()

    def nearest(alias: str) -> list[int]:
        rows = Sight.objects.using(alias).order_by(Distance("place", centre))
        return list(rows.values_list("pk", flat=True)[:5])

    queries: dict[str, Callable[[str], Any]] = {
        "100 per-polygon counts, one query": counts,
        "100 per-polygon counts, 100 queries": count_one_by_one,
        "points in small polygon": count(Sight, place__within=small),
        "points in large polygon": count(Sight, place__within=large),
        "polygons intersecting polygon": count(Zone, shape__intersects=middle),
        "points in polygon of another SRID": count(Sight, place__within=other),
        "dwithin 0.2 degrees": count(Sight, place__dwithin=(centre, 0.2)),
        "distance_lte 20 km": count(Sight, place__distance_lte=(centre, D(km=20))),
        "nearest 5 (no index)": nearest,
        "extent of all": lambda alias: tuple(
            round(side, 9) for side in Sight.objects.using(alias).aggregate(box=models.Extent("place"))["box"]
        ),
    }
    aliases = list(connections.settings)
    for alias in aliases:
        connection = connections[alias]
        with connection.cursor() as cursor:
            if alias == "postgis":
                cursor.execute("DROP SCHEMA IF EXISTS geosqlite_benchmark CASCADE")
                cursor.execute("CREATE SCHEMA geosqlite_benchmark")
        with connection.schema_editor() as editor:
            editor.create_model(Sight)
            editor.create_model(Zone)
        began, cpu = time.perf_counter(), time.process_time() + server_cpu(alias)
        Sight.objects.using(alias).bulk_create(sights, batch_size=5000)
        Zone.objects.using(alias).bulk_create(zones)
        wall, cpu = time.perf_counter() - began, time.process_time() + server_cpu(alias) - cpu
        print(f"{alias}: bulk insert of all rows {wall:.1f} s wall, {cpu:.1f} s CPU")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    line = "{:<36}{:>12}{:>12}{:>12}{:>12}{:>8}{:>8}"
    print(line.format("query (ms)", "ours CPU", "ours wall", "PostGIS CPU", "and wall", "CPU x", "wall x"))
    equal = True
    for name, call in queries.items():
        timings = [timed(alias, call) for alias in aliases]
        equal = equal and all(timing.answer == timings[0].answer for timing in timings)
        ours, theirs = timings[0], timings[-1]
        cells = [f"{1000 * value:.2f}" for timing in timings for value in (timing.cpu, timing.wall)]
        if len(timings) == 1:
            cells += ["", ""]
        ratios = (f"{ours.cpu / max(theirs.cpu, 1e-9):.2f}", f"{ours.wall / theirs.wall:.2f}")
        print(line.format(name, *cells, *(ratios if len(timings) > 1 else ("", ""))))
    if "postgis" in aliases:
        with connections["postgis"].cursor() as cursor:
            cursor.execute("DROP SCHEMA geosqlite_benchmark CASCADE")
    print("answers equal" if equal else "ANSWERS DIFFER")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
