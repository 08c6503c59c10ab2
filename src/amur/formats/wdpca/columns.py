"""The columns of the WDPCA schema: names, kinds, code lists, widths, names of the past, our extensions.

The one table that readers, checks, writers and the documentation share. Column order is the order of the
public files. Called by every module of this folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from amur.formats.wdpca import codes

Kind = Literal["text", "whole", "area", "year", "code", "countries"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `width` is the longest text that the schema takes; `required` cells must be filled."""

    name: str
    kind: Kind
    meaning: str
    width: int = 254
    codes: tuple[str, ...] = ()
    required: bool = False
    several: bool = False


COLUMNS = (
    Column("site_id", "whole", "number of the site, given by the database; empty for a new site"),
    Column("site_pid", "text", "number of the parcel or zone inside the site", width=52),
    Column("site_type", "code", "protected area or OECM", codes=codes.SITE_TYPE, required=True),
    Column("name_eng", "text", "name in English or in Latin letters"),
    Column("name", "text", "name in the original language and script"),
    Column("desig", "text", "designation in the original language"),
    Column("desig_eng", "text", "designation in English"),
    Column("desig_type", "code", "level of the designation", codes=codes.DESIG_TYPE),
    Column("iucn_cat", "code", "IUCN management category", codes=codes.IUCN_CAT),
    Column("int_crit", "text", "criteria of a World Heritage or Ramsar site", width=100),
    Column("realm", "code", "land, coast or sea", codes=codes.REALM),
    Column("rep_m_area", "area", "reported area of the sea part, km²"),
    Column("gis_m_area", "area", "measured area of the sea part, km²"),
    Column("rep_area", "area", "reported area as in the legal act, km²"),
    Column("gis_area", "area", "measured area of the polygon, km²"),
    Column("no_take", "code", "whether taking from the sea is forbidden", codes=codes.NO_TAKE),
    Column("no_tk_area", "area", "area where taking from the sea is forbidden, km²"),
    Column("status", "code", "legal status", codes=codes.STATUS, required=True),
    Column("status_yr", "year", "year of the status; 0 if the year is not known"),
    Column("gov_type", "code", "who decides", codes=codes.GOV_TYPE),
    Column("govsubtype", "code", "who takes part in shared governance", codes=codes.GOVSUBTYPE, several=True),
    Column("own_type", "code", "who owns", codes=codes.OWN_TYPE),
    Column("ownsubtype", "code", "who takes part in shared ownership", codes=codes.OWNSUBTYPE, several=True),
    Column("mang_auth", "text", "who manages"),
    Column("mang_plan", "text", "management plan: address, reference or Not Reported"),
    Column("verif", "code", "who verified", codes=codes.VERIF),
    Column("metadataid", "whole", "number of the source record"),
    Column("prnt_iso3", "countries", "sovereign country or countries", width=50),
    Column("iso3", "countries", "country or countries", width=50, required=True),
    Column("supp_info", "text", "supplementary information on an OECM"),
    Column("cons_obj", "code", "rank of conservation among the aims", codes=codes.CONS_OBJ),
    Column("inlnd_wtrs", "code", "measures for inland waters", codes=codes.INLND_WTRS),
    Column("oecm_asmt", "code", "how an OECM was assessed", codes=codes.OECM_ASMT, several=True),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}

REQUIRED_COLUMNS = ("site_id", "site_type", "iucn_cat", "rep_area", "status", "status_yr", "iso3")
"""Columns that must stand in the header. Of each pair below, one must."""
REQUIRED_PAIRS = (("name_eng", "name"), ("desig_eng", "desig"))

EXTENSIONS: Mapping[str, str] = {
    "kind": "protected-area, buffer-zone or corridor; a corridor leaves site_type empty",
    "name_ru": "name in Russian",
    "name_zh": "name in Chinese",
    "name_mn": "name in Mongolian",
    "name_en": "name in English as the office writes it",
    "area_source": "where the reported area comes from",
    "geometry_accuracy": "how exact the geometry is, such as “approximate centroid”",
    "legal_act": "act by which the area was established",
    "source": "where the row comes from",
    "confidence": "high, medium or low",
}
"""Our own columns, kept in `AreaRow.extra`."""

