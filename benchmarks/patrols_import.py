"""How many observations a second of a patrol of SMART come into a new file of SQLite, and where time goes.

    python benchmarks/patrols_import.py --observations 100000

Each waypoint has two observations, each of them three values, and a note of its own; the patrol has a
track with a fix a minute.
Told are the times of this process, so that other work of the machine counts less.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

DAYS = 28
PATROL = (
    '<p:patrol xmlns:p="http://www.smartconservationsoftware.org/xml/1.3/patrol" id="P1" patrolType="GROUND"'
    ' startDate="2026-03-01" endDate="2026-03-28" isArmed="false"><p:legs startDate="2026-03-01"'
    ' endDate="2026-03-28" id="1"><p:members givenName="A" familyName="B" employeeId="1"/>'
)
SEEN = (
    '<p:observations categoryKey="animals.sign."><p:attributes attributeKey="species"><p:itemKey>felidae.'
    'kind{kind}.</p:itemKey></p:attributes><p:attributes attributeKey="number"><p:dValue>{count}.0</p:dValue>'
    '</p:attributes><p:attributes attributeKey="note"><p:sValue>fresh, {number}</p:sValue></p:attributes>'
    "</p:observations>"
)


def main() -> None:
    """Write a patrol, take it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ.update(AMUR_DATA=name, DATABASE_URL="")
        path = Path(name) / "patrol.xml"
        write(path, options.observations)
        measure(path)


def write(path: Path, observations: int) -> None:
    """A patrol of DAYS days with so many observations."""
    import numpy as np

    from amur.formats.smart import geometry_of

    with path.open("w", encoding="utf-8") as file:
        file.write(PATROL)
        number = 0
        for day in range(DAYS):
            this = date(2026, 3, 1) + timedelta(days=day)
            file.write(f'<p:days date="{this}" startTime="08:00:00" endTime="18:00:00" restMinutes="30.0">')
            for _each in range(observations // DAYS // 2):
                number += 1
                at = f"{8 + number % 10:02d}:{number % 60:02d}:00"
                east, north = 135 + number % 977 / 1e4, 48 + number % 1009 / 1e4
                seen = SEEN.format(kind=number % 41, count=number % 53, number=number)
                file.write(
                    f'<p:waypoints id="{number}" x="{east:.6f}" y="{north:.6f}" time="{at}"><p:groups>'
                    f"{seen}{seen}</p:groups></p:waypoints>"
                )
            wall = np.datetime64(f"{this}T08:00", "ms") + np.arange(600) * np.timedelta64(1, "m")
            norths = 48 + np.arange(600) * 3e-4
            way = geometry_of(np.full(600, 135.0), norths, wall, np.zeros(600, dtype=np.int64))
            file.write(f'<p:track geom="{way}" distance="20.0"/></p:days>')
        file.write("</p:legs></p:patrol>")


def measure(path: Path) -> None:
    """Take the patrol into a new database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.portal.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Office
    from amur.portal.patrols import importing, reading
    from amur.portal.patrols.models import Observation

    names = MultilingualText.of("en", en="Bench")
    office = Office.objects.create(
        key="bench", names=names, country="RU", time_zone="Asia/Vladivostok", languages=["ru"]
    )
    begun = time.process_time()
    with timed("reading and checking"), reading.opened(path) as given, timed("comparing and storing"):
        importing.take(given, office, None, {"file": path.name})
    seconds = time.process_time() - begun
    count = Observation.objects.count()
    size = path.stat().st_size / 1e6
    print(f"{count} observations, {size:.0f} MB: {seconds:.1f} s, {count / seconds:,.0f} observations/s")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the time of this process that something took, what is inside it included."""
    begun = time.process_time()
    yield
    print(f"{what}: {time.process_time() - begun:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
