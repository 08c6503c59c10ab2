"""The registry of layers that subjects put on the map. Subjects call `register` in their AppConfig.ready.

A feature is a shapely geometry in degrees (WGS 84) with tile properties, which style and pop-up understand:

uuid                    the record's public identifier
kind                    a key of `KINDS`: colour, shape and legend
accuracy                "approximate" when the place is only roughly known (drawn hollow and dashed, and
                        said), else "known"
name_<language>         the name, in each language that has one
designation_<language>  what it is (optional)
url_<language>          the address of its page (optional)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.portal.maps.grid import Bounds
from amur.portal.maps.tiles import Feature

Shape = Literal["circle", "square", "diamond", "triangle"]


def released_generation() -> int:
    """The number of the present state of released data. Imported late: `maps` loads before the tables."""
    from amur.portal.release.memory import generation

    return generation()


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: where its features come from, and from how far away it is drawn.

    query               west, south, east, north in degrees -> the features that meet them
    generation          grows with each change of what `query` answers; tiles are kept for one generation
    maximum_zoom        the last zoom with tiles of its own; browsers enlarge those for closer views. It also
                        bounds how exact a tile can be: a unit is 40,075 km / 2**zoom / 4096 at the equator
    """

    name: str
    query: Callable[[Bounds], Iterable[Feature]]
    generation: Callable[[], int] = released_generation
    maximum_zoom: int = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """How features of one kind look: fill (Okabe-Ito palette), outline, and the shape of their points."""

    key: str
    label: Promise
    fill: str
    outline: str
    shape: Shape


# Okabe and Ito (2008): told apart with any colour vision; the shapes and dark outlines do so without colour.
KINDS: Final = (
    Kind("protected_area", _("Protected area"), "#009e73", "#00402f", "circle"),
    Kind("buffer_zone", _("Buffer zone"), "#e69f00", "#5c4000", "square"),
    Kind("corridor", _("Ecological corridor"), "#d55e00", "#571f00", "diamond"),
    Kind("transboundary_unit", _("Transboundary unit"), "#cc79a7", "#5a1f40", "triangle"),
)

_layers: dict[str, Layer] = {}


def register(layer: Layer) -> None:
    """Put a layer on the map. Raises ValueError for a second layer of the same name, and for `basemap`."""
    if layer.name == "basemap" or layer.name in _layers:
        raise ValueError(f"the map layer {layer.name!r} exists already")
    _layers[layer.name] = layer


def unregister(name: str) -> None:
    """Take a layer off the map. Raises KeyError when it is not there."""
    del _layers[name]


def find(name: str) -> Layer | None:
    """The layer of that name."""
    return _layers.get(name)


def registered() -> tuple[Layer, ...]:
    """All layers, in the order in which they were registered."""
    return tuple(_layers.values())
