"""A place as an editor writes it: longitude and latitude, or a boundary as GeoJSON or WKT.

A geometry that is wrong is refused with the reason and the place; nothing is repaired.
"""

import json
import re
from typing import Any, Final

import shapely
from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList
from amur.formats.wdpca.geometries import KINDS, checked_geometry
from amur.formats.wdpca.messages import WORDINGS
from amur.formats.wdpca.rows import Limits
from amur.portal.editing.words import told

LONGITUDE: Final = 180
LATITUDE: Final = 90
LONGEST: Final = 20_000_000  # characters: about 400,000 vertices


def check_point(longitude: float | None, latitude: float | None) -> dict[str, ValidationError]:
    """What is wrong with a point, by field; nothing when both are missing or both are on the Earth.

    >>> check_point(134.85, 48.2), list(check_point(134.85, None))
    ({}, ['latitude'])
    """
    problems: dict[str, ValidationError] = {}
    if (longitude is None) != (latitude is None):
        missing = "longitude" if longitude is None else "latitude"
        problems[missing] = ValidationError(_("A point needs both longitude and latitude."))
    for name, value, limit in (("longitude", longitude, LONGITUDE), ("latitude", latitude, LATITUDE)):
        if value is not None and not -limit <= value <= limit:
            problems[name] = ValidationError(
                _("%(value)s° is not on the Earth; write a number from −%(limit)s to %(limit)s."),
                params={"value": value, "limit": limit},
            )
    return problems


class BoundaryField(forms.CharField):
    """A geometry from pasted GeoJSON (a geometry or a feature) or WKT, longitude first, WGS 84.

    >>> BoundaryField().clean("POLYGON ((130 48, 131 48, 131 49, 130 48))").geom_type
    'Polygon'
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", LONGEST)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}))
        kwargs.setdefault("label", _("Boundary"))
        kwargs.setdefault(
            "help_text",
            _("Paste GeoJSON or WKT in longitude and latitude (WGS 84). Leave empty for a single point."),
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.wkt if isinstance(value, GEOSGeometry) else value

    def clean(self, value: Any) -> GEOSGeometry | None:
        text = super().clean(value)
        return geometry_from(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "").strip() != (data or "").strip())


def geometry_from(text: str) -> GEOSGeometry:
    """The geometry of a text in GeoJSON or WKT; raises ValidationError with the reason and the place."""
    shape = _from_geojson(text) if text.lstrip().startswith("{") else _from_wkt(text)
    problems = ProblemList(WORDINGS, "")
    checked = checked_geometry(shape, 1, Limits(), problems)
    if checked is None:
        raise ValidationError([told(one) for one in problems.listed if one.severity == "error"])
    return GEOSGeometry(memoryview(shapely.to_wkb(checked)), srid=4326)


def _from_wkt(text: str) -> BaseGeometry:
    found = re.match(r"\s*(?:SRID=4326;)?\s*([A-Za-z]+)", text)
    # Only the known kinds reach the parser: it follows nested collections until the stack ends.
    if found is None or found[1].upper() not in {kind.upper() for kind in KINDS}:
        raise ValidationError(
            _("This is neither GeoJSON nor WKT of a point or polygon; it begins with “%(start)s”."),
            params={"start": text.strip()[:40]},
        )
    try:
        return shapely.from_wkt(text.split(";", 1)[-1])
    except shapely.errors.ShapelyError as error:
        raise ValidationError(_("This WKT cannot be read: %(why)s"), params={"why": str(error)}) from error


def _from_geojson(text: str) -> BaseGeometry:
    try:
        data = json.loads(text)
        if data.get("type") == "Feature":
            data = data.get("geometry") or {}
    except (ValueError, RecursionError) as error:
        raise ValidationError(
            _("This GeoJSON cannot be read: %(why)s"), params={"why": str(error)}
        ) from error
    if not isinstance(data, dict) or data.get("type") not in KINDS:
        kind = data.get("type") if isinstance(data, dict) else data
        raise ValidationError(
            _("“%(kind)s” cannot be a boundary; paste a Polygon or MultiPolygon, or a Feature of one."),
            params={"kind": str(kind)[:40]},
        )
    try:
        return shapely.from_geojson(json.dumps(data))
    except shapely.errors.ShapelyError as error:
        raise ValidationError(
            _("This GeoJSON cannot be read: %(why)s"), params={"why": str(error)}
        ) from error
