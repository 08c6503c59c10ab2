"""The map's style: sources, quiet colours, labels in the reader's language. Called by `views.map_style`.

A MapLibre style document (version 8) as plain dictionaries. There is no glyph server: MapLibre draws letters
from our own font files, and Chinese ones from the device's fonts, or from our slices where it has none.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from django.templatetags.static import static

from amur.portal.frontend import STATIC_FOLDER
from amur.portal.languages.codes import FALLBACKS, Language
from amur.portal.maps import basemap
from amur.portal.maps.layers import KINDS, Layer

StyleLayer = dict[str, Any]

# Every one of LABEL_COLOURS reaches 4.5 : 1 on LAND and on WATER.
LAND: Final = "#f4f1e8"
WATER: Final = "#cfe2ea"
SHORE: Final = "#7fa5b5"
RIVER: Final = "#6f9fb8"
BORDER: Final = "#7d6f63"
BAND: Final = "#e3d8cb"
TEXT: Final = "#33302a"
WATER_TEXT: Final = "#1f5268"
SUBJECT_TEXT: Final = "#14342a"
RANGE_TEXT: Final = "#5f553f"
COUNTRY_TEXT: Final = "#6a4a3a"
LABEL_COLOURS: Final = (TEXT, WATER_TEXT, SUBJECT_TEXT, RANGE_TEXT, COUNTRY_TEXT)

_FONT: Final = "Noto Sans"
_CHINESE_FONT: Final = "Noto Sans SC"
_NAMES_FROM_ZOOM: Final = 5


def build_style(
    language: Language, subjects: Iterable[Layer], *, chinese_fonts: bool = False
) -> dict[str, Any]:
    """The style with the basemap and the subjects' layers.

    `chinese_fonts` adds our slices of a Chinese font, for devices that have none. Raises atlas.AtlasMissing.
    """
    subjects = list(subjects)
    shown = [subject_layers(layer.name, language) for layer in subjects]
    return {
        "version": 8,
        "name": f"amur-{language}",
        "metadata": {
            "languages": [language, *FALLBACKS[language]],
            "kinds": {
                kind.key: {"fill": kind.fill, "outline": kind.outline, "shape": kind.shape} for kind in KINDS
            },
        },
        "font-faces": _font_faces(chinese_fonts),
        "sources": {
            "basemap": _basemap_source(),
            **{layer.name: _subject_source(layer) for layer in subjects},
        },
        "layers": [
            *_ground(),
            *(member for group in shown for member in group if member["type"] in {"fill", "line"}),
            *_basemap_labels(language),
            *(member for group in shown for member in group if member["type"] == "symbol"),
        ],
    }


def label(language: Language, field: str = "name") -> list[Any]:
    """The expression for a text property in the reader's language, else in the likeliest other one.

    >>> label("mn")[1]
    ['get', 'name_mn']
    """
    return ["coalesce", *(["get", f"{field}_{code}"] for code in (language, *FALLBACKS[language])), ""]


def subject_layers(name: str, language: Language) -> list[StyleLayer]:
    """Areas, lines and points of one subject's layer, then its labels.

    A place that is only roughly known is drawn dashed and hollow.
    """
    approximate = ["==", ["get", "accuracy"], "approximate"]
    selected = ["==", ["get", "uuid"], ""]
    outline = _by_kind("outline")
    common: StyleLayer = {"source": name, "source-layer": name}
    interactive = {"metadata": {"interactive": True}}
    polygon, line, point = (["==", ["geometry-type"], one] for one in ("Polygon", "LineString", "Point"))
    return [
        {
            **common,
            **interactive,
            "id": f"{name}-area",
            "type": "fill",
            "filter": polygon,
            "paint": {"fill-color": _by_kind("fill"), "fill-opacity": ["case", approximate, 0.15, 0.35]},
        },
        {
            **common,
            "id": f"{name}-outline",
            "type": "line",
            "filter": ["all", polygon, ["!", approximate]],
            "paint": {"line-color": outline, "line-width": 1.5},
        },
        {
            **common,
            "id": f"{name}-outline-approximate",
            "type": "line",
            "filter": ["all", polygon, approximate],
            "paint": {"line-color": outline, "line-width": 1.5, "line-dasharray": [2, 2]},
        },
        {
            **common,
            **interactive,
            "id": f"{name}-line",
            "type": "line",
            "filter": ["all", line, ["!", approximate]],
            "paint": {"line-color": _by_kind("fill"), "line-width": 4},
        },
        {
            **common,
            **interactive,
            "id": f"{name}-line-approximate",
            "type": "line",
            "filter": ["all", line, approximate],
            "paint": {"line-color": _by_kind("fill"), "line-width": 3, "line-dasharray": [2, 1.5]},
        },
        {
            **common,
            "id": f"{name}-selected",
            "type": "line",
            "metadata": {"selected": True},
            "filter": selected,
            "paint": {"line-color": "#000000", "line-width": 3},
        },
        {
            **common,
            "id": f"{name}-selected-point",
            "type": "symbol",
            "metadata": {"selected": True},
            "filter": selected,
            "layout": {
                "icon-image": "kind:selected",
                "icon-allow-overlap": True,
                "icon-ignore-placement": True,
            },
        },
        {
            **common,
            **interactive,
            "id": f"{name}-point",
            "type": "symbol",
            "filter": point,
            "layout": {
                "icon-image": ["concat", "kind:", ["get", "kind"], ["case", approximate, ":approximate", ""]],
                "icon-size": ["interpolate", ["linear"], ["zoom"], 2, 0.6, 5, 1],
                "icon-allow-overlap": True,
                "text-optional": True,
                **_text(language, 12),
                # Names only when near: an invisible name would still push the basemap's names away.
                "text-field": ["step", ["zoom"], "", _NAMES_FROM_ZOOM, label(language)],
                "text-variable-anchor": ["left", "right", "top", "bottom"],
                "text-radial-offset": 0.8,
                "text-justify": "auto",
            },
            "paint": _halo(SUBJECT_TEXT),
        },
        {
            **common,
            "id": f"{name}-label",
            "type": "symbol",
            "filter": polygon,
            "minzoom": _NAMES_FROM_ZOOM,
            "layout": _text(language, 12),
            "paint": _halo(SUBJECT_TEXT),
        },
        {
            **common,
            "id": f"{name}-line-label",
            "type": "symbol",
            "filter": line,
            "minzoom": _NAMES_FROM_ZOOM,
            "layout": {**_text(language, 12), "symbol-placement": "line", "symbol-spacing": 400},
            "paint": _halo(SUBJECT_TEXT),
        },
    ]


def _ground() -> list[StyleLayer]:
    """Water, land, borders and rivers.

    All plain lines and fills share one shader each, because compiling another takes a computer without a
    graphics card 0.2 s: hence a layer per rank of river instead of widths by rank, and no antialiased fills.
    """
    return [
        {"id": "water", "type": "background", "paint": {"background-color": WATER}},
        _basemap("land", "fill", paint={"fill-color": LAND, "fill-antialias": False}),
        _line("coast", SHORE, 0.8),
        _basemap("lakes", "fill", paint={"fill-color": WATER, "fill-antialias": False}),
        _line("lakes", SHORE, 0.8, "shore-of-lakes"),
        # Most borders here are rivers: a band wider than the water shows both.
        _line("border", BAND, 5, "border-band"),
        _basemap("border", "line", paint={"line-color": BORDER, "line-width": 1, "line-dasharray": [5, 4]}),
        *(_river(rank, width) for rank, width in ((3, 0.9), (2, 1.5), (1, 2.4))),
    ]


def _river(rank: int, width: float) -> StyleLayer:
    widths = ["interpolate", ["linear"], ["zoom"], 2, width / 2, 6, width, 9, width * 2]
    return {**_line("rivers", RIVER, widths, f"rivers-{rank}"), "filter": ["==", ["get", "rank"], rank]}


def _line(source_layer: str, colour: str, width: Any, identifier: str = "") -> StyleLayer:
    layout = {"line-cap": "round", "line-join": "round"}
    paint = {"line-color": colour, "line-width": width}
    return {**_basemap(source_layer, "line", layout=layout, paint=paint), "id": identifier or source_layer}


def _basemap_labels(language: Language) -> list[StyleLayer]:
    def places(kind: str, size: float, colour: str, **layout: Any) -> StyleLayer:
        return {
            **_basemap("places", "symbol", layout={**_text(language, size), **layout}, paint=_halo(colour)),
            "id": f"places-{kind}",
            "filter": ["==", ["get", "kind"], kind],
        }

    def water(source_layer: str, **layout: Any) -> StyleLayer:
        text = {**_text(language, 11), **layout}
        member = _basemap(source_layer, "symbol", layout=text, paint=_halo(WATER_TEXT))
        return {**member, "id": f"{source_layer}-label", "minzoom": 4}

    by_rank = {"symbol-sort-key": ["get", "rank"]}
    dot = {
        "icon-image": "city",
        "icon-size": ["match", ["get", "rank"], 1, 1, 0.7],
        "icon-allow-overlap": True,
        "icon-ignore-placement": True,
        "text-variable-anchor": ["left", "right", "top", "bottom"],
        "text-radial-offset": 0.6,
    }
    return [
        {**places("range", 11, RANGE_TEXT, **{"text-letter-spacing": 0.1}, **by_rank), "minzoom": 5},
        water(
            "rivers", **{"symbol-placement": "line", "symbol-spacing": 350, "text-max-angle": 35}, **by_rank
        ),
        water("lakes", **by_rank),
        places("sea", 13, WATER_TEXT, **{"text-letter-spacing": 0.1}, **by_rank),
        places("city", 12, TEXT, **dot, **by_rank),
        places("country", 14, COUNTRY_TEXT, **{"text-letter-spacing": 0.15}, **by_rank),
    ]


def _basemap(source_layer: str, kind: str, **rest: Any) -> StyleLayer:
    return {"id": source_layer, "type": kind, "source": "basemap", "source-layer": source_layer, **rest}


def _text(language: Language, size: float) -> dict[str, Any]:
    return {
        "text-field": label(language),
        "text-font": [_FONT, _CHINESE_FONT],
        "text-size": size,
        "text-max-width": 9,
        "text-padding": 3,
    }


def _halo(colour: str) -> dict[str, Any]:
    return {
        "text-color": colour,
        "text-halo-color": "rgba(255,255,255,0.85)",
        "text-halo-width": 1.3,
    }


def _by_kind(attribute: str) -> list[Any]:
    pairs = [text for kind in KINDS for text in (kind.key, getattr(kind, attribute))]
    return ["match", ["get", "kind"], *pairs, "#555555"]


def _basemap_source() -> dict[str, Any]:
    return {
        "type": "vector",
        "tiles": [f"/tiles/basemap/{{z}}/{{x}}/{{y}}.pbf?v={basemap.version()}"],
        "maxzoom": basemap.MAXIMUM_ZOOM,
    }


def _subject_source(layer: Layer) -> dict[str, Any]:
    return {
        "type": "vector",
        "tiles": [f"/tiles/{layer.name}/{layer.generation()}/{{z}}/{{x}}/{{y}}.pbf"],
        "maxzoom": layer.maximum_zoom,
    }


def _font_faces(chinese: bool) -> dict[str, list[dict[str, Any]]]:
    families = {_FONT: "noto-sans"} | ({_CHINESE_FONT: "noto-sans-sc"} if chinese else {})
    return {
        name: [
            {"url": static(f"packages/fonts/{face['file']}"), "unicode-range": face["unicode-range"]}
            for face in _faces()[family]
        ]
        for name, family in families.items()
    }


@lru_cache(maxsize=1)
def _faces() -> dict[str, list[dict[str, Any]]]:
    """The font files and their Unicode ranges, as `amur.portal.frontend` wrote them; none before it ran."""
    try:
        faces: dict[str, list[dict[str, Any]]] = json.loads(
            (STATIC_FOLDER / "packages" / "fonts" / "faces.json").read_bytes()
        )
    except FileNotFoundError:
        return {"noto-sans": [], "noto-sans-sc": []}
    return faces
