"""The verbs of the room: opening a card for a deployment, and reading it. Finishing is in `finishing`.

Called by the pages and by `amur cameras import` alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from amur.portal.cameras.models import CameraProject, Deployment, Station
from amur.portal.cards import work
from amur.portal.cards.finishing import Unready, is_being_read
from amur.portal.cards.models import MemoryCard
from amur.portal.offices.models import Person
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run


class Wrong(Exception):
    """What people say of a card contradicts itself or the records; `field` names what, `words` why."""

    def __init__(self, field: str, words: object) -> None:
        self.field = field
        self.words = words
        super().__init__(field)


@dataclass(frozen=True, slots=True)
class About:
    """What people say of a card: project, station (with its place where it is new), deployment, camera.

    `start` and `end` are instants; without them `deployment` has to stand already. `deployment` "" is named
    after the station and the first day.
    """

    project: CameraProject
    station: str
    deployment: str = ""
    start: datetime | None = None
    end: datetime | None = None
    time_zone: str = ""
    longitude: float | None = None
    latitude: float | None = None
    uncertainty_m: float | None = None
    camera: str = ""
    camera_model: str = ""


def open_card(about: About, person: Person | None, source: str = "") -> MemoryCard:
    """Open a card for a deployment, which is made where it does not stand yet, as is its station.

    A card of the same deployment and source that is open is gone on with. Raises Wrong; then nothing is made.
    """
    with transaction.atomic():
        deployment = _deployment(about)
        if source:
            known = MemoryCard.objects.filter(
                deployment=deployment, source=source, state=MemoryCard.State.OPEN
            ).first()
            if known is not None:
                return known
        return MemoryCard.objects.create(
            deployment=deployment, office=about.project.office, source=source, person=person
        )


def read(
    card: MemoryCard, person: Person | None, place: Path | None = None, *, in_background: bool = True
) -> Run:
    """Start reading what has come of a card, or a folder or archive on this computer.

    A run that reads it already is given. Raises Unready for a finished card.
    """
    runs.give_up_lost()
    with transaction.atomic():
        card = MemoryCard.objects.select_for_update().get(pk=card.pk)
        if card.state != MemoryCard.State.OPEN:
            raise Unready("finished")
        if is_being_read(card) and card.run is not None:
            return card.run
        given = {"card": str(card.uuid), "place": str(place) if place else ""}
        card.run = runs.start(work.NAME, given, person, card.office, in_background=in_background)
        card.save(update_fields=["run"])
        return card.run


def _deployment(about: About) -> Deployment:
    if about.start is not None and about.end is not None and about.end <= about.start:
        raise Wrong("end", _("The end lies before the start. Give the later moment."))
    station = _station(about)
    code = about.deployment or _code_of(station, about)
    known = Deployment.objects.filter(project=about.project, code=code).first()
    if known is not None:
        if known.station_id != station.pk:
            raise Wrong(
                "deployment", _("A deployment of this code stands at another station. Give another code.")
            )
        return known
    if about.start is None or about.end is None:
        raise Wrong("start", _("A new deployment needs its start and its end."))
    return Deployment.objects.create(
        project=about.project,
        station=station,
        code=code,
        place=station.place,
        uncertainty_m=station.uncertainty_m,
        start=about.start,
        end=about.end,
        time_zone=about.time_zone or about.project.time_zone,
        camera_id=about.camera,
        camera_model=about.camera_model,
    )


def _code_of(station: Station, about: About) -> str:
    if about.start is None:
        raise Wrong("start", _("A new deployment needs its start and its end."))
    return f"{station.code}-{about.start:%Y%m%d}"[:120]


def _station(about: About) -> Station:
    known = Station.objects.filter(project=about.project, code=about.station).first()
    has_place = about.longitude is not None and about.latitude is not None
    if known is not None:
        if has_place and known.place is not None and known.place.tuple != (about.longitude, about.latitude):
            raise Wrong("latitude", _("The station stands already, at another place. Leave the place empty."))
        return known
    if (about.longitude is None) != (about.latitude is None):
        raise Wrong("latitude", _("Give both latitude and longitude, or neither."))
    return Station.objects.create(
        project=about.project,
        code=about.station,
        place=Point(about.longitude, about.latitude, srid=4326) if has_place else None,
        uncertainty_m=about.uncertainty_m,
    )
