"""The widget's HTML, colours and words."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from pytest_django.fixtures import Settings

from amur.portal.maps import layers, style

STATIC = Path(layers.__file__).parent / "static" / "maps"


@pytest.fixture(autouse=True)
def plain_static_addresses(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def render(source: str) -> str:
    return Template("{% load maps %}" + source).render(Context({"name": 'Заповедник "Бастак" <b>'}))


def options(html: str) -> dict[str, object]:
    found = re.search(r'data-options="([^"]*)"', html)
    assert found
    content: dict[str, object] = json.loads(unescape(found[1]))
    return content


def test_the_widget_needs_no_inline_script_or_style() -> None:
    html = render('{% map "Map of areas" layers="areas" items="list" large="/en/map/" %}')
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"https?://", html)


def test_the_widget_asks_for_the_style_of_the_pages_language() -> None:
    with translation.override("mn"):
        content = options(render('{% map "Map" layers="areas" %}'))
    assert content["style"] == "/maps/style/mn.json?layers=areas"
    assert content["language"] == "mn"


def test_numbers_stay_numbers_where_a_language_writes_commas() -> None:
    with translation.override("ru"):
        html = render('{% map_button "u-1" name 131.89 43.12 %}')
    assert 'data-map-place="[131.89, 43.12, 7]"' in html


def test_names_from_the_database_are_escaped() -> None:
    for html in (render('{% map_button "u-1" name 1.5 2.5 %}'), render("{% map name %}")):
        assert "<b>" not in html
        assert 'Бастак"' not in html


def test_the_map_can_be_used_without_the_mouse_and_says_what_it_is() -> None:
    html = render('{% map "Map of areas" %}')
    assert 'aria-label="Map of areas"' in html
    assert html.count("<button") == 4
    assert html.count('aria-label="') >= 6
    assert "The map needs JavaScript" in html


def test_legend_and_map_use_the_same_colours() -> None:
    sheet = (STATIC / "map.css").read_text()
    for kind in layers.KINDS:
        rule = re.search(rf"\.map-key-{kind.key} {{([^}}]*)}}", sheet)
        assert rule, kind.key
        assert kind.fill in rule[1]
        assert kind.outline in rule[1]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", [style.LAND, style.WATER])
def test_every_label_can_be_read_on_land_and_on_water(ground: str) -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for colour in style.LABEL_COLOURS:
        assert contrast(colour, ground) >= 4.5, colour


@pytest.mark.parametrize("kind", layers.KINDS, ids=lambda kind: kind.key)
def test_every_symbol_stands_out_by_its_outline_and_its_shape(kind: layers.Kind) -> None:
    assert contrast(kind.outline, style.LAND) >= 3
    assert contrast(kind.outline, style.WATER) >= 3
    assert len({other.shape for other in layers.KINDS}) == len(layers.KINDS)


def test_the_script_speaks_only_words_that_the_page_gives_it() -> None:
    script = (STATIC / "map.js").read_text()
    spoken = set(re.findall(r'this\.say\("(\w+)"\)', script)) | set(
        re.findall(r"options\.strings\.(\w+)", script)
    )
    given = options(render('{% map "Map" %}'))["strings"]
    assert isinstance(given, dict)
    assert spoken <= set(given)
    assert {"failed", "lost", "approximate", "open"} <= spoken
