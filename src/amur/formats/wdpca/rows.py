"""One protected or conserved area as a typed row, and what reading a file gives.

Called by every module of this folder and by the portal's import and export. A row is plain data: it has been
checked when it comes from a reader, and it may be built by hand for writing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import FormatError

Format = Literal["gpkg", "shapefile", "geojson", "csv"]
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold before it is refused. Sizes in bytes or characters.

    GeoJSON and CSV (`text_bytes`) take ten times their size in memory while they are read.
    """

    file_bytes: int = 256 << 20
    text_bytes: int = 100 << 20
    rows: int = 50_000
    columns: int = 500
    text: int = 10_000
    geometry_text: int = 32 << 20
    vertices: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """A row of the WDPCA schema; the field names are the column names.

    All areas are in square kilometres. `geometry` is a shapely Point, MultiPoint, Polygon or MultiPolygon in
    WGS 84, longitude before latitude, degrees. `status_yr` 0 means “year not known” in this schema; `None`
    means that the file does not say. `site_id` and `site_pid` are `None` for a site that has no number yet.
    `iso3` and `prnt_iso3` hold one code, or several with `;` between them. `extra` keeps the columns beyond
    the schema, as text, under the names that they have in the file.

    Texts are trimmed and an empty text is `None` (or not in `extra`), because half of the formats cannot tell
    these apart. A multi-geometry of one part becomes that part and polygon shells turn counter-clockwise, for
    the same reason; no vertex is moved, added or dropped.

    >>> row = AreaRow(name_eng=" Bastak Nature Reserve ", geometry=shapely.Point(133.05, 48.98))
    >>> row.name_eng, row.name, row.site_id
    ('Bastak Nature Reserve', None, None)
    """

    site_id: int | None = None
    site_pid: str | None = None
    site_type: str | None = None
    name_eng: str | None = None
    name: str | None = None
    desig: str | None = None
    desig_eng: str | None = None
    desig_type: str | None = None
    iucn_cat: str | None = None
    int_crit: str | None = None
    realm: str | None = None
    rep_area: float | None = None
    rep_m_area: float | None = None
    gis_area: float | None = None
    gis_m_area: float | None = None
    no_take: str | None = None
    no_tk_area: float | None = None
    status: str | None = None
    status_yr: int | None = None
    gov_type: str | None = None
    govsubtype: str | None = None
    own_type: str | None = None
    ownsubtype: str | None = None
    mang_auth: str | None = None
    mang_plan: str | None = None
    cons_obj: str | None = None
    supp_info: str | None = None
    verif: str | None = None
    metadataid: int | None = None
    iso3: str | None = None
    prnt_iso3: str | None = None
    inlnd_wtrs: str | None = None
    oecm_asmt: str | None = None
    geometry: BaseGeometry
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, str):
                object.__setattr__(self, each.name, value.strip() or None)
        trimmed = {key: value.strip() for key, value in self.extra.items()}
        object.__setattr__(self, "extra", {key: value for key, value in trimmed.items() if value})
        object.__setattr__(self, "geometry", _plain_form(self.geometry))

    @property
    def iso3_codes(self) -> tuple[str, ...]:
        """The codes of `iso3`, one by one."""
        return tuple(code.strip() for code in (self.iso3 or "").split(";") if code.strip())


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row and where it stood in its file, so that a preview can point at it."""

    number: int
    file: str
    area: AreaRow


@dataclass(frozen=True, slots=True)
class AreaReport:
    """What checking a file gives: the rows that are right, and every problem of the others.

    `problems` lists errors first and is cut at 1,000; `error_count` and `warning_count` count all. A file may
    be imported only when `error_count` is 0.
    """

    format: Format
    rows: tuple[NumberedRow, ...]
    problems: tuple[FormatError, ...]
    error_count: int
    warning_count: int

    @property
    def areas(self) -> tuple[AreaRow, ...]:
        """The rows without their places."""
        return tuple(row.area for row in self.rows)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A feature as a format's reader found it: nothing converted but the container's own types.

    `geometry` is `None` when the file has none for the row, or when the reader has already noted an error
    about it (`broken`).
    """

    number: int
    cells: Mapping[str, object]
    geometry: BaseGeometry | None
    broken: bool = False


def _plain_form(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.geom_type in ("MultiPolygon", "MultiPoint") and shapely.get_num_geometries(geometry) == 1:
        (geometry,) = shapely.get_parts(geometry)
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        geometry = shapely.orient_polygons(geometry)
    return geometry
