"""Template tags: the map widget, and the button of a list's item that shows it on the map.

{% load maps %}
{% map label=_("Map of areas") layers="areas" items="area-list" %}
<ul id="area-list">
{% for area in areas %}<li>… {% map_button area.uuid area.name 131.9 43.1 %}</li>{% endfor %}
</ul>
"""

import json
from collections.abc import Iterable
from typing import Any, Literal

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, as_language
from amur.portal.maps import basemap, layers

register = template.Library()

Size = Literal["small", "medium", "large", "page"]

# The Amur basin, from the springs of the Onon to the sea (degrees).
ECOREGION = (106.0, 41.5, 143.0, 56.0)


@register.inclusion_tag("maps/map.html", name="map")
def map_widget(
    label: str,
    *,
    layers: str = "",
    style: str = "",
    bounds: Iterable[float] | None = None,
    focus: str = "",
    items: str = "",
    size: Size = "medium",
    legend: bool = True,
    large: str = "",
) -> dict[str, Any]:
    """The map.

    label    what the map shows, for readers of screens
    layers   names of registered layers, separated by commas; all of them when empty
    style    address of a style document of its own, in the place of that of the layers
    bounds   west, south, east, north in degrees of the first view; the ecoregion when missing
    focus    uuid of the feature that is marked from the start
    items    id of the element whose `map_button`s belong to this map
    size     height: small, medium, large, or page (as high as the window)
    large    address of a page with the map in large
    """
    language = as_language(get_language())
    query = {"layers": layers} if layers else {}
    return {
        "label": label,
        "size": size,
        "legend": _legend() if legend else [],
        "large": large,
        "options": _as_json(
            {
                "style": style
                or reverse("maps:style", args=[language]) + (f"?{urlencode(query)}" if query else ""),
                "language": HTML_TAGS[language],
                "tags": {code: HTML_TAGS[code] for code in LANGUAGES},
                "bounds": list(bounds) if bounds else list(ECOREGION),
                "limits": list(basemap.MAP_BOUNDS),
                "focus": str(focus),
                "items": items,
                "strings": _strings(label),
            }
        ),
    }


@register.inclusion_tag("maps/button.html")
def map_button(uuid: object, name: str, longitude: float, latitude: float, zoom: float = 7) -> dict[str, Any]:
    """A button that moves the map to a place and opens its pop-up; it shows only where the map runs."""
    # As JSON, so that no language writes a comma into the numbers.
    return {"uuid": uuid, "name": name, "place": json.dumps([longitude, latitude, zoom])}


def _as_json(options: dict[str, Any]) -> str:
    """For a data attribute; the template escapes it."""
    return json.dumps(options, ensure_ascii=False)


def _legend() -> list[dict[str, Any]]:
    return [{"kind": kind.key, "shape": kind.shape, "label": kind.label} for kind in layers.KINDS]


def _strings(label: str) -> dict[str, str]:
    """What the widget says; the names with a dot are MapLibre's own."""
    return {
        "Map.Title": str(label),
        "Popup.Close": _("Close"),
        "CooperativeGesturesHandler.WindowsHelpText": _("Hold Ctrl and scroll to zoom the map"),
        "CooperativeGesturesHandler.MacHelpText": _("Hold ⌘ and scroll to zoom the map"),
        "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
        "approximate": _("Approximate place: the exact boundary is not drawn."),
        "open": _("Open the page"),
        "failed": _("This browser cannot draw the map. Everything on it is also in the list."),
        "lost": _("Parts of the map could not be loaded. Check the connection and reload the page."),
    }
