"""How rows of the register become records for the gate, and which of their fields may leave."""

from django.db.models import QuerySet

from amur.disclosure import Place, Record
from amur.portal.areas.exchange.rows import RELEASED_KEPT
from amur.portal.areas.models import Area, Designation, TransboundaryUnit, UnitMember
from amur.portal.release.registry import Adapter, Draft, citations


def area_draft(area: Area) -> Draft:
    """A row of the register. Candidate and restricted marks are not on the allow-list and stay here."""
    designation = area.designation
    source = area.area_source or {}
    fields: dict[str, object] = {
        "name": area.names.to_json(),
        "kind": area.kind,
        "countries": list(area.countries),
        "region": area.region.to_json(),
        "designation": designation.names.to_json() if designation else None,
        "designation_key": designation.key if designation else None,
        "status": area.status,
        "iucn_category": area.iucn_category or None,
        "iucn_basis": area.iucn_basis or None,
        "area_ha": area.area_ha,
        "area_note": source.get("note"),
        "area_sources": citations(source.get("sources", ())),
        "area_confidence": area.area_confidence or None,
        "established": area.established or None,
        "legal_act": area.legal_act or None,
        "purpose": area.purpose.to_json(),
        "geometry_accuracy": area.geometry_accuracy or None,
        "groups": list(area.groups),
        "candidate_groups": list(area.candidate_groups),
        "restricted_groups": list(area.restricted_groups),
        "parent": area.parent.key if area.parent else None,
        "confidence": area.confidence,
        "sources": citations(area.sources),
        "notes": area.notes.to_json(),
        "office": area.office.key,
        "exchange": {name: value for name, value in area.wdpca.items() if name in RELEASED_KEPT},
    }
    return Draft(
        record=Record(
            kind="area",
            id=area.uuid,
            owner=area.office.key,
            place=_place(area),
            fields=fields,
            published=area.is_published,
        ),
        key=area.key,
        sort=f"{area.countries[0] if area.countries else ''} {area.names.text('en') or area.key}",
    )


def unit_draft(unit: TransboundaryUnit) -> Draft:
    """A unit with its confirmed members; candidates are left out before the gate already."""
    members = unit.members.filter(status=UnitMember.Status.MEMBER).order_by("pk").select_related("area")
    fields: dict[str, object] = {
        "name": unit.names.to_json(),
        "type": unit.type.to_json(),
        "type_code": unit.type_code,
        "date": unit.date or None,
        "date_note": unit.date_note or None,
        "place": unit.place.to_json(),
        "whc_id": unit.whc_id,
        "members": [one.area.key for one in members],
        "pairs": [list(pair) for pair in unit.pairs],
        "members_declared": dict(unit.members_declared or {}),
        "confidence": unit.confidence,
        "sources": citations(unit.sources),
        "notes": unit.notes.to_json(),
        "office": unit.office.key,
    }
    return Draft(
        record=Record(
            kind="transboundary-unit",
            id=unit.uuid,
            owner=unit.office.key,
            fields=fields,
            published=unit.is_published,
        ),
        key=unit.key,
        sort=unit.date,
    )


def _place(area: Area) -> Place | None:
    if area.geometry is None:
        return None
    if area.geometry.geom_type == "Point":
        return Place(longitude=area.geometry.x, latitude=area.geometry.y)
    return Place(geometry=area.geometry.json)


def _areas() -> "QuerySet[Area]":
    return Area.objects.select_related("office", "designation", "parent")


AREAS = Adapter(
    kind="area",
    model=Area,
    draft=area_draft,
    rows=_areas,
    dependents={Designation: lambda row: _areas().filter(designation=row)},
)
UNITS = Adapter(
    kind="transboundary-unit",
    model=TransboundaryUnit,
    draft=unit_draft,
    rows=lambda: TransboundaryUnit.objects.select_related("office"),
    dependents={UnitMember: lambda row: [row.unit]},
)
