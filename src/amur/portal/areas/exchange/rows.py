"""An area of the register as a row of the WDPCA schema with our extension columns. Called by `exporting`.

`stating` reads such a row back; `docs/areas.md` lists the columns and what they cannot hold.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import shapely
from babel.core import get_global
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry.base import BaseGeometry

from amur.formats.wdpca import COLUMNS, AreaRow
from amur.formats.wdpca.codes import ISO3
from amur.portal.areas.models import AreaKind, AreaStatus
from amur.portal.languages.codes import LANGUAGES, Language, as_language
from amur.portal.languages.dates import year_of
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released

SUFFIXES: Final[Mapping[Language, str]] = {"en": "en", "ru": "ru", "zh-hans": "zh", "mn": "mn"}
LANGUAGE_OF: Final[Mapping[str, Language]] = {"RU": "ru", "CN": "zh-hans", "MN": "mn"}
NOT_REPORTED: Final = "Not Reported"
HA_PER_KM2: Final = 100
# Columns of the schema whose values the register keeps as they came; the others have a field of their own.
KEPT: Final = frozenset(column.name for column in COLUMNS) - {
    "name", "name_eng", "desig", "desig_eng", "iucn_cat", "rep_area", "status", "status_yr", "iso3",
}  # fmt: skip
RELEASED_KEPT: Final = KEPT | {"desig", "desig_eng", "status"}

STATUSES: Final[Mapping[str, str]] = {
    AreaStatus.DESIGNATED: "Designated",
    AreaStatus.PROPOSED: "Proposed",
    AreaStatus.PLANNED: "Proposed",
}
FROM_STATUS: Final[Mapping[str, AreaStatus]] = {
    "Designated": AreaStatus.DESIGNATED,
    "Established": AreaStatus.DESIGNATED,
    "Inscribed": AreaStatus.DESIGNATED,
    "Adopted": AreaStatus.DESIGNATED,
    "Proposed": AreaStatus.PROPOSED,
    NOT_REPORTED: AreaStatus.UNVERIFIED,
}
_SEPARATOR: Final = " | "
_ONE_SOURCE: Final = re.compile(r"(?P<citation>.*?)\s*(?:<(?P<url>https?://[^<>\s]+)>)?")


@dataclass(frozen=True, slots=True)
class AreaState:
    """What is known of an area: `fields` are those of `records.area_draft`, as the gate let them or not."""

    key: str
    names: MultilingualText
    fields: Mapping[str, Any]
    geometry: BaseGeometry | None
    uncertainty_m: float | None = None

    @classmethod
    def released(cls, row: Released) -> "AreaState":
        """What the public may know."""
        return cls(row.key, row.names, row.fields, shape_of(row.geometry), row.uncertainty_m)

    def value(self, name: str) -> Any:
        """A field, None where it is missing or a statement stands in its place."""
        found = self.fields.get(name)
        return None if isinstance(found, Mapping) and "statement" in found else found

    @property
    def kept(self) -> Mapping[str, Any]:
        """The columns of the schema that the register keeps as they came."""
        found = self.value("exchange")
        return found if isinstance(found, Mapping) else {}


def row_of(state: AreaState) -> AreaRow | None:
    """The area as a row; None without a position, which the schema demands."""
    if state.geometry is None:
        return None
    cells = {**{name: value for name, value in state.kept.items() if name in KEPT}, **_schema_cells(state)}
    return AreaRow(**cells, geometry=state.geometry, extra=extension_cells(state))


def _schema_cells(state: AreaState) -> dict[str, Any]:
    texts = state.names.texts
    original = original_language(state.names, state.value("countries") or ())
    countries = iso3_codes(state.value("countries") or ())
    area_ha = state.value("area_ha")
    english, local = _designation(state, original)
    return {
        "site_type": state.kept.get("site_type") or usual_site_type(state.value("kind")),
        "name_eng": texts["en"].text if "en" in texts else None,
        "name": texts[original].text if original else None,
        "desig_eng": english,
        "desig": local,
        "iucn_cat": state.value("iucn_category") or NOT_REPORTED,
        "rep_area": None if area_ha is None else round(area_ha / HA_PER_KM2, 8),
        "status": status_cell(state),
        "status_yr": year_of(state.value("established") or "") or 0,
        "iso3": ";".join(countries),
        "prnt_iso3": state.kept.get("prnt_iso3") or ";".join(countries),
    }


def extension_cells(state: AreaState) -> dict[str, str]:
    """Our own columns; an empty one is left out."""
    cells: dict[str, Any] = {"key": state.key}
    for language, suffix in SUFFIXES.items():
        if (one := state.names.texts.get(language)) is not None:
            cells[f"name_{suffix}"] = one.text
            cells[f"name_{suffix}_status"] = str(one.status)
    for column, name in (
        ("kind", "kind"),
        ("office", "office"),
        ("register_status", "status"),
        ("established", "established"),
        ("designation_key", "designation_key"),
        ("iucn_basis", "iucn_basis"),
        ("area_note", "area_note"),
        ("area_confidence", "area_confidence"),
        ("legal_act", "legal_act"),
        ("geometry_accuracy", "geometry_accuracy"),
        ("buffer_of", "parent"),
        ("confidence", "confidence"),
    ):
        cells[column] = state.value(name)
    cells["area_source"] = sources_text(state.value("area_sources") or ())
    cells["source"] = sources_text(state.value("sources") or ())
    if state.uncertainty_m is not None:
        cells["uncertainty_m"] = f"{state.uncertainty_m:g}"
    return {name: str(value) for name, value in cells.items() if value not in (None, "")}


def status_cell(state: AreaState) -> str:
    """The schema's word for the area's status: the one that came with it as long as it fits."""
    status = state.value("status")
    kept = state.kept.get("status")
    if kept and FROM_STATUS.get(kept) == status:
        return str(kept)
    return STATUSES.get(status, NOT_REPORTED)


def usual_site_type(kind: str | None) -> str | None:
    """What an area is when nothing else is said; a corridor is neither a protected area nor an OECM."""
    return None if kind == AreaKind.CORRIDOR else "PA"


def original_language(names: MultilingualText, countries: Iterable[str]) -> Language | None:
    """The language of the column `name`: the source language, the country's, another one, at last English."""
    wanted = [
        *((names.source,) if names.source != "en" else ()),
        *(LANGUAGE_OF[code] for code in countries if code in LANGUAGE_OF),
        *(code for code in LANGUAGES if code != "en"),
        "en",
    ]
    return next((as_language(code) for code in wanted if code in names.texts), None)


