"""A page with nothing but the map, and the areas on it: what `test_map` visits."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import include, path
from django.utils import translation
from shapely import Point, box

from amur.portal.languages.codes import HTML_TAGS, as_language
from amur.portal.maps.grid import Bounds
from amur.portal.maps.layers import Layer
from amur.portal.maps.tiles import Feature

PLACES: dict[str, tuple[float, float]] = {
    "bikin": (135.4, 46.6),
    "daur": (115.5, 50.0),
    "khanka": (132.6, 45.0),
}
NAMES = {
    "bikin": ("Bikin National Park", "Бикин", "比金国家公园", "Бикин үндэсний парк"),
    "daur": ("Daursky Reserve", "Даурский заповедник", "达乌尔保护区", "Дагуур дархан газар"),
    "khanka": ("Khankaisky Reserve", "Ханкайский заповедник", "兴凯湖保护区", "Ханка дархан газар"),
}

TEMPLATE = """{% load maps static %}<!doctype html>
<html lang="{{ tag }}"><head><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="{% static 'maps/map.css' %}"></head>
<body><main><h1>Map</h1><div class="map-with-list">
{% map "Map of areas" layers="trial" items="list" %}
<ul id="list" class="map-list">{% for item in items %}<li>{{ item.name }}
{% map_button item.uuid item.name item.longitude item.latitude %}</li>{% endfor %}</ul>
</div></main></body></html>"""


def query(bounds: Bounds) -> Iterable[Feature]:
    """The areas; of one the place is known, of the others only roughly."""
    for uuid, place in PLACES.items():
        if Point(place).intersects(box(*bounds)):
            english, russian, chinese, mongolian = NAMES[uuid]
            yield (
                Point(place),
                {
                    "uuid": uuid,
                    "kind": "protected_area",
                    "accuracy": "known" if uuid == "bikin" else "approximate",
                    "name_en": english,
                    "name_ru": russian,
                    "name_zh-hans": chinese,
                    "name_mn": mongolian,
                    "url_en": f"/en/areas/{uuid}/",
                    "url_ru": f"/ru/areas/{uuid}/",
                },
            )


LAYER = Layer("trial", query, generation=lambda: 1)


def page(request: HttpRequest, language: str) -> HttpResponse:
    """The map with its list in one language."""
    items = [
        {"uuid": uuid, "name": NAMES[uuid][0], "longitude": place[0], "latitude": place[1]}
        for uuid, place in PLACES.items()
    ]
    with translation.override(language):
        context = Context({"items": items, "tag": HTML_TAGS[as_language(language)]})
        return HttpResponse(Template(TEMPLATE).render(context))


urlpatterns = [path("", include("amur.portal.maps.urls")), path("<slug:language>/trial/", page)]
