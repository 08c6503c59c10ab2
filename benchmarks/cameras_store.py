"""A Camtrap DP package of 1,000,000 observations is read, checked and stored in SQLite.

The official example package is copied until it has enough rows (see `cameras_check.py`), into a temporary
folder with a database of its own. Ours is the whole way: reading, every check, sequences, rows, one
transaction. The peer is what a script of a few lines does with pandas, which checks nothing: it reads the
three files and writes them with `to_sql` into a database with an index on each identifier. frictionless'
time for the checks alone is told by `cameras_check.py`.

    .venv/bin/python benchmarks/cameras_store.py [--observations 1000000] [--example FOLDER]
"""

from __future__ import annotations

import argparse
import os
import resource
import sqlite3
import tempfile
import time
from pathlib import Path

from cameras_check import EXAMPLE, replicate


def prepared(data: Path) -> None:
    """An empty database of the centre, with one office."""
    os.environ["AMUR_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Office

    Office.objects.create(
        key="bench", names=MultilingualText.of("en", en="Bench"), country="RU", time_zone="Europe/Brussels"
    )


def ours(folder: Path) -> None:
    """Take the package in and print what it took."""
    from amur.portal.cameras import packages, taking
    from amur.portal.cameras.models import Event, Media, Observation
    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Office

    new = taking.NewProject(
        Office.objects.get(), "bench", MultilingualText.of("en", en="Bench"), "Europe/Brussels"
    )
    begun, clock = time.process_time(), time.monotonic()
    given = packages.read(folder, "camtrapdp", new.time_zone)
    read = time.monotonic() - clock
    taking.take(given, new, None, {})
    spent, wall = time.process_time() - begun, time.monotonic() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"ours: {Observation.objects.count():,} observations, {Media.objects.count():,} media,"
        f" {Event.objects.count():,} sequences: {wall:.1f} s ({spent:.1f} CPU-s), of which read and checked"
        f" {read:.1f} s; peak {peak:,.0f} MB",
        flush=True,
    )


def pandas_floor(folder: Path, database: Path) -> None:
    """Read the files with pandas and write them with to_sql, unchecked."""
    try:
        import pandas as pd
    except ImportError:
        print("pandas is not installed: no floor (pip install pandas)")
        return
    begun, clock = time.process_time(), time.monotonic()
    with sqlite3.connect(database) as connection:
        for name in ("deployments", "media", "observations"):
            table = pd.read_csv(folder / f"{name}.csv", low_memory=False)
            table.to_sql(name, connection, index=False, chunksize=20_000)
            key = table.columns[0]
            connection.execute(f"CREATE UNIQUE INDEX {name}_key ON {name} ({key})")
    print(
        f"pandas, unchecked: {time.monotonic() - clock:.1f} s ({time.process_time() - begun:.1f} CPU-s)",
        flush=True,
    )


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--example", type=Path, default=EXAMPLE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, data = Path(scratch, "package"), Path(scratch, "data")
        folder.mkdir()
        data.mkdir()
        replicate(options.example, folder, options.observations)
        prepared(data)
        ours(folder)
        pandas_floor(folder, Path(scratch, "floor.sqlite3"))


if __name__ == "__main__":
    main()
