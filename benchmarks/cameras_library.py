"""The library of a project with 2,000,000 media: a page, searches, and everything as CSV.

Media and statements are made in a database of their own in a temporary folder: 400 deployments over three
years, thirty species of which some are very common and some have ten records, one picture in three with a
statement. As in the centre, the database gathers no statistics. Each question is asked five times after one
that does not count; the slowest counts. The peer is the published time of Camelot for 2,000,000 pictures:
library 13 s, search 6.5 s, full export 368 s (on a laptop of 2017, so the comparison is of orders of
magnitude).

    .venv/bin/python benchmarks/cameras_library.py [--media 2000000]
"""

from __future__ import annotations

import argparse
import datetime
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from cameras_store import prepared

SPECIES = 30
DEPLOYMENTS = 400


def filled(count: int) -> Any:
    """A project with so many media."""
    from django.contrib.gis.geos import Point
    from django.db import transaction

    from amur.portal.cameras import actions, storing
    from amur.portal.cameras.models import Act, Deployment, Event, Media, Observation
    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Office

    rng = np.random.default_rng(7)
    names = MultilingualText.of("en", en="Bench")
    project = actions.create_project(Office.objects.get(), "bench", names, "Asia/Vladivostok")
    start = datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC)
    end = start + datetime.timedelta(days=1095)
    stations = [
        actions.create_station(project, f"S{k}", Point(135 + k / 400, 46, srid=4326)) for k in range(100)
    ]
    Deployment.objects.bulk_create(
        Deployment(
            project=project,
            station=stations[k % 100],
            code=f"D{k}",
            start=start,
            end=end,
            time_zone="Asia/Vladivostok",
        )
        for k in range(DEPLOYMENTS)
    )
    cameras = np.array(list(project.deployments.order_by("pk").values_list("pk", flat=True)))
    act = actions.begin(project, Act.Kind.IMPORT, None)
    sequences = count // 10
    seconds = int(start.timestamp()) + rng.integers(0, 1095 * 86_400, sequences)
    where = cameras[rng.integers(0, DEPLOYMENTS, sequences)]
    states = np.array([*Event.State.values])[rng.choice(5, sequences, p=[0.3, 0.05, 0.0005, 0.0495, 0.6])]
    codes = [f"E{k}" for k in range(sequences)]
    share = np.array([2.0**-k for k in range(SPECIES - 2)] + [1e-6, 1e-6])
    kinds = rng.choice(SPECIES, count, p=share / share.sum())

    def text(second: int) -> str:
        return datetime.datetime.fromtimestamp(second, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")

    with storing.roomy(), transaction.atomic():
        events = storing.store_events(project, codes, where.tolist(), seconds, seconds + 20, states.tolist())

        def media() -> Iterator[list[tuple[Any, ...]]]:
            for first in range(0, count, storing.CHUNK):
                yield [
                    (
                        project.pk,
                        int(where[k // 10]),
                        events[k // 10],
                        f"M{k}",
                        text(int(seconds[k // 10]) + k % 10),
                        f"card/IMG_{k % 10_000:04}.JPG",
                        f"IMG_{k % 10_000:04}.JPG",
                        "image/jpeg",
                        "",
                        False,
                        "",
                    )
                    for k in range(first, min(first + storing.CHUNK, count))
                ]

        columns = ("project", "deployment", "event", "code", "captured", "path", "name", "media_type")
        keys = storing.insert(Media, [*columns, "method", "is_public", "comments"], media())

        def statements() -> Iterator[list[tuple[Any, ...]]]:
            for first in range(0, count, storing.CHUNK):
                yield [
                    (
                        project.pk,
                        act.pk,
                        int(where[k // 10]),
                        keys[k],
                        events[k // 10],
                        f"O{k}",
                        *[text(int(seconds[k // 10]))] * 2,
                        "media",
                        "animal" if kinds[k] else "blank",
                        "accepted",
                        f"Species number{kinds[k]}" if kinds[k] else "",
                        *[""] * 9,
                    )
                    for k in range(first, min(first + storing.CHUNK, count), 3)
                ]

        about = ("project", "made", "deployment", "media", "event", "code", "start", "end", "level", "type")
        texts = (
            "setup_type", "life_stage", "sex", "behaviour", "individual", "method", "classified_by", "tags",
            "comments",
        )  # fmt: skip
        storing.insert(Observation, [*about, "status", "scientific_name", *texts], statements())
    return project


def slowest(question: Callable[[], Any]) -> float:
    """Seconds of the slowest of five answers."""
    question()
    times = []
    for _turn in range(5):
        begun = time.monotonic()
        question()
        times.append(time.monotonic() - begun)
    return max(times)


def main() -> None:
    """Ask, and print what the answers took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--media", type=int, default=2_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch, "data")
        data.mkdir()
        prepared(data)
        project = filled(options.media)

        from amur.portal.cameras import library, overview
        from amur.portal.cameras.library import Cursor, Filters

        middle = Cursor(datetime.datetime(2024, 6, 1, tzinfo=datetime.UTC), 0)
        questions: dict[str, Callable[[], Any]] = {
            "first page": lambda: library.page(project, Filters()),
            "page in the middle": lambda: library.page(project, Filters(), middle),
            "a common species": lambda: library.page(project, Filters(species="Species number1")),
            "a rare species": lambda: library.page(project, Filters(species="Species number29")),
            "a species of the middle": lambda: library.page(project, Filters(species="Species number6")),
            "blank pictures": lambda: library.page(project, Filters(type="blank")),
            "sequences in conflict": lambda: library.page(project, Filters(state="conflict")),
            "sequences not looked at": lambda: library.page(project, Filters(state="unreviewed")),
            "a station in a month": lambda: library.page(
                project,
                Filters(station="S7", start=datetime.date(2024, 5, 1), end=datetime.date(2024, 5, 31)),
            ),
            "file name, 200 of them": lambda: library.page(project, Filters(name="img_0042")),
            "file name, very many": lambda: library.page(project, Filters(name="IMG_00")),
            "file name, none": lambda: library.page(project, Filters(name="RCNX")),
            "file name and a common species": lambda: library.page(
                project, Filters(name="img_0042", species="Species number1")
            ),
            "a common species in conflict": lambda: library.page(
                project, Filters(species="Species number1", state="conflict")
            ),
            "a common species at a station": lambda: library.page(
                project, Filters(species="Species number1", station="S7")
            ),
            "choices of species": lambda: library.species_of(project),
            "counts of the project": lambda: overview.counts_of(project),
        }
        for name, question in questions.items():
            print(f"{name}: {slowest(question):.3f} s", flush=True)
        begun, used = time.monotonic(), time.process_time()
        with Path(scratch, "media.csv").open("w", encoding="utf-8") as out:
            out.writelines(library.csv_of(project, Filters()))
        print(
            f"CSV of everything: {time.monotonic() - begun:.1f} s ({time.process_time() - used:.1f} CPU-s),"
            f" {Path(scratch, 'media.csv').stat().st_size >> 20} MB"
        )


if __name__ == "__main__":
    main()
