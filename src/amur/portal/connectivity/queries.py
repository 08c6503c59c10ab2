"""Questions to the results: what this person may see of one. Pages, tiles, files and the API ask here alone.

The public sees the released view. People of the office that owns a result see the whole of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry.base import BaseGeometry

from amur.portal.areas.queries import exactly_released, placed_for, released_names, released_shapes
from amur.portal.connectivity.facts import pairs_of
from amur.portal.connectivity.models import ConnectivityResult, ResistanceRaster
from amur.portal.connectivity.records import fields_of, rows
from amur.portal.facts.models import SubjectKind
from amur.portal.facts.queries import facts_about
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may, offices_where
from amur.portal.release.models import Released
from amur.portal.release.queries import released

Viewer = Person | AnonymousUser


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as somebody may see it.

    `fields` are those of the kind `connectivity`, `paths` the corridors in the order of the field `links`.
    `result` is the row itself for people of its office, else None.
    """

    uuid: UUID
    key: str
    names: MultilingualText
    fields: dict[str, Any]
    paths: GEOSGeometry | None
    is_published: bool
    result: ConnectivityResult | None = None

    @property
    def is_whole(self) -> bool:
        """Whether this is the office's own view, which nobody else may be given."""
        return self.result is not None


def find(person: Viewer, uuid: UUID) -> Shown | None:
    """The result as the person may see it; None when there is none, or none that the person may see."""
    result = rows_with(uuid=uuid)
    if result is not None and may(person, Verb.VIEW, Subject.CONNECTIVITY, result.office_id):
        return _whole(result)
    row = released("connectivity").filter(uuid=uuid).first()
    return _public(row) if row is not None else None


def public_results() -> list[Shown]:
    """The released results, newest first."""
    return [_public(row) for row in released("connectivity").order_by("-sort", "key")]


def own_results(person: Viewer) -> list[Shown]:
    """The results of the offices whose connectivity the person sees, newest first."""
    offices = offices_where(person, Verb.VIEW, Subject.CONNECTIVITY)
    return [_whole(result) for result in rows() if result.office in set(offices)] if offices else []


def visible(person: Viewer) -> list[Shown]:
    """All results that the person may see, newest first."""
    own = own_results(person)
    known = {one.uuid for one in own}
    everything = [*own, *(one for one in public_results() if one.uuid not in known)]
    return sorted(everything, key=lambda one: one.fields["computed"] or "", reverse=True)


def offices_for(person: Viewer) -> Any:
    """The offices for which the person may compute."""
    return offices_where(person, Verb.ADD, Subject.CONNECTIVITY)


def rasters_of(offices: Iterable[Office]) -> list[ResistanceRaster]:
    """The rasters of offices, newest first."""
    return list(ResistanceRaster.objects.filter(office__in=list(offices)))


def shapes_of(shown: Shown) -> dict[str, BaseGeometry]:
    """The boundaries of a result's areas by key, as far as they are known and may be seen."""
    keys = [area["key"] for area in shown.fields["areas"] if area["has_boundary"]]
    if not keys:
        return {}
    if shown.result is None:
        return released_shapes(keys)
    return {area.key: area.geometry for area in placed_for(shown.result.office) if area.key in keys}


def facts_of(shown: Shown) -> dict[tuple[int, int], Released]:
    """The released facts of a result by the places of both areas, the smaller one first."""
    places = {area["number"]: place for place, area in enumerate(shown.fields["areas"])}
    found = {}
    for fact in facts_about(f"{SubjectKind.CONNECTIVITY.value}:{shown.key}"):
        one, other = (int(number) for number in fact.key.rsplit("-", 2)[1:])
        if one in places and other in places:
            found[places[one], places[other]] = fact
    return found


def rows_with(**wanted: Any) -> ConnectivityResult | None:
    """The row that fits, with what its views need."""
    return ConnectivityResult.objects.select_related("office", "raster", "run").filter(**wanted).first()


def counted_facts(result: ConnectivityResult) -> int:
    """How many pairs of a result are facts."""
    return sum(1 for one, other in pairs_of(result) if result.resistances[one][other] is not None)


def _whole(result: ConnectivityResult) -> Shown:
    keys = [area["key"] for area in (*result.areas, *result.left_out)]
    names, shown = released_names(keys), exactly_released(keys)
    fields = fields_of(result, names, list(range(len(result.areas))))
    fields["areas"] = [{**area, "released": area["key"] in shown} for area in fields["areas"]]
    fields["left_out"] = [
        {**one, "names": (names.get(one["key"]) or MultilingualText.from_json(one["names"])).to_json()}
        for one in result.left_out
    ]
    return Shown(result.uuid, result.key, result.names, fields, result.paths, result.is_published, result)


def _public(row: Released) -> Shown:
    return Shown(row.uuid, row.key, row.names, row.fields, row.geometry, True)
