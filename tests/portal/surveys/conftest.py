"""A small camera project with known truth: ten stations, boar and tigers, an outage, a station without effort."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

UTC = datetime.UTC
FIRST = datetime.datetime(2025, 2, 28, 14, tzinfo=UTC)
"""Midnight of 1 March in Vladivostok."""
DAYS = 28
BOAR, TIGER, DEER = "Sus scrofa", "Panthera tigris", "Cervus nippon"


def at(days: float) -> datetime.datetime:
    """So many days after local midnight of 1 March."""
    return FIRST + datetime.timedelta(days=days)


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.runs import actions as runs

    monkeypatch.setattr(runs, "wake", lambda: None)


class Rows:
    """Puts camera records of one project into the database."""

    def __init__(self, office: Any, key: str = "bikin") -> None:
        from amur.portal.cameras import actions
        from amur.portal.languages.text import MultilingualText

        self.project = actions.create_project(
            office, key, MultilingualText.of("en", en="Secretproject"), "Asia/Vladivostok"
        )
        self.act = actions.begin(self.project, "import", None, {})
        self.deployments: list[Any] = []

    def station(self, code: str, place: tuple[float, float] | None, **more: Any) -> Any:
        """A station with a deployment over all days."""
        from django.contrib.gis.geos import Point

        from amur.portal.cameras import actions

        point = Point(*place, srid=4326) if place else None
        station = actions.create_station(self.project, code, point)
        start, end = more.pop("start", at(0)), more.pop("end", at(DAYS))
        found = actions.create_deployment(station, f"D-{code}", start, end, **more)
        self.deployments.append(found)
        return found

    def seen(self, deployment: Any, days: float, name: str, **more: Any) -> Any:
        """A sequence in which an animal was seen, with its accepted statement."""
        from amur.portal.cameras import actions
        from amur.portal.cameras.models import Event, Observation

        number = Event.objects.count()
        event = more.pop("event", None) or Event.objects.create(
            project=self.project, deployment=deployment, code=f"E{number}", start=at(days), end=at(days)
        )
        given = {
            "level": "event",
            "type": "animal",
            "count": 1,
            "code": f"O{Observation.objects.count()}",
            **more,
        }
        row = Observation(
            deployment=deployment, event=event, start=at(days), end=at(days), scientific_name=name, **given
        )
        actions.make(self.act, [row])
        return event


@pytest.fixture
def rows(cast: Any) -> Rows:
    """Records of our office: boar at every working station, tigers T1 and T2 at four, deer at two."""
    found = Rows(cast.ours)
    for number in range(10):
        found.station(
            f"secret{number}", (134.5 + 0.05 * number, 46.5), groups="valley" if number < 5 else "ridge"
        )
    found.station("secret-idle", (135.5, 46.5), start=at(400), end=at(420))
    from amur.portal.cameras import actions

    actions.set_outages(found.deployments[0], [(at(10), at(14), "snow")])
    for number in range(10):
        for day in (1.25, 8.5, 20.75):
            found.seen(found.deployments[number], day + number / 100, BOAR, count=3)
    for number, day, who, sex in (
        (0, 2.9, "T1", "female"), (1, 3.9, "T1", "female"), (1, 9.1, "T2", "male"), (2, 9.9, "T2", "male"),
        (3, 15.05, "T1", "female"), (3, 25.05, "T1", "female"),
    ):  # fmt: skip
        found.seen(found.deployments[number], day, TIGER, individual=who, sex=sex)
    found.seen(found.deployments[4], 5.5, DEER)
    return found


@pytest.fixture
def tiger(cast: Any) -> Any:
    """The tiger, in the list of species."""
    from amur.portal.languages.text import MultilingualText
    from amur.portal.species.models import Species

    return Species.objects.create(
        key="tiger", office=cast.ours, scientific_name=TIGER, role="flagship", sensitivity=1, confidence="high",
        names=MultilingualText.of("en", en="Tiger", ru="Тигр", zh="虎", mn="Бар"),
    )  # fmt: skip


@pytest.fixture
def survey(cast: Any, rows: Rows) -> Callable[..., Any]:
    """Makes a survey of all records: `survey(minutes=30)`."""

    def make(**changed: Any) -> Any:
        from amur.portal.languages.text import MultilingualText
        from amur.portal.surveys import actions
        from amur.portal.surveys.choosing import Choice

        choice = {
            "projects": [rows.project],
            "start": datetime.date(2025, 3, 1),
            "end": datetime.date(2025, 3, 28),
        }
        choice |= {name: changed.pop(name) for name in ("groups", "level", "start", "end") if name in changed}
        about = actions.About(MultilingualText.of("en", en="March of the test"))
        rules = {
            "matrices": [BOAR, TIGER], "activity": [BOAR, TIGER], "individuals": TIGER, "resamples": 200, **changed,
        }  # fmt: skip
        return actions.make_survey(cast.ours, Choice(**choice), about, rules)

    return make


@pytest.fixture
def numbers(cast: Any, survey: Any) -> Callable[..., Any]:
    """Counts a survey at once: `numbers()` or `numbers(row)`."""

    def count(row: Any = None, **changed: Any) -> Any:
        from amur.portal.runs.execution import work_on
        from amur.portal.surveys import actions
        from amur.portal.surveys.models import SurveyNumbers

        started = actions.start(row or survey(**changed), cast.data_manager, in_background=False)
        done = work_on(started.uuid)
        assert done.state == "done", (done.problems, done.stage)
        return SurveyNumbers.objects.get(uuid=done.result["numbers"])

    return count
