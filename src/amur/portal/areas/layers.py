"""The register on the map: released areas, and units as lines between their members."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.contrib.gis.geos import Polygon
from django.urls import reverse
from django.utils import translation
from shapely import MultiLineString, from_wkb
from shapely.geometry.base import BaseGeometry

from amur.portal.areas.models import GeometryAccuracy
from amur.portal.areas.queries import areas_by_key, units
from amur.portal.languages.codes import LANGUAGES
from amur.portal.languages.text import MultilingualText
from amur.portal.maps.grid import Bounds
from amur.portal.maps.layers import Layer
from amur.portal.release.models import Released
from amur.portal.release.queries import released, slug_in


def area_features(bounds: Bounds) -> Iterable[tuple[BaseGeometry, dict[str, Any]]]:
    """The released areas that meet a box in degrees."""
    for area in released("area").filter(geometry__bboverlaps=Polygon.from_bbox(bounds)):
        if area.geometry is None:
            continue
        accuracy = area.fields["geometry_accuracy"]
        yield (
            from_wkb(bytes(area.geometry.wkb)),
            {
                **_common(area, "area", area.fields["designation"]),
                "kind": area.fields["kind"].replace("-", "_"),
                "accuracy": "known" if accuracy == GeometryAccuracy.BOUNDARY else "approximate",
            },
        )


def unit_features(bounds: Bounds) -> Iterable[tuple[BaseGeometry, dict[str, Any]]]:
    """The transboundary units as lines: between sister areas, else from member to member, west to east."""
    found = units()
    members = areas_by_key(key for unit in found for key in unit.fields["members"])
    places = {key: area.geometry.centroid.coords for key, area in members.items() if area.geometry}
    for unit in found:
        course = sorted(places[key] for key in unit.fields["members"] if key in places)
        pairs = unit.fields["pairs"] or []
        lines = [[places[one], places[other]] for one, other in pairs if one in places and other in places]
        lines = lines or ([course] if len(course) > 1 else [])
        if lines:
            common = _common(unit, "unit", unit.fields["type"])
            yield (
                MultiLineString(lines),
                {**common, "kind": "transboundary_unit", "accuracy": "approximate"},
            )


def _common(row: Released, route: str, what: dict[str, Any] | None) -> dict[str, Any]:
    properties: dict[str, Any] = {"uuid": str(row.uuid)}
    designation = MultilingualText.from_json(what)
    for code in LANGUAGES:
        properties[f"name_{code}"] = row.names.text(code)
        properties[f"designation_{code}"] = designation.text(code)
        with translation.override(code):
            properties[f"url_{code}"] = reverse(route, kwargs={"slug": slug_in(row, code)})
    return properties


def register_features(bounds: Bounds) -> Iterable[tuple[BaseGeometry, dict[str, Any]]]:
    """Units below, areas above: one tile holds both, which halves the requests of a map."""
    return chain(unit_features(bounds), area_features(bounds))


REGISTER = Layer("areas", register_features)
