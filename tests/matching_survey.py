"""Camera-trap records of an office with synthetic coats, for tests of matching rounds.

Everything that must never leave the house is planted as a canary: places, days, station codes, file names,
names of animals, EXIF.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from amur.science.stripes.scenes import Animal as Coat
from amur.science.stripes.scenes import Look, animal_of, background_of, scene_of

if TYPE_CHECKING:
    from amur.formats.matching.views import Pair
    from amur.portal.animals.models import Animal
    from amur.portal.identity.models import Flank
    from amur.portal.matching.models import Agreement, Partner, Round
    from amur.portal.offices.models import Office, Person

SPECIES = "Panthera tigris"
DAY = "2024-07-19"
CANARIES = (
    "131.2843", "43.0617", "131.28", "43.06", DAY, "2024:07:19", "20240719", "KEDROVAYA", "DSCF0417", "Zolushka",
    "золушка", "HC600-SECRET", "station", "longitude",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A visit of an animal: which coat, which office's name for it (None: nobody identified it)."""

    coat: int
    name: str | None
    left: bool = True
    yaw: float = 0.0


@functools.cache
def coat_numbered(number: int) -> Coat:
    """The same animal for every office that asks for its number."""
    return animal_of("stripes", np.random.default_rng([11, number]))


def survey_of(office: Office, seen: list[Seen], seed: int) -> list[Flank]:
    """Project, station, deployment, pictures with EXIF, encounters and flanks of an office."""
    from django.contrib.gis.geos import Point

    from amur.portal.cameras.models import CameraProject, Deployment, Station
    from amur.portal.languages.text import MultilingualText
    from amur.portal.species.models import Species

    Species.objects.get_or_create(
        key="tiger",
        defaults={
            "scientific_name": SPECIES,
            "names": MultilingualText.of("en", en="Tiger"),
            "office": office,
            "role": "flagship",
            "sensitivity": 1,
            "confidence": "high",
        },
    )
    project = CameraProject.objects.create(
        office=office,
        key=f"{office.key}-cameras",
        names=MultilingualText.of("en", en="Cameras"),
        time_zone="Asia/Vladivostok",
    )
    place = Point(131.2843, 43.0617, srid=4326)
    station = Station.objects.create(project=project, code="KEDROVAYA-7", place=place)
    start = datetime.datetime.fromisoformat(f"{DAY}T03:00:00+00:00")
    deployment = Deployment.objects.create(
        project=project, station=station, code="KEDROVAYA-7-1", place=place, start=start,
        end=start + datetime.timedelta(days=30), time_zone="Asia/Vladivostok", camera_id="HC600-SECRET",
    )  # fmt: skip
    return [_visit(deployment, number, each, seed) for number, each in enumerate(seen)]


def _visit(deployment: Any, number: int, seen: Seen, seed: int) -> Flank:
    from amur.portal.cameras import store
    from amur.portal.cameras.models import Event, Media
    from amur.portal.identity import files
    from amur.portal.identity.models import Encounter, Flank

    shot = _shot(seen.coat, seen.left, seen.yaw, seed)
    with store.arriving() as place:
        file = place / shot.sha256
        file.write_bytes(shot.jpeg)
        store.settle([(file, shot.sha256)])
    project, at = deployment.project, deployment.start + datetime.timedelta(hours=number)
    event = Event.objects.create(
        project=project, deployment=deployment, code=f"E{number}", start=at, end=at, state="reviewed"
    )
    media = Media.objects.create(
        project=project, deployment=deployment, event=event, code=f"M{number}", captured=at,
        path=f"DSCF0417-{number}.JPG", name=f"DSCF0417-{number}.JPG", media_type="image/jpeg",
        sha256=shot.sha256,
    )  # fmt: skip
    animal = _named(project.office, seen.name) if seen.name else None
    encounter = Encounter.objects.create(
        project=project, deployment=deployment, event=event, species=SPECIES, start=at, end=at,
        state="known" if animal else "open", animal=animal,
    )  # fmt: skip
    left, top, wide, high = shot.box
    flank = Flank(
        encounter=encounter, media=media, left=left, top=top, width=wide, height=high,
        side="left" if seen.left else "right", origin="person",
    )  # fmt: skip
    if shot.features is None:
        shot.features = _features(flank)
    flank.features, flank.points = files.keep("features", shot.features), shot.points
    flank.quality = 0.6
    flank.save()
    return flank


@dataclass
class Shot:
    """A picture as a camera writes it, with the box in shares; `features` are taken when first needed."""

    jpeg: bytes
    sha256: str
    box: tuple[float, float, float, float]
    features: bytes | None = None
    points: int = 1000