def iso3_codes(countries: Iterable[str]) -> list[str]:
    """ISO 3166-1 alpha-3 codes of alpha-2 ones.

    >>> iso3_codes(["RU", "CN"])
    ['RUS', 'CHN']
    """
    return [_ISO3[code] for code in countries if code in _ISO3]


def iso2_code(iso3: str) -> str | None:
    """The alpha-2 code of an alpha-3 one, None when it has none.

    >>> iso2_code("MNG")
    'MN'
    """
    found = _ALIASES.get(iso3)
    return str(found[0]) if found and len(found) == 1 and len(found[0]) == 2 else None


def sources_text(sources: Iterable[Mapping[str, Any]]) -> str:
    """Sources in one cell.

    >>> sources_text([{"citation": "Act 42", "url": "https://example.org/a"}, {"citation": "Report"}])
    'Act 42 <https://example.org/a> | Report'
    """
    parts = []
    for one in sources:
        citation = " ".join(str(one.get("citation") or "").replace("|", "/").split())
        page = f", p. {one['page']}" if one.get("page") else ""
        parts.append(f"{citation}{page} <{one['url']}>" if one.get("url") else f"{citation}{page}")
    return _SEPARATOR.join(part for part in parts if part)


def sources_from(text: str) -> list[dict[str, str]]:
    """Sources from one cell, as `sources_text` writes them.

    >>> sources_from("Act 42 <https://example.org/a> | Report")
    [{'citation': 'Act 42', 'url': 'https://example.org/a'}, {'citation': 'Report'}]
    """
    found = []
    for part in text.split(_SEPARATOR.strip()):
        match = _ONE_SOURCE.fullmatch(part.strip())
        if match and part.strip():
            one = {"citation": match["citation"] or match["url"] or ""}
            if match["url"]:
                one["url"] = match["url"]
            found.append(one)
    return found


def _designation(state: AreaState, original: Language | None) -> tuple[str | None, str | None]:
    """The designation in English and in the original language; without one what came with the area."""
    names = MultilingualText.from_json(state.value("designation"))
    if not names:
        return state.kept.get("desig_eng"), state.kept.get("desig")
    english = names.texts.get("en")
    local = names.texts.get(original) if original else None
    return english.text if english else None, local.text if local else None


def shape_of(geometry: GEOSGeometry | None) -> BaseGeometry | None:
    """A stored geometry as shapely has it."""
    return None if geometry is None else shapely.from_wkb(bytes(geometry.wkb))


_ALIASES: Final[Mapping[str, Any]] = get_global("territory_aliases")
_ISO3: Final[Mapping[str, str]] = {
    str(names[0]): code for code, names in sorted(_ALIASES.items(), reverse=True) if code in ISO3
}
