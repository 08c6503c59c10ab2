"""Forms of the register for the offices' editing pages."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.models import Area, AreaKind, GeometryAccuracy
from amur.portal.areas.queries import known_key
from amur.portal.editing.fields import (
    MappingField,
    PairsField,
    SourcesField,
    WordsField,
    country_code,
    whole_number,
)
from amur.portal.editing.forms import OfficeForm, RowForm
from amur.portal.editing.geometry import BoundaryField, check_point


class AreaForm(OfficeForm):
    """An area: its place as a point or a boundary, its size with the source of that very figure."""

    countries = WordsField(required=True, check=country_code, help_text=_("Separated by commas: RU, CN"))
    groups = WordsField(help_text=_("Separated by commas, such as ramsar, border"))
    candidate_groups = WordsField()
    restricted_groups = WordsField()
    sources = SourcesField()
    area_note = forms.CharField(
        label=_("Note on the area"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    area_sources = SourcesField(label=_("Sources of the area"))
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, help_text=_("Degrees east of Greenwich, such as 134.85")
    )
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, help_text=_("Degrees north of the equator, such as 48.2")
    )
    boundary = BoundaryField()

    def __init__(self, *args: Any, instance: Area | None = None, **kwargs: Any) -> None:
        initial = {**_shown(instance), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"longitude", "latitude", "boundary"} <= cleaned.keys():
            self._clean_place(cleaned)
        if cleaned.get("area_ha") is not None and cleaned["area_ha"] <= 0:
            self.add_error("area_ha", _("An area is more than 0 ha; leave it empty when it is not known."))
        if cleaned.get("kind") == AreaKind.BUFFER_ZONE and not cleaned.get("parent"):
            self.add_error("parent", _("Say which area this is the buffer zone of."))
        if self.instance.pk and cleaned.get("parent") == self.instance:
            self.add_error("parent", _("An area cannot be its own buffer zone."))
        return cleaned

    def _clean_place(self, cleaned: dict[str, Any]) -> None:
        longitude, latitude, boundary = (cleaned[name] for name in ("longitude", "latitude", "boundary"))
        for name, problem in check_point(longitude, latitude).items():
            self.add_error(name, problem)
        if boundary is not None and longitude is not None:
            self.add_error("boundary", _("Give a point or a boundary, not both."))
        self._check_accuracy(
            cleaned.get("geometry_accuracy"), boundary, placed=longitude is not None or boundary is not None
        )

    def _check_accuracy(self, accuracy: str | None, boundary: Any, *, placed: bool) -> None:
        is_surface = boundary is not None and boundary.geom_type in {"Polygon", "MultiPolygon"}
        if placed and not accuracy:
            self.add_error("geometry_accuracy", _("Say how accurate the place is."))
        elif not placed and accuracy:
            self.add_error(
                "geometry_accuracy", _("There is no place to be accurate about; leave this empty.")
            )
        elif is_surface != (accuracy == GeometryAccuracy.BOUNDARY) and placed:
            self.add_error(
                "geometry_accuracy",
                _("Choose “boundary” for a boundary, and another accuracy for a point."),
            )

    def save(self, commit: bool = True) -> Any:
        self.instance.area_source = {
            **(self.instance.area_source or {}),
            "note": self.cleaned_data["area_note"] or None,
            "sources": self.cleaned_data["area_sources"],
        }
        if {"longitude", "latitude", "boundary"} & set(self.changed_data):
            self.instance.geometry = self._geometry()
        return super().save(commit=commit)

    def _geometry(self) -> Any:
        cleaned = self.cleaned_data
        if cleaned["boundary"] is not None:
            return cleaned["boundary"]
        if cleaned["longitude"] is None:
            return None
        return Point(cleaned["longitude"], cleaned["latitude"], srid=4326)


def _shown(area: Area | None) -> dict[str, Any]:
    """What the form shows of columns that it takes apart."""
    if area is None:
        return {}
    source, geometry = area.area_source or {}, area.geometry
    shown: dict[str, Any] = {
        "area_note": source.get("note") or "",
        "area_sources": source.get("sources") or [],
    }
    if geometry is not None and geometry.geom_type == "Point":
        return {**shown, "longitude": geometry.x, "latitude": geometry.y}
    return {**shown, "boundary": geometry}


class UnitForm(OfficeForm):
    """A transboundary unit; its members are rows below it."""

    pairs = PairsField(check=known_key, help_text=_("One pair of keys a line: one | other"))
    members_declared = MappingField(
        check=country_code, convert=whole_number, help_text=_("One country a line, such as RU: 12")
    )
    sources = SourcesField()


class MemberForm(RowForm):
    """An area's place in a unit."""

    sources = SourcesField()
