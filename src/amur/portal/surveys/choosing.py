"""What a survey is made from: its deployments, and with `sampling` their observations and who was met.

Called by the run, by the form (live counts), by the room of population estimates, and by
`amur cameras numbers` for one project. Everything here is raw: ask `offices.policies` first.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count, Q

from amur.portal.areas.queries import placed_for
from amur.portal.cameras.models import CameraProject, Deployment, Observation
from amur.portal.cameras.queries import deployments_of, standing
from amur.portal.offices.models import Office
from amur.portal.surveys.individuals import met_in
from amur.portal.surveys.models import CameraSurvey
from amur.portal.surveys.sampling import COLUMNS, Sample, cameras_of, sightings_of
from amur.science.cameras import Cameras, Sightings

_DAY: Final = datetime.timedelta(days=1)
_CHUNK: Final = 20_000


class Unknown(LookupError):
    """There is no such project."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Which deployments: of projects, in a period of local days, in a place, with one of some words."""

    projects: Sequence[CameraProject]
    start: datetime.date
    end: datetime.date
    place: GEOSGeometry | None = None
    groups: Sequence[str] = ()
    level: str = ""


def choice_of(survey: CameraSurvey) -> Choice:
    """The choice of a stored survey."""
    return Choice(
        list(survey.projects.all()),
        survey.period_start,
        survey.period_end,
        place_of(survey.office, survey.area_key, survey.place),
        survey.groups,
        str(survey.rules.get("level") or ""),
    )


def place_of(office: Office, area_key: str, drawn: GEOSGeometry | None) -> GEOSGeometry | None:
    """Where deployments must lie: in an area of the register, in a drawn polygon, in both; None: anywhere.

    An area whose boundary the office does not know holds nothing.
    """
    if not area_key:
        return drawn
    shape = next((one.geometry for one in placed_for(office) if one.key == area_key), None)
    area = GEOSGeometry(shape.wkt if shape is not None and shape.area else "POLYGON EMPTY", srid=4326)
    return area.intersection(drawn) if drawn is not None else area


def deployments(choice: Choice) -> list[Deployment]:
    """The deployments of a choice, by project and code."""
    if choice.place is not None and choice.place.empty:
        return []
    first, last = bounds(choice)
    wanted = {word.casefold() for word in choice.groups}
    found = [row for project in choice.projects for row in deployments_of(project, first, last, choice.place)]
    return [row for row in found if not wanted or wanted & words_of(row)]


def words_of(row: Deployment) -> set[str]:
    """The groups and tags of a deployment, which packages part by `|`.

    >>> sorted(words_of(Deployment(groups="area:HS | Season:spring", tags="")))
    ['area:hs', 'season:spring']
    """
    return {
        word.strip().casefold() for text in (row.groups, row.tags) for word in text.split("|") if word.strip()
    }


def sample(
    choice: Choice,
    progress: Callable[[float, str], None] = lambda done, stage: None,
    species: Sequence[str] = (),
) -> Sample:
    """The cameras and sightings of a choice; `species` asks for some scientific names alone.

    Stations with the same code in two projects are two stations. Only accepted statements that stand are
    read, of one level: that of the choice, else the event level where there is any.
    """
    rows = deployments(choice)
    first, last = bounds(choice)
    level = choice.level or _level(choice)
    mine = {row.pk for row in rows}
    found = []
    of_species = Q(scientific_name__in=species) if species else ~Q(scientific_name="")
    for project in choice.projects:
        asked = (
            standing(project, first, last, level=level)
            .filter(of_species, type=Observation.Type.ANIMAL)
            .order_by("pk")
            .values_list(*COLUMNS)
        )
        for number, row in enumerate(asked.iterator(chunk_size=_CHUNK)):
            if row[0] in mine:
                found.append(row)
            if number % _CHUNK == 0:
                progress(0.0, "read")
    met = met_in(choice.projects, first, last, species[0] if species else "")
    cameras = cameras_of(rows)
    return Sample(cameras, sightings_of(found, met, rows, (choice.start, choice.end)), level)


def whole_project(key: str, level: str = "") -> tuple[Cameras, Sightings]:
    """Everything of one project, by its key. Raises Unknown."""
    project = CameraProject.objects.filter(key=key).first()
    if project is None:
        raise Unknown(key)
    found = sample(Choice([project], datetime.date(1990, 1, 1), datetime.date(2100, 1, 1), level=level))
    return found.cameras, found.sightings


def seen_species(choice: Choice) -> list[str]:
    """The scientific names of animals that stand in the projects and the period, the commonest first."""
    first, last = bounds(choice)
    counts: Counter[str] = Counter()
    for project in choice.projects:
        rows = standing(project, first, last).filter(type=Observation.Type.ANIMAL).exclude(scientific_name="")
        counts.update(dict(rows.order_by().values_list("scientific_name").annotate(n=Count("pk"))))
    return [name for name, _count in counts.most_common()]


def bounds(choice: Choice) -> tuple[datetime.datetime, datetime.datetime]:
    """Instants between which records may lie; a day wider, because zones differ. Days are cut later."""
    noon = datetime.time(0, tzinfo=datetime.UTC)
    return (
        datetime.datetime.combine(choice.start - _DAY, noon),
        datetime.datetime.combine(choice.end + 2 * _DAY, noon),
    )


def _level(choice: Choice) -> str:
    first, last = bounds(choice)
    for project in choice.projects:
        if standing(project, first, last, level=Observation.Level.EVENT).exists():
            return Observation.Level.EVENT.value
    return Observation.Level.MEDIA.value
