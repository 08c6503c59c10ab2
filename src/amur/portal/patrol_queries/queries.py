"""Who may ask what: patrols and areas of a person's offices, saved questions and hot spots."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import shapely
from django.db.models import Q, QuerySet

from amur.portal.areas.queries import Placed, placed_for
from amur.portal.offices.models import Office
from amur.portal.patrol_queries.models import SavedQuestion
from amur.portal.patrols import modelling
from amur.portal.patrols.models import Attribute, Category, DataModel, Observation, Patrol
from amur.portal.patrols.queries import Viewer, offices_for, words_of
from amur.portal.runs.models import Run, RunState

HOTSPOTS: Final = "patrols.hotspots"
"""The kind of run that finds hot spots."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What filters offer: words of patrols, offices, keys of data models with their names."""

    words: Mapping[str, list[str]]
    kinds: list[str]
    offices: list[Office]
    categories: list[tuple[str, str]]
    attributes: list[tuple[str, str]]


def areas_of(office: Office) -> list[Placed]:
    """The areas with a boundary that an office may compute with."""
    return [area for area in placed_for(office) if shapely.get_dimensions(area.geometry) == 2]


def areas_for(person: Viewer) -> list[Placed]:
    """The areas with a boundary that the person's offices may compute with, each once."""
    found: dict[str, Placed] = {}
    for office in offices_for(person):
        for area in areas_of(office):
            found.setdefault(area.key, area)
    return sorted(found.values(), key=lambda area: str(area.names).casefold())


def choices_for(person: Viewer, patrols: "QuerySet[Patrol]") -> Choices:
    """What there is to choose from; keys that are used and stand in no data model are offered, too."""
    offices = list(offices_for(person))
    names: dict[tuple[str, str], str] = {}
    told: dict[tuple[str, str], str] = {}
    for office in offices:
        names = {**modelling.names_in(office), **names}
        told = {**modelling.mapped(office), **told}
    models = DataModel.objects.filter(office__in=offices, ended=None)
    paths = set(Category.objects.filter(model__in=models).order_by().values_list("path", flat=True))
    used = Observation.objects.filter(waypoint__day__leg__patrol__in=patrols).order_by()
    for key in used.values_list("category", flat=True).distinct():
        paths.add(told.get(("category", key), "") or key)
    numbers = Attribute.objects.filter(model__in=models, kind=Attribute.Kind.NUMERIC).order_by()
    keys = sorted(set(numbers.values_list("key", flat=True)))
    kinds = patrols.order_by().values_list("patrol_type", flat=True).distinct()
    return Choices(
        words_of(patrols),
        sorted(kind for kind in kinds if kind),
        offices,
        [(path, _indented(path, names)) for path in sorted(paths)],
        [(key, names.get(("attribute", key), key)) for key in keys],
    )


def _indented(path: str, names: Mapping[tuple[str, str], str]) -> str:
    """The name of a category below those above it."""
    name = names.get(("category", path), path.rstrip(".").rpartition(".")[2] or path)
    return "· " * path.rstrip(".").count(".") + name


def category_names(person: Viewer) -> dict[str, str]:
    """The names of categories in the reader's language, by key."""
    found: dict[str, str] = {}
    for office in offices_for(person):
        for (kind, key), name in modelling.names_in(office).items():
            if kind == "category":
                found.setdefault(key, name)
    return found


def saved_for(person: Viewer) -> "QuerySet[SavedQuestion]":
    """The saved questions that the person may see: own ones, and shared ones of his offices."""
    rows = SavedQuestion.objects.filter(office__in=offices_for(person)).select_related("office", "owner")
    return rows.filter(Q(is_shared=True) | Q(owner=person.pk))


def saved_one(person: Viewer, uuid: UUID) -> SavedQuestion | None:
    """A saved question, for somebody who may see it."""
    return saved_for(person).filter(uuid=uuid).first()


def hotspots_for(person: Viewer) -> "QuerySet[Run]":
    """The runs that found hot spots of the person's offices, the newest first; without their results."""
    runs = Run.objects.filter(kind=HOTSPOTS, office__in=offices_for(person), state=RunState.DONE)
    return runs.select_related("office").defer("result").order_by("-finished", "-pk")


def hotspots_of(person: Viewer, uuid: UUID) -> Run | None:
    """A run for hot spots, done or not, for somebody who may see patrols of its office."""
    runs = Run.objects.filter(kind=HOTSPOTS, office__in=offices_for(person), uuid=uuid)
    return runs.select_related("office").first()
