"""What a row of a file says about an area, in the register's own terms. Called by `planning`.

A statement is there only when the file makes one: an empty cell, “Not Reported” and year 0 say nothing, so
that they never take away what the register knows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import ProblemList
from amur.formats.wdpca import AreaRow, NumberedRow
from amur.portal.areas.exchange.rows import (
    FROM_STATUS,
    HA_PER_KM2,
    KEPT,
    LANGUAGE_OF,
    NOT_REPORTED,
    STATUSES,
    SUFFIXES,
    iso2_code,
    sources_from,
)
from amur.portal.areas.models import AreaKind, AreaStatus, GeometryAccuracy
from amur.portal.facts.models import Confidence
from amur.portal.languages.codes import Language
from amur.portal.languages.dates import reduced_date, year_of

KEY: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,118}[a-z0-9])?")
SURFACES: Final = frozenset({"Polygon", "MultiPolygon"})
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_MONGOLIAN: Final = re.compile(r"[ӨөҮү]")
_READ: Final = frozenset(
    {"key", "kind", "office", "register_status", "established", "designation_key", "iucn_basis", "area_note"}
    | {
        "area_confidence",
        "area_source",
        "legal_act",
        "geometry_accuracy",
        "buffer_of",
        "confidence",
        "source",
    }
    | {"uncertainty_m", *(f"name_{one}" for one in SUFFIXES.values())}
    | {f"name_{one}_status" for one in SUFFIXES.values()}
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A row's statements: `values` by attribute of the area (`kept:…` and `extra:…` for further columns)."""

    number: int
    key: str | None
    site: tuple[int, str | None] | None
    names: Mapping[Language, str]
    values: Mapping[str, Any]
    designation: tuple[str, ...]
    desig_texts: Mapping[str, str | None]
    parent: str | None
    geometry: BaseGeometry
    coarse: bool

    @property
    def is_surface(self) -> bool:
        return bool(self.geometry.geom_type in SURFACES)


