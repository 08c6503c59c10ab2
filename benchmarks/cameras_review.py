"""How long the server takes for the next sequence of a review, with a million observations on SQLite.

Makes a database in a temporary folder: 250,000 sequences of three pictures at 400 deployments, a suggestion
of a machine for each picture, an accepted label for every third sequence, and as many ended ones as make
them a million. Then somebody goes through the queues, labels, and looks at grids; the middle and the slowest
of 20 answers in milliseconds, of one process.

    .venv/bin/python benchmarks/cameras_review.py [--sequences 250000]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 20
DEPLOYMENTS = 400
PICTURES = 3
AT = "2026-01-01 00:00:00"


def fill(sequences: int) -> Any:
    """A project with so many sequences, by statements of SQL."""
    from django.db import connection

    from amur.portal.cameras.models import Act, CameraProject, Deployment, Event, Media, Observation, Station
    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Office

    office = Office.objects.create(
        key="bench", names=MultilingualText.of("en", en="Office"), country="RU",
        time_zone="Asia/Vladivostok", languages=["ru"],
    )  # fmt: skip
    project = CameraProject.objects.create(
        office=office, key="bench", names=MultilingualText.of("en", en="Bench"), time_zone="Asia/Vladivostok"
    )
    station = Station.objects.create(project=project, code="S1")
    Deployment.objects.bulk_create(
        Deployment(
            project=project, station=station, code=f"D{k}", start=f"{AT}Z", end="2026-12-31T00:00:00Z",
            time_zone="Asia/Vladivostok",
        )
        for k in range(DEPLOYMENTS)
    )  # fmt: skip
    first = Deployment.objects.order_by("pk").values_list("pk", flat=True)[0]
    review = Act.objects.create(project=project, kind="review")
    machine = Act.objects.create(project=project, kind="detection", about={"detector": "bench"})

    def insert(model: Any, count: int, values: dict[str, str]) -> None:
        """Rows numbered by i, from 1; columns without a value are empty or null."""
        columns, words = [], []
        for field in model._meta.concrete_fields:
            if field.primary_key:
                columns.append(field.column)
                words.append(values.get(field.name, "i"))
                continue
            columns.append(field.column)
            words.append(values.get(field.name, "NULL" if field.null else "''"))
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(  # the words are those of this file
                f'INSERT INTO "{model._meta.db_table}" ({names}) '  # noqa: S608
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
                f"SELECT {', '.join(words)} FROM n"
            )

    uuid, deployment = "lower(hex(randomblob(16)))", f"{first} + (i * {DEPLOYMENTS - 1} / {sequences})"
    common = {"uuid": uuid, "project": str(project.pk)}
    begun = f"datetime('{AT}', '+' || (i * 300) || ' seconds')"
    insert(
        Event,
        sequences,
        {
            **common, "deployment": deployment, "code": "'E' || i", "start": begun, "end": begun,
            "state": "CASE WHEN i % 3 = 0 THEN 'reviewed' ELSE 'unreviewed' END",
        },
    )  # fmt: skip
    event = f"((i - 1) / {PICTURES} + 1)"
    of_event = f"(SELECT deployment_id FROM {Event._meta.db_table} e WHERE e.id = {event})"  # noqa: S608
    insert(
        Media,
        sequences * PICTURES,
        {
            **common, "deployment": of_event, "event": event, "code": "'M' || i", "captured": begun,
            "path": "'card/' || i || '.jpg'", "media_type": "'image/jpeg'", "is_public": "0",
        },
    )  # fmt: skip
    statement = {**common, "deployment": of_event, "event": event, "start": begun, "end": begun}
    answered = f"{event} % 3 = 0"
    insert(
        Observation,
        sequences * PICTURES,
        {
            **statement, "media": "i", "code": "'O' || i", "level": "'media'", "status": "'suggested'",
            "type": "CASE WHEN i % 5 = 0 THEN 'unknown' ELSE 'blank' END",
            "probability": "(i % 1000) / 1000.0", "method": "'machine'", "classified_by": "'bench'",
            "made": str(machine.pk), "ended": f"CASE WHEN {answered} THEN {review.pk} END",
        },
    )  # fmt: skip
    offset = sequences * PICTURES
    each = sequences // 3
    of_third = f"(SELECT deployment_id FROM {Event._meta.db_table} e WHERE e.id = i * 3)"  # noqa: S608
    insert(
        Observation,
        each,
        {
            **statement, "id": f"i + {offset}", "deployment": of_third, "event": "i * 3", "code": "'A' || i",
            "level": "'event'", "status": "'accepted'", "method": "'human'", "made": str(review.pk),
            "type": "CASE WHEN i % 4 = 0 THEN 'animal' ELSE 'blank' END",
            "scientific_name": "CASE WHEN i % 4 = 0 THEN 'Species ' || char(97 + i % 24) ELSE '' END",
        },
    )  # fmt: skip
    missing = max(4 * sequences - offset - each, 0)
    if missing:
        some = f"((i - 1) % {each} + 1) * 3"
        of_some = f"(SELECT deployment_id FROM {Event._meta.db_table} e WHERE e.id = {some})"  # noqa: S608
        insert(
            Observation,
            missing,
            {
                **statement, "id": f"i + {offset + each}", "deployment": of_some, "event": some,
                "code": "'X' || i", "level": "'event'", "status": "'accepted'", "type": "'unknown'",
                "method": "'human'", "made": str(review.pk), "ended": str(review.pk),
            },
        )  # fmt: skip
    from amur.portal.review.models import Suggestion

    insert(
        Suggestion,
        sequences,
        {
            "event": "i", "project": str(project.pk), "type": "'unknown'", "score": "(i % 997) / 997.0",
            "waits": "i % 3 != 0",
        },
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{Observation.objects.count():,} observations, {Media.objects.count():,} pictures")
    return project


def ranger_of(project: Any) -> Any:
    """A browser of somebody who may label."""
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from amur.portal.offices.models import Membership, Person, Role

    person = Person.objects.create(username="bench", office=project.office)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "bench"})
    Membership.objects.create(person=person, office=project.office, role=Role.DATA_MANAGER)
    client = Client()
    client.force_login(person)
    return client


def timed(name: str, ask: Callable[[int], Any]) -> None:
    """Print the middle and the slowest of several answers."""
    ask(-1)  # what is remembered afterwards is not measured
    spent, busy = [], []
    for number in range(ROUNDS):
        start, clock = time.process_time(), time.perf_counter()
        answer = ask(number)
        busy.append(1000 * (time.process_time() - start))
        spent.append(1000 * (time.perf_counter() - clock))
        assert answer.status_code in (200, 302), answer.status_code
    print(
        f"{name:40} processor {statistics.median(busy):7.1f} ms, at most {max(busy):7.1f};"
        f" by the clock {statistics.median(spent):7.1f}, at most {max(spent):7.1f}",
        flush=True,
    )


def race(project: Any, client: Any) -> None:
    """Go through the pages."""
    base = f"/en/review/{project.uuid}"
    place = {"at": ""}

    def onward(queue: str) -> Callable[[int], Any]:
        def ask(number: int) -> Any:
            after = f"?after={place['at']}" if place["at"] else ""
            answer = client.get(f"{base}/queues/{queue}/next{after}")
            place["at"] = answer.headers["Location"].split("/sequences/")[1].split("/")[0]
            return answer

        return ask

    for queue in ("unreviewed", "something", "blank"):
        place["at"] = ""
        timed(f"which one is next: {queue}", onward(queue))
        timed(
            f"page of a sequence: {queue}",
            lambda _n, q=queue: client.get(f"{base}/sequences/{place['at']}/?queue={q}"),
        )  # type: ignore[misc]
        timed(f"grid: {queue}", lambda _n, q=queue: client.get(f"{base}/queues/{q}/"))  # type: ignore[misc]

    def label(number: int) -> Any:
        answer = client.post(
            f"{base}/sequences/{place['at']}/?queue=unreviewed", {"seen": "", "0-type": "blank"}
        )
        place["at"] = answer.headers["Location"].split("/sequences/")[1].split("/")[0]
        return answer

    onward("unreviewed")(0)
    timed("label, and which one is next", label)
    timed("the queues with their counts", lambda _n: client.get(f"{base}/"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=250_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            AMUR_DATA=folder, DJANGO_SETTINGS_MODULE="amur.portal.settings", AMUR_HOSTS="testserver"
        )
        Path(folder, "static").mkdir()
        import django
        from django.conf import settings

        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        start = time.perf_counter()
        project = fill(given.sequences)
        print(f"filled in {time.perf_counter() - start:.0f} s", flush=True)
        race(project, ranger_of(project))


if __name__ == "__main__":
    main()