SHORT_NAMES: Mapping[str, str] = {"area_source": "AREA_SRC", "geometry_accuracy": "GEOM_ACC"}
"""Names of our columns in a Shapefile, where a name has at most ten characters."""

LONGEST_NAME = 100

GEOMETRY_COLUMNS = ("geometry", "wkt", "wkt_geometry", "geom", "the_geom")
LONGITUDE_COLUMNS = ("longitude", "lon", "long")
LATITUDE_COLUMNS = ("latitude", "lat")
_OLD_NAMES = {
    "wdpaid": "site_id",
    "wdpa_id": "site_id",
    "wdpa_pid": "site_pid",
    "pa_def": "site_type",
    "marine": "realm",
    "parent_iso3": "prnt_iso3",
}
_OLD_ONLY = frozenset(("wdpaid", "wdpa_id", "wdpa_pid", "orig_name"))
RESERVED = frozenset((*BY_NAME, *GEOMETRY_COLUMNS, *_OLD_NAMES, "orig_name", "fid"))
"""Names that an extra column cannot have."""


@dataclass(frozen=True, slots=True)
class Header:
    """How the names of a file's header map to columns of the schema.

    `columns` maps a name in the file to a schema column, `extra` to the name it keeps in `AreaRow.extra`,
    `renamed` lists the names of the older WDPA schema with their name of today, and `duplicates` pairs of
    names that mean one column.
    """

    columns: Mapping[str, str]
    extra: Mapping[str, str]
    renamed: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that must be there and are not; a pair of which one is enough is given as `a|b`."""
        there = set(self.columns.values())
        single = [name for name in REQUIRED_COLUMNS if name not in there]
        return (*single, *("|".join(pair) for pair in REQUIRED_PAIRS if not there.intersection(pair)))

    def name_in_file(self, column: str) -> str:
        """The file's own name of a schema column (the schema's name where the file lacks it)."""
        return next((name for name, target in self.columns.items() if target == column), column)


def understood(names: Iterable[str]) -> Header:
    """Map the names of a header; capitals do not matter, and names of the older WDPA schema are understood.

    In that schema NAME was the Latin and ORIG_NAME the original name; today these are NAME_ENG and NAME. NAME
    is taken in its old meaning only where the header shows that it is of that time.

    >>> understood(["WDPAID", "NAME", "ORIG_NAME", "colour"]).columns
    {'WDPAID': 'site_id', 'NAME': 'name_eng', 'ORIG_NAME': 'name'}
    """
    listed = list(names)
    folded = {name.strip().casefold() for name in listed}
    is_old = bool(folded & _OLD_ONLY) and not folded & {"site_id", "name_eng"}
    old_names = {**_OLD_NAMES, "orig_name": "name", "name": "name_eng"} if is_old else _OLD_NAMES
    columns: dict[str, str] = {}
    extra: dict[str, str] = {}
    renamed: list[tuple[str, str]] = []
    duplicates: list[tuple[str, str]] = []
    taken: dict[str, str] = {}
    for name in listed:
        plain = name.strip().casefold()
        old = plain in old_names
        target = old_names.get(plain, plain)
        key = target if target in BY_NAME else plain
        if key in taken:
            duplicates.append((taken[key], name))
            continue
        taken[key] = name
        if target in BY_NAME:
            columns[name] = target
            if old:
                renamed.append((name, target))
        else:
            extra[name] = plain if plain in EXTENSIONS else name.strip()
    return Header(columns, extra, tuple(renamed), tuple(duplicates))


def is_usable_name(name: str) -> bool:
    """Whether a column can have this name in every format: printable, not blank, at most 100 characters.

    >>> is_usable_name("Кластер"), is_usable_name("a\\nb")
    (True, False)
    """
    return name.isprintable() and 0 < len(name.strip()) <= LONGEST_NAME


def nearest_name(missing: str, names: Iterable[str]) -> str | None:
    """The name in a file that looks most like a missing column, `None` if none does.

    >>> nearest_name("rep_area", ["REPAREA", "colour"])
    'REPAREA'
    """
    folded = {name.strip().casefold(): name for name in names}
    wanted = missing.split("|")[0]
    found = get_close_matches(wanted, [name for name in folded if name not in BY_NAME], n=1, cutoff=0.75)
    return folded[found[0]] if found else None