class Reader:
    """Reads the cells of one row; what is wrong goes to the list of problems."""

    def __init__(self, row: NumberedRow, problems: ProblemList) -> None:
        self.number = row.number
        self.area: AreaRow = row.area
        self.extra: dict[str, str] = {name: " ".join(text.split()) for name, text in row.area.extra.items()}
        self.problems = problems

    def error(self, code: str, column: str, **params: object) -> None:
        self.problems.error(code, row=self.number, column=column, **params)

    def statement(self) -> Statement:
        """Everything that the row says."""
        key = self.extra.get("key")
        if key is not None and not KEY.fullmatch(key):
            self.error("key-malformed", "key", value=key[:60])
            key = None
        area, geometry = self.area, self.area.geometry
        return Statement(
            number=self.number,
            key=key,
            site=None if area.site_id is None else (area.site_id, area.site_pid),
            names=self._names(),
            values={name: value for name, value in self._values().items() if value is not None},
            designation=tuple(
                text for text in (self.extra.get("designation_key"), area.desig_eng, area.desig) if text
            ),
            desig_texts={"desig_eng": area.desig_eng, "desig": area.desig},
            parent=self.extra.get("buffer_of"),
            geometry=geometry,
            coarse="uncertainty_m" in self.extra,
        )

    def _names(self) -> dict[Language, str]:
        names: dict[Language, str] = {
            language: self.extra[f"name_{suffix}"]
            for language, suffix in SUFFIXES.items()
            if f"name_{suffix}" in self.extra
        }
        stated = set(names.values())
        for column, text in (("name_eng", self.area.name_eng), ("name", self.area.name)):
            plain = " ".join((text or "").split())
            if not plain or plain in stated:
                continue
            language: Language = "en" if column == "name_eng" else self._language(plain)
            if names.setdefault(language, plain) != plain:
                other = f"name_{SUFFIXES[language]}"
                self.error("names-disagree", column, value=plain, other=other, other_value=names[language])
        return names

    def _language(self, text: str) -> Language:
        """The language of a name, by its letters and the country."""
        if _HAN.search(text):
            return "zh-hans"
        if not _CYRILLIC.search(text):
            return "en"
        languages = {LANGUAGE_OF.get(iso2_code(code) or "") for code in self.area.iso3_codes}
        return "mn" if _MONGOLIAN.search(text) or ("mn" in languages and "ru" not in languages) else "ru"

    def _values(self) -> dict[str, Any]:
        return {
            "kind": self._choice("kind", AreaKind.values),
            "countries": self._countries(),
            "status": self._status(),
            "iucn_category": None if self.area.iucn_cat == NOT_REPORTED else self.area.iucn_cat,
            "iucn_basis": self.extra.get("iucn_basis"),
            "area_ha": self._area_ha(),
            "area_note": self.extra.get("area_note"),
            "area_sources": self._sources("area_source"),
            "area_confidence": self._choice("area_confidence", Confidence.values),
            "established": self._established(),
            "legal_act": self.extra.get("legal_act"),
            "geometry_accuracy": self._accuracy(),
            "confidence": self._choice("confidence", Confidence.values),
            "sources": self._sources("source"),
            **self._kept(),
            **{f"extra:{name}": text for name, text in self.extra.items() if name not in _READ},
        }

    def _kept(self) -> dict[str, Any]:
        """Columns that the register keeps as they came. The schema's word for a status goes beside ours."""
        kept = {f"kept:{name}": getattr(self.area, name) for name in sorted(KEPT)}
        given = self.area.status
        return {**kept, "kept:status": None if given == NOT_REPORTED else given}

    def _choice(self, column: str, values: list[str]) -> str | None:
        given = self.extra.get(column)
        if given is None or given in values:
            return given
        self.error("code-unknown", column, value=given[:60], codes=", ".join(values))
        return None

    def _status(self) -> str | None:
        """The register's own word, or the nearest one to the schema's; “Not Reported” says nothing."""
        detail = self._choice("register_status", AreaStatus.values)
        given = self.area.status or NOT_REPORTED
        broad = FROM_STATUS.get(given)
        if detail is not None:
            fits = STATUSES.get(detail, NOT_REPORTED)
            if broad != detail and given != fits:
                fitting = [one for one in AreaStatus.values if STATUSES.get(one, NOT_REPORTED) == given]
                self.error(
                    "values-disagree",
                    "register_status",
                    value=detail,
                    other="status",
                    other_value=given,
                    codes=", ".join(fitting),
                )
            return detail
        return None if given == NOT_REPORTED else broad

    def _countries(self) -> list[str] | None:
        codes = []
        for iso3 in self.area.iso3_codes:
            code = iso2_code(iso3)
            if code is None:
                self.error("country-not-two", "iso3", value=iso3)
            else:
                codes.append(code)
        return codes or None

    def _area_ha(self) -> float | None:
        if self.area.rep_area is None:
            return None
        if self.area.rep_area == 0:
            self.error("area-zero", "rep_area")
            return None
        return round(self.area.rep_area * HA_PER_KM2, 6)

    def _established(self) -> str | None:
        given, year = self.extra.get("established"), self.area.status_yr or None
        if given is None:
            return None if year is None else str(year)
        try:
            reduced_date(given)
        except ValidationError:
            self.error("date-wrong", "established", value=given[:60])
            return None
        if year is not None and year_of(given) != year:
            self.error("year-disagrees", "established", value=given, other="status_yr", year=year)
        return given

    def _accuracy(self) -> str | None:
        given = self._choice("geometry_accuracy", GeometryAccuracy.values)
        kind = self.area.geometry.geom_type
        if given is not None and (given == GeometryAccuracy.BOUNDARY) != (kind in SURFACES):
            self.error("accuracy-disagrees", "geometry_accuracy", value=given, kind=kind)
            return None
        return given

    def _sources(self, column: str) -> list[dict[str, str]] | None:
        text = self.extra.get(column)
        if text is None:
            return None
        found = sources_from(text)
        if not found:
            self.error("sources-empty", column)
        return found or None
