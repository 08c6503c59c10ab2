"""From metres of a survey to places on the earth: degrees, countries, areas of the register.

What is found here stays inside the run; numbers of regions and cells of the disclosure grid leave it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, contains_xy, prepare
from shapely.geometry.base import BaseGeometry

from amur.portal.areas.queries import released_shapes
from amur.portal.maps import atlas
from amur.portal.release.queries import released

Floats = NDArray[np.float64]
LEAST_SHARE: Final = 0.01
"""Of a mask: a country with less of it is not told apart."""
LEAST_POINTS: Final = 9
"""An area of the register with fewer points of the mask is left out."""


class WrongSystem(ValueError):
    """A reference system that cannot be used; `args[0]` is "unknown", "degrees" or "elsewhere"."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a mask: a country by its code or an area by its key, with the points (M,) inside."""

    kind: str
    key: str
    inside: NDArray[np.bool_]


@lru_cache(maxsize=16)
def _to_degrees(crs: str) -> Any:
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise WrongSystem("unknown") from error
    if not system.is_projected or any(
        abs(axis.unit_conversion_factor - 1) > 1e-6 for axis in system.axis_info
    ):
        raise WrongSystem("degrees")
    return Transformer.from_crs(system, "EPSG:4326", always_xy=True)


def degrees(crs: str, points: Floats) -> tuple[Floats, Floats]:
    """Longitudes and latitudes (n,) of points (n, 2) in metres. Raises WrongSystem."""
    longitudes, latitudes = _to_degrees(crs).transform(points[:, 0], points[:, 1])
    found = np.asarray(longitudes, dtype=float), np.asarray(latitudes, dtype=float)
    if not (np.isfinite(found[0]).all() and np.isfinite(found[1]).all()):
        raise WrongSystem("elsewhere")
    return found


def require_within(crs: str, points: Floats) -> None:
    """Raise WrongSystem where points lie far from where the reference system is meant for."""
    longitudes, latitudes = degrees(crs, points)
    use = _to_degrees(crs).source_crs.area_of_use
    margin = 3.0
    if use is not None and not (
        (longitudes >= use.west - margin).all()
        and (longitudes <= use.east + margin).all()
        and (latitudes >= use.south - margin).all()
        and (latitudes <= use.north + margin).all()
    ):
        raise WrongSystem("elsewhere")


def moved(points: Floats, old: str, new: str) -> Floats:
    """Points (n, 2) of one system of metres in another. Raises WrongSystem."""
    if old == new:
        return points
    longitudes, latitudes = degrees(old, points)
    transformed = _to_degrees(new).transform(longitudes, latitudes, direction="INVERSE")
    return np.column_stack(transformed)


def countries_of(longitudes: Floats, latitudes: Floats) -> NDArray[np.str_]:
    """The ISO 3166-1 code of the country (n,) in which each place lies, "" outside those of the region."""
    found = np.full(longitudes.shape, "", dtype="<U2")
    for code, shape in atlas.countries().items():
        found[contains_xy(shape, longitudes, latitudes)] = code
    return found


def regions_of(longitudes: Floats, latitudes: Floats) -> list[Region]:
    """Countries and released areas of the register that hold a part of a mask's points (M,)."""
    codes = countries_of(longitudes, latitudes)
    shares = {str(code): float((codes == code).mean()) for code in np.unique(codes) if code}
    told = sorted(code for code, share in shares.items() if share >= LEAST_SHARE)
    found = [Region("country", code, codes == code) for code in told]
    for key, shape in _areas(longitudes, latitudes).items():
        inside = contains_xy(shape, longitudes, latitudes)
        if inside.sum() >= LEAST_POINTS:
            found.append(Region("area", key, inside))
    return found


def _areas(longitudes: Floats, latitudes: Floats) -> Mapping[str, BaseGeometry]:
    """The boundaries of released areas near a mask; an area known by a point has none."""
    frame = Polygon.from_bounds(longitudes.min(), latitudes.min(), longitudes.max(), latitudes.max())
    keys = released("area").filter(geometry__isnull=False).values_list("key", flat=True)
    shapes = {
        key: shape for key, shape in released_shapes(keys).items() if shape.area and shape.intersects(frame)
    }
    for shape in shapes.values():
        prepare(shape)
    return dict(sorted(shapes.items()))


def areas_digest() -> str:
    """A hash of the boundaries of all released areas, which decide numbers by area."""
    digest = hashlib.sha256()
    for row in released("area").filter(geometry__isnull=False).order_by("key"):
        digest.update(f"{row.key} {row.geometry.hex if row.geometry else ''}\n".encode())
    return digest.hexdigest()


def counted(codes: NDArray[np.str_]) -> Sequence[tuple[str, int]]:
    """How many places lie in each country, the most first; "" stands for none of those known here."""
    names, counts = np.unique(codes, return_counts=True)
    return sorted(zip(names.tolist(), counts.tolist(), strict=True), key=lambda one: -one[1])
