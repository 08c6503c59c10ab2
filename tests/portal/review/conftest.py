"""A project whose pictures are drawn scenes, and people of two offices who look at them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

START = datetime.datetime(2026, 3, 1, 1, tzinfo=datetime.UTC)
TIGER, BEAR = "Panthera tigris", "Ursus arctos"


def make_survey(
    office: Any, key: str = "bikin", sequences: int = 4, opinions_needed: int = 1, burst: int = 2
) -> Any:
    """A project with sequences of which only the rows came in, without pictures."""
    from django.contrib.gis.geos import Point

    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Event, Media
    from amur.portal.languages.text import MultilingualText

    names = MultilingualText.of("en", en="Bikin")
    project = actions.create_project(office, key, names, "Asia/Vladivostok", opinions_needed=opinions_needed)
    station = actions.create_station(project, "S1", Point(135.789, 46.123, srid=4326))
    deployment = actions.create_deployment(station, "D1", START, START + datetime.timedelta(days=90))
    for number in range(sequences):
        at = START + datetime.timedelta(hours=7 * number)
        event = Event.objects.create(
            project=project, deployment=deployment, code=f"E{number:03}", start=at, end=at
        )
        for k in range(burst):
            Media.objects.create(
                project=project,
                deployment=deployment,
                event=event,
                code=f"M{number:03}-{k}",
                captured=at + datetime.timedelta(seconds=k),
                path=f"card/M{number:03}-{k}.jpg",
                name=f"M{number:03}-{k}.jpg",
                media_type="image/jpeg",
            )
    return project


def give_pictures(project: Any, seed: int = 4) -> dict[int, bool]:
    """Draw a picture for each row; whether there is an animal on it, by key of the sequence."""
    import cv2

    from amur.portal.cameras import store
    from amur.portal.cameras.models import Event, Media
    from amur.science.detection.scenes import station_shots

    events = list(Event.objects.filter(project=project).order_by("start"))
    burst = Media.objects.filter(event=events[0]).count()
    shots = station_shots(
        np.random.default_rng(seed), sequences=len(events), burst=burst, share_at_night=0, size=(180, 240)
    )
    truth = {}
    for event, start in zip(events, range(0, len(shots), burst), strict=True):
        truth[event.pk] = any(shot.box for shot in shots[start : start + burst])
        for media, shot in zip(event.media.order_by("captured"), shots[start : start + burst], strict=True):
            coded = cv2.imencode(".jpg", shot.picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
            media.sha256 = hashlib.sha256(coded).hexdigest()
            media.save()
            store.put(media.sha256, "thumbs", coded)
            store.put(media.sha256, "previews", coded)
    return truth


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.runs import actions as runs

    monkeypatch.setattr(runs, "wake", lambda: None)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def survey(cast: Any) -> Callable[..., Any]:
    """Makes a project of our office: `survey(sequences=3, opinions_needed=2)`."""
    return lambda **given: make_survey(cast.ours, **given)


@pytest.fixture
def second(cast: Any) -> Any:
    """Another ranger of our office."""
    from allauth.mfa.models import Authenticator

    from amur.portal.offices.models import Membership, Person, Role

    made = Person.objects.create(username="second", office=cast.ours)
    Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "second"})
    Membership.objects.create(person=made, office=cast.ours, role=Role.RANGER)
    return made


def events_of(project: Any) -> list[Any]:
    from amur.portal.cameras.models import Event

    return list(Event.objects.filter(project=project).select_related("project").order_by("pk"))


def state(event: Any) -> str:
    event.refresh_from_db()
    return str(event.state)


def suggest(event: Any, kind: str, score: float | None) -> Any:
    """A machine's suggestion, with its summary."""
    from amur.portal.cameras import actions
    from amur.portal.cameras.models import Act
    from amur.portal.review.looking import suggestion
    from amur.portal.review.suggestions import summarise

    act = actions.begin(event.project, Act.Kind.DETECTION, None, {"detector": "test"})
    actions.make(act, [suggestion(event, event.media.first(), "test", kind, score, (0.1, 0.2, 0.3, 0.4))])
    summarise([event.pk])
    return act


def label(event: Any, person: Any, *species: str, **more: Any) -> Any:
    """A label of a sequence as a person gives it: "blank" or names of species."""
    from amur.portal.review import labels

    lines = [
        labels.Label("blank") if name == "blank" else labels.Label("animal", name, **more) for name in species
    ]
    return labels.label(event, lines, person, seen=labels.seen_of(event))
