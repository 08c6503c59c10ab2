"""Template filters for the register: its codes in words."""

from collections.abc import Iterable

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from amur.portal.areas.models import AreaKind, AreaStatus, GeometryAccuracy
from amur.portal.languages.codes import as_language
from amur.portal.languages.forms import STATUS_LABELS
from amur.portal.languages.templatetags.amur import country, plain
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.release.models import Released
from amur.portal.release.templatetags.release import slug
from amur.portal.website.filters import Choice, options

register = template.Library()
register.filter("slug", slug)

FILTER_NAMES: dict[str, Promise] = {
    "kind": _("Kind"),
    "country": _("Country"),
    "category": _("IUCN category"),
    "designation": _("Designation"),
    "group": _("Network or list"),
    "status": _("Status"),
}
GROUP_NAMES: dict[str, Promise] = {
    "ramsar": _("Ramsar wetland"),
    "unesco-mab": _("UNESCO biosphere reserve"),
    "memorandum-2016": _("memorandum of 2016"),
    "dipa": _("Dauria International Protected Area"),
    "sources-of-amur": _("Sources of Amur"),
    "land-of-big-cats": _("Land of Big Cats"),
    "border": _("on the border"),
    "tiger-leopard": _("tiger and leopard area"),
    "tiger-corridor": _("tiger corridor"),
    "nctlnp": _("Northeast China Tiger and Leopard National Park"),
    "cranes": _("crane wetland"),
    "prey-release-site": _("prey recovery"),
    "world-heritage": _("UNESCO World Heritage"),
}
FORM_NAMES = {
    "csv": "CSV", "geojson": "GeoJSON", "gpkg": "GeoPackage", "shp": "Shapefile (ZIP)",
}  # fmt: skip
# How far around a point the small map of an area looks, in degrees.
AROUND = 2.0


@register.filter
def filter_name(name: str) -> str:
    """A filter's heading."""
    return str(FILTER_NAMES.get(name, name))


@register.simple_tag
def area_options(name: str, found: Iterable[Choice]) -> SafeString:
    """The values of a filter of the register."""
    return options(found, lambda one: plain(one.names) if one.names else filter_value(one.value, name))


def filter_value(value: str, name: str) -> str:
    """A filter's value in words."""
    match name:
        case "kind":
            return kind_of_area(value)
        case "country":
            return country(value)
        case "group":
            return str(GROUP_NAMES.get(value, value))
        case "status":
            return status_of_area(value)
        case _:
            return value


@register.filter
def kind_of_area(value: str) -> str:
    """A kind in words."""
    return str(AreaKind(value).label) if value in AreaKind.values else value


@register.filter
def status_of_area(value: str) -> str:
    """A status in words."""
    return str(AreaStatus(value).label) if value in AreaStatus.values else value


@register.filter
def accuracy(value: str | None) -> str:
    """What a position stands for."""
    return str(GeometryAccuracy(value).label) if value in GeometryAccuracy.values else ""


@register.filter
def countries(codes: Iterable[str]) -> str:
    """Countries by name."""
    return " / ".join(country(code) for code in codes)


@register.filter
def networks(groups: Iterable[str]) -> list[str]:
    """The networks and lists an area belongs to; sister pairs are shown by themselves."""
    names = (group.split(":")[0] for group in groups if not group.startswith("sister-pair:"))
    return [str(GROUP_NAMES.get(name, name)) for name in dict.fromkeys(names)]


@register.filter
def in_language(names: MultilingualText, code: str) -> Translation | None:
    """The name in that very language, None when it is missing."""
    return names.texts.get(as_language(code))


@register.filter
def translation_status(status: Status) -> str:
    """The state of a translation in words."""
    return str(STATUS_LABELS[status])


@register.filter
def form_name(form: str) -> str:
    """A file format as people call it."""
    return FORM_NAMES.get(form, form)


@register.filter
def view_bounds(area: Released) -> list[float]:
    """West, south, east, north of a map that shows the area with its surroundings."""
    if area.geometry is None:
        return []
    west, south, east, north = area.geometry.extent
    return [west - AROUND, south - AROUND / 2, east + AROUND, north + AROUND / 2]
