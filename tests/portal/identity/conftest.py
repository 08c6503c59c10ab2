"""A camera project whose pictures show animals with synthetic coats: who is in which sequence is known."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

SPECIES = "Panthera tigris altaica"
BEGIN = datetime.datetime(2025, 5, 1, tzinfo=datetime.UTC)


@cache
def animal(number: int) -> Any:
    """An animal that never lived, with two flanks."""
    from amur.science.stripes.scenes import animal_of

    return animal_of("stripes", np.random.default_rng(1000 + number))


@cache
def background(number: int) -> Any:
    from amur.science.stripes.scenes import background_of

    return background_of(np.random.default_rng(2000 + number))


@cache
def scene(who: int, left: bool, station: int, seed: int) -> tuple[bytes, tuple[float, ...]]:
    """A JPEG of an animal at a station, and its box as shares of the picture."""
    from amur.science.stripes.scenes import look_of, scene_of

    generator = np.random.default_rng(seed)
    found = scene_of(animal(who), look_of(left, generator, 0.3), background(station), generator)
    height, width = found.picture.shape[:2]
    x, y, wide, high = found.box
    box = (max(x, 0) / width, max(y, 0) / height, wide / width, high / height)
    box = (box[0], box[1], min(box[2], 1 - box[0]), min(box[3], 1 - box[1]))
    return cv2.imencode(".jpg", found.picture)[1].tobytes(), box


def store(content: bytes) -> str:
    """Put a picture into the store of the cameras, with what pages and features are made of."""
    from amur.portal.cameras import store as pictures

    sha256 = hashlib.sha256(content).hexdigest()
    for part in ("originals", "thumbs", "previews"):
        pictures.put(sha256, part, content)
    return sha256


@dataclass
class World:
    """A project of our office, and who is truly in which sequence (`truth`, by the code of the sequence)."""

    cast: Any
    project: Any
    species: Any
    truth: dict[str, int] = field(default_factory=dict)
    stations: dict[int, Any] = field(default_factory=dict)

    def visit(
        self, who: int, *, station: int = 0, left: bool = True, frames: int = 2, day: int = 0,
        pictures: bool = False, individual: str = "", boxes: bool = True,
    ) -> Any:  # fmt: skip
        """An animal passes a camera: a sequence with accepted observations, drawn when `pictures` are asked for."""
        from amur.portal.cameras.actions import begin, make
        from amur.portal.cameras.models import Event, Media, Observation

        code = f"e{len(self.truth)}"
        self.truth[code] = who
        deployment = self.deployment(station)
        start = BEGIN + datetime.timedelta(days=day, hours=len(self.truth))
        event = Event.objects.create(
            project=self.project, deployment=deployment, code=code,
            start=start, end=start + datetime.timedelta(seconds=frames),
        )  # fmt: skip
        rows = []
        for number in range(frames):
            content, box = b"", (0.25, 0.25, 0.5, 0.25)
            if pictures:
                content, box = scene(who, left, station, 100 * len(self.truth) + number)
            media = Media.objects.create(
                project=self.project, deployment=deployment, event=event, code=f"{code}-{number}",
                captured=start + datetime.timedelta(seconds=number), path=f"secret-{code}-{number}.jpg",
                name=f"secret-{code}-{number}.jpg", media_type="image/jpeg",
                sha256=store(content) if pictures else None,
            )  # fmt: skip
            rows.append(
                Observation(
                    deployment=deployment, media=media, event=event, start=media.captured, end=media.captured,
                    level="media", type="animal", scientific_name=SPECIES, count=1, individual=individual,
                    method="human", **(dict(zip(BOX, box, strict=True)) if boxes else {}),
                )
            )  # fmt: skip
        make(begin(self.project, "review", self.cast.data_manager), rows)
        return event

    def deployment(self, station: int) -> Any:
        from django.contrib.gis.geos import Point

        from amur.portal.cameras.models import Deployment, Station

        if station not in self.stations:
            place = Point(134.123456 + station, 45.654321, srid=4326)
            row = Station.objects.create(project=self.project, code=f"SECRET{station}", place=place)
            self.stations[station] = Deployment.objects.create(
                project=self.project, station=row, code=f"SECRET{station}-1", place=place,
                start=BEGIN, end=BEGIN + datetime.timedelta(days=90), time_zone="Asia/Vladivostok",
            )  # fmt: skip
        return self.stations[station]

    def encounters(self) -> dict[str, Any]:
        """The encounters by the code of their sequence."""
        from amur.portal.identity.models import Encounter

        return {one.event.code: one for one in Encounter.objects.select_related("event", "project__office")}


BOX = ("box_left", "box_top", "box_width", "box_height")


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.runs import actions as runs

    monkeypatch.setattr(runs, "wake", lambda: None)


def make_tiger(cast: Any) -> Any:
    """The tiger among the species."""
    from amur.portal.languages.text import MultilingualText
    from amur.portal.species.models import Species

    return Species.objects.create(
        key="amur-tiger", office=cast.ours, scientific_name=SPECIES, role="flagship", sensitivity=2,
        names=MultilingualText.of("en", en="Amur tiger", ru="Амурский тигр"), confidence="high",
    )  # fmt: skip


def make_project(cast: Any) -> Any:
    """An empty camera project of our office."""
    from amur.portal.cameras.models import CameraProject
    from amur.portal.languages.text import MultilingualText

    return CameraProject.objects.create(
        key=f"project-{uuid.uuid4().hex[:8]}", office=cast.ours, time_zone="Asia/Vladivostok",
        names=MultilingualText.of("en", en="Secret ridge"),
    )  # fmt: skip


@pytest.fixture
def tiger(cast: Any) -> Any:
    return make_tiger(cast)


@pytest.fixture
def world(cast: Any, tiger: Any) -> World:
    return World(cast, make_project(cast), tiger)


@pytest.fixture
def second_person(cast: Any) -> Any:
    """Another person of our office who may identify."""
    from allauth.mfa.models import Authenticator

    from amur.portal.offices.models import Membership, Person, Role

    made = Person.objects.create(username="analyst", office=cast.ours)
    Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "analyst"})
    Membership.objects.create(person=made, office=cast.ours, role=Role.ANALYST)
    return made


@pytest.fixture
def do(cast: Any) -> Callable[..., Any]:
    """Does a run at once: `do("identity.search")`; gives its result."""

    def run(kind: str, **given: Any) -> Any:
        from amur.portal.runs import actions as runs
        from amur.portal.runs.execution import work_on

        row = runs.start(
            kind, {"species": "Panthera tigris", **given}, cast.data_manager, cast.ours, in_background=False
        )
        done = work_on(row.uuid)
        assert done.state == "done", done.problems
        return done.result

    return run
