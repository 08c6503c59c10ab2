"""Questions to the released register: filters, neighbours, units, and the counts of the first page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from shapely import from_wkb
from shapely.geometry.base import BaseGeometry

from amur.portal.areas.models import Area
from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.website.filters import Choice

FILTERS = ("kind", "country", "category", "designation", "group", "status")


@remembered
def register() -> list[Released]:
    """The whole released register, by country and name."""
    return list(released("area"))


@remembered
def in_name_order(language: Language) -> list[Released]:
    """The whole register as an alphabetical list of the language has it."""
    return sorted(register(), key=lambda area: area.names.text(language).casefold())


def values(area: Released, name: str) -> list[str]:
    """What an area offers to a filter."""
    fields = area.fields
    match name:
        case "country":
            return list(fields["countries"])
        case "category":
            return [fields["iucn_category"]] if fields["iucn_category"] else []
        case "designation":
            return [fields["designation_key"]] if fields["designation_key"] else []
        case "group":
            return [group for group in fields["groups"] if ":" not in group]
        case _:
            return [fields[name]] if fields.get(name) else []


def chosen(query: QueryDict) -> dict[str, str]:
    """The filters of an address; unknown ones are ignored."""
    return {name: str(query[name]) for name in FILTERS if query.get(name)}


def matching(areas: Iterable[Released], filters: dict[str, str], words: str = "") -> list[Released]:
    """The areas that fit every filter and whose name in any language holds the words."""
    wanted = words.casefold().strip()
    return [
        area
        for area in areas
        if all(value in values(area, name) for name, value in filters.items())
        and (not wanted or any(wanted in one.text.casefold() for one in area.names.texts.values()))
    ]


def choices(areas: list[Released], filters: dict[str, str]) -> dict[str, list[Choice]]:
    """For each filter its values, counted as they would be with the other filters in force."""
    found: dict[str, list[Choice]] = {}
    designations = {one.fields["designation_key"]: one.fields["designation"] for one in areas}
    for name in FILTERS:
        others = {key: value for key, value in filters.items() if key != name}
        rows = matching(areas, others)
        counts = Counter(value for area in rows for value in values(area, name))
        if filters.get(name) and filters[name] not in counts:
            counts[filters[name]] = 0
        names = designations if name == "designation" else {}
        found[name] = [
            Choice(
                value,
                count,
                chosen=filters.get(name) == value,
                names=MultilingualText.from_json(names[value]) if value in names else None,
            )
            for value, count in sorted(counts.items())
        ]
    return found


@remembered
def all_choices() -> dict[str, list[Choice]]:
    """The choices of the whole register."""
    return choices(register(), {})


@remembered
def units() -> list[Released]:
    """The transboundary units, oldest first."""
    return list(released("transboundary-unit"))


def units_of(area: Released) -> list[Released]:
    """The units that an area is a confirmed member of."""
    return [unit for unit in units() if area.key in unit.fields["members"]]


def sisters_of(area: Released, among: Iterable[Released]) -> list[str]:
    """The keys of the areas that are paired with this one across a border."""
    return [
        other
        for unit in among
        for pair in unit.fields["pairs"]
        if area.key in pair
        for other in pair
        if other != area.key
    ]


@remembered
def _by_key() -> dict[str, Released]:
    return {area.key: area for area in register()}


def areas_by_key(keys: Iterable[str]) -> dict[str, Released]:
    """Released areas by key; what is not released is left out."""
    known = _by_key()
    return {key: known[key] for key in keys if key in known}


def parts_of(area: Released) -> list[Released]:
    """The areas that name this one as the one they belong to: its buffer zones."""
    return [one for one in register() if one.fields["parent"] == area.key]


@remembered
def register_summary() -> dict[str, int]:
    """How many of each kind the register holds."""
    counts = Counter(area.fields["kind"] for area in register())
    return {"areas": counts["protected-area"], "corridors": counts["corridor"], "units": len(units())}


def known_key(key: str) -> str:
    """The key of an area, or an empty string; raises ValidationError when no area has it."""
    if key and not Area.objects.filter(key=key).exists():
        raise ValidationError(_("There is no area with the key “%(key)s”."), params={"key": key})
    return key


@dataclass(frozen=True, slots=True)
class Placed:
    """An area with its place: a point or a boundary in degrees (WGS 84)."""

    key: str
    uuid: UUID
    kind: str
    names: MultilingualText
    countries: tuple[str, ...]
    geometry: BaseGeometry
    is_released: bool


def placed_for(office: Office) -> list[Placed]:
    """The areas that an office may compute with, by key: the released ones as they are released, and its own
    as they are.
    """
    own = {
        area.key: _placed(area, area.kind, area.countries, is_released=False)
        for area in Area.objects.filter(office=office, geometry__isnull=False)
    }
    found = {
        row.key: _placed(row, row.fields["kind"], row.fields["countries"], is_released=True)
        for row in released("area").filter(geometry__isnull=False)
    }
    return [
        replace(own[key], is_released=key in found) if key in own else found[key]
        for key in sorted(own.keys() | found.keys())
    ]


def released_names(keys: Iterable[str]) -> dict[str, MultilingualText]:
    """The released names of areas by key, asked of the table itself; what is not released is left out."""
    return {row.key: row.names for row in released("area").filter(key__in=list(keys))}


def exactly_released(keys: Iterable[str]) -> dict[str, MultilingualText]:
    """The released names of those areas whose place is released as it is; a coarser one is left out."""
    rows = released("area").filter(key__in=list(keys), geometry__isnull=False).defer("geometry", "fields")
    return {row.key: row.names for row in rows if not row.generalizations}


def released_shapes(keys: Iterable[str]) -> dict[str, BaseGeometry]:
    """The released places of areas by key, as shapely geometries in degrees."""
    rows = released("area").filter(key__in=list(keys), geometry__isnull=False)
    return {row.key: from_wkb(bytes(row.geometry.wkb)) for row in rows if row.geometry is not None}


def _placed(row: Area | Released, kind: str, countries: Iterable[str], *, is_released: bool) -> Placed:
    if row.geometry is None:
        raise ValueError(f"{row.key} has no place")
    shape = from_wkb(bytes(row.geometry.wkb))
    return Placed(row.key, row.uuid, kind, row.names, tuple(countries), shape, is_released)
