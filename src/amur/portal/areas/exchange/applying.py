"""Carrying a plan out, all or nothing. Called by `importing` inside its run.

The audit log notes each field with its old and new value in the same transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry

from amur.portal.areas.actions import recompute_totals
from amur.portal.areas.exchange.comparing import Changes
from amur.portal.areas.exchange.planning import Plan, PlannedRow
from amur.portal.areas.exchange.rows import SUFFIXES, sources_from, sources_text
from amur.portal.areas.models import Area, Designation
from amur.portal.audit.actions import batch
from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.offices.models import Office
from amur.portal.release.actions import holding, refresh
from amur.portal.translations.actions import list_again

Tell = Callable[[int, int], None]

LANGUAGES_OF: Final[Mapping[str, Language]] = {f"name_{suffix}": code for code, suffix in SUFFIXES.items()}


def apply(plan: Plan, office: Office, basis: str, tell: Tell, last_look: Callable[[], None]) -> None:
    """Write what the plan changes, release it, and compute the totals anew, in one transaction.

    `basis` is where the names come from, as the translations will say. `last_look` is called at the end of
    the transaction and may raise to undo all of it.
    """
    rows = [row for row in plan.rows if row.action in ("new", "changed")]
    with batch():
        written: dict[str, Area] = {}
        with holding():
            for done, row in enumerate(rows):
                tell(done, len(rows))
                written[row.key] = _written(row, office, basis)
            _set_parents(rows, written)
        for area in written.values():
            refresh(area)
            list_again(area)
        if written:
            recompute_totals()
        last_look()


def _written(row: PlannedRow, office: Office, basis: str) -> Area:
    area = row.area or Area(key=row.key, office=office)
    new = {name: value for name, (_old, value) in row.changes.items()}
    names = {LANGUAGES_OF[name]: text for name, text in new.items() if name in LANGUAGES_OF}
    if names:
        area.names = renamed(area.names, names, basis)
    _set_evidence(area, new)
    area.wdpca = _kept(area.wdpca or {}, new)
    if "designation_key" in new:
        area.designation = Designation.objects.get(key=new["designation_key"])
    if "geometry" in new:
        area.geometry = GEOSGeometry(memoryview(new["geometry"].wkb), srid=4326)
    for name in DIRECT & new.keys():
        setattr(area, name, new[name])
    area.save()
    return area


DIRECT: Final = frozenset(
    {"kind", "countries", "status", "iucn_category", "iucn_basis", "area_ha", "area_confidence"}
    | {"established", "legal_act", "geometry_accuracy", "confidence"}
)


def renamed(old: MultilingualText, names: Mapping[Language, str], basis: str) -> MultilingualText:
    """The names with new texts as drafts; translations of a name that changed at its source are outdated.

    >>> old = MultilingualText.of("ru", ru="Бастак", en="Bastak")
    >>> new = renamed(old, {"mn": "Бастак"}, "areas.csv")
    >>> str(new.texts["mn"].status), new.texts["mn"].basis, str(new.texts["ru"].status)
    ('draft', 'areas.csv', 'reviewed')
    """
    given = {code: Translation(text, Status.DRAFT, basis) for code, text in names.items()}
    if old:
        return old.revised(MultilingualText(old.source, {**old.texts, **given}))
    source = next((code for code in ("ru", "zh-hans", "mn", "en") if code in given), "en")
    return MultilingualText(source, given)  # type: ignore[arg-type]  # all four are languages


def _set_evidence(area: Area, new: Mapping[str, Any]) -> None:
    if "sources" in new:
        area.sources = _sources(new["sources"], area.sources or [])
    source = dict(area.area_source or {})
    if "area_note" in new:
        source["note"] = new["area_note"]
    if "area_sources" in new:
        source["sources"] = _sources(new["area_sources"], source.get("sources") or [])
    if source:
        area.area_source = {"note": None, "sources": [], **source}


def _sources(text: str, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sources of a cell; one that was there already keeps what the cell does not hold."""
    there = {sources_text([one]): one for one in known}
    return [
        there.get(sources_text([one])) or {"mirror": False, "url": None, **one} for one in sources_from(text)
    ]


def _kept(old: Mapping[str, Any], new: Changes | Mapping[str, Any]) -> dict[str, Any]:
    kept = {name.removeprefix("kept:"): value for name, value in new.items() if name.startswith("kept:")}
    extra = {name.removeprefix("extra:"): value for name, value in new.items() if name.startswith("extra:")}
    merged = {**old, **kept}
    if extra:
        merged["extra"] = {**(old.get("extra") or {}), **extra}
    return merged


def _set_parents(rows: list[PlannedRow], written: dict[str, Area]) -> None:
    """Last, because the area that a buffer zone belongs to may be further down in the file."""
    for row in rows:
        if "parent" in row.changes:
            key = row.changes["parent"][1]
            area = written[row.key]
            area.parent = written.get(key) or Area.objects.get(key=key)
            area.save()