@functools.cache
def _shot(coat: int, left: bool, yaw: float, seed: int) -> Shot:
    generator = np.random.default_rng([seed, coat])
    scene = scene_of(coat_numbered(coat), Look(left, yaw=yaw), background_of(generator), generator)
    height, width = scene.picture.shape
    x, y, wide, high = scene.box
    jpeg = _as_camera(scene.picture)
    box = (x / width, y / height, wide / width, high / height)
    return Shot(jpeg, hashlib.sha256(jpeg).hexdigest(), box)


def _features(flank: Flank) -> bytes:
    from amur.portal.identity.cutting import chip_for
    from amur.science.stripes import features_of

    return features_of(chip_for(flank)).to_bytes()


def _named(office: Office, name: str) -> Animal:
    from amur.portal.animals.actions import new_animal
    from amur.portal.animals.models import Animal

    found = [one for one in Animal.objects.filter(office=office) if str(one.names) == name]
    return found[0] if found else new_animal(office, "tiger", name)


def _as_camera(pixels: Any) -> bytes:
    """The picture as a camera writes it: with place, time and maker."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x0132], exif[0x9003] = "HC600-SECRET", "2024:07:19 03:00:00", "2024:07:19 03:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 3.0, 42.12), 3: "E", 4: (131.0, 17.0, 3.48)})
    Image.fromarray(pixels).convert("RGB").save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def leaks(content: bytes) -> list[str]:
    """The canaries in some bytes, as text in the encodings in which programs write."""
    found = []
    for canary in CANARIES:
        forms = {canary.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")}
        forms |= {canary.lower().encode(), canary.upper().encode()}
        if any(form in content for form in forms):
            found.append(canary)
    return found


@dataclass
class Border:
    """`asking` are the flanks of our office, `answering` those of theirs; coat 0 is on both sides."""

    ours: Office
    theirs: Office
    our_expert: Person
    their_expert: Person
    to_them: Partner
    to_us: Partner
    asking: list[Any]
    answering: list[Any]

    def ask(self) -> Round:
        """A round about all our animals."""
        from amur.portal.matching import actions

        return actions.ask(self.to_them, SPECIES, self.asking, self.our_expert)

    def their_round(self, round_: Round) -> Round:
        """The same round as they see it."""
        from amur.portal.matching.models import Round

        return Round.objects.get(office=self.theirs, uuid=round_.uuid)


def agreement(partner: Partner, **terms: Any) -> Agreement:
    """An agreement in force that gives everything, unless told otherwise."""
    from amur.portal.matching.models import Agreement

    today = datetime.date.today()  # noqa: DTZ011  # any day near now
    given = {
        "code": "A-7", "clause": "3.2", "text_sha256": "f" * 64, "species": [SPECIES], "flanks": True,
        "crops": True, "verdicts": True, "valid_from": today - datetime.timedelta(days=9),
        "valid_until": today + datetime.timedelta(days=9), **terms,
    }  # fmt: skip
    return Agreement.objects.create(office=partner.office, partner=partner, **given)


def searched(round_: Round, threshold: float = 0.3) -> Any:
    """The search of the answering side, done here and now."""
    from amur.portal.matching import actions
    from amur.portal.runs.execution import work_on

    return work_on(actions.start_search(round_, threshold, None, in_background=False).uuid)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused for this reason."""
    from amur.portal.matching.problems import Refused

    with pytest.raises(Refused) as told:
        yield
    assert told.value.code == code, str(told.value)
    assert str(told.value)


def asked(border: Border) -> tuple[Round, Round]:
    """A round in which the other side named its tiger as a candidate, as both see it."""
    from amur.portal.matching import actions
    from amur.portal.matching.models import Round

    round_ = border.ask()
    actions.send(round_, border.our_expert)
    theirs = border.their_round(round_)
    request = str(round_.flanks.get(flank=border.asking[0]).code)
    actions.answer(theirs, [(request, border.answering[0], 0.93, False)], 2, 0.5, border.their_expert)
    actions.send(theirs, border.their_expert)
    return Round.objects.get(pk=round_.pk), theirs


def shown(border: Border) -> tuple[Round, Round, Pair]:
    """The same after both released the pictures of the likeliest pair."""
    from amur.portal.matching import actions, log

    ours, theirs = asked(border)
    first = log.view(ours).pairs[0]
    for round_, expert in ((ours, border.our_expert), (theirs, border.their_expert)):
        actions.show_crops(round_, [(first.request, first.answer)], expert)
        actions.send(round_, expert)
    return ours, theirs, first
