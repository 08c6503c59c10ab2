"""Loading the demonstration content: all or nothing, and again without making doubles.

Rows are found by key, and a row that is there already is left alone, so that a
restart never takes an editor's work away.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.gis.geos import Point

from amur.portal.animals.models import Animal
from amur.portal.areas.actions import recompute_totals
from amur.portal.areas.models import Area, Designation, TransboundaryUnit, UnitMember
from amur.portal.audit.actions import batch
from amur.portal.demo.accounts import make_accounts
from amur.portal.demo.cameras import load_cameras
from amur.portal.demo.connectivity import load_connectivity
from amur.portal.demo.content_files import pages, rows
from amur.portal.demo.forum import load_forum
from amur.portal.demo.media import load_media
from amur.portal.demo.newsletter import load_newsletter
from amur.portal.demo.newsroom import load_newsroom
from amur.portal.demo.pages import load_pages
from amur.portal.demo.patrols import load_patrols
from amur.portal.demo.population import load_population
from amur.portal.demo.visits import load_visits
from amur.portal.events.models import Event
from amur.portal.facts.models import Citation, Document, Fact
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.release.actions import holding, rebuild
from amur.portal.search import actions as search
from amur.portal.species.models import Species
from amur.portal.translations.actions import rebuild as list_translations

Progress = Callable[[float, str], None]
text = MultilingualText.from_json


def english(words: str | None) -> MultilingualText:
    """A note that exists in English only."""
    return MultilingualText.of("en", en=words) if words else MultilingualText()


def load(progress: Progress = lambda done, stage: None) -> None:
    """Load everything that is not there yet, in one transaction."""
    steps = (
        ("offices", load_offices),
        ("designations", load_designations),
        ("areas", load_areas),
        ("units", load_units),
        ("species", load_species),
        ("facts", load_facts),
        ("animals", load_animals),
        ("events", load_events),
        ("media", load_media),
        ("pages", lambda: load_pages(pages())),
        ("newsroom", load_newsroom),
        ("forum", load_forum),
        ("newsletter", load_newsletter),
        ("visits", load_visits),
        ("accounts", make_accounts),
    )
    parts = len(steps) + 6
    with batch(), search.postponing():  # one transaction, one append to the log
        with holding():
            for number, (name, step) in enumerate(steps):
                progress(number / parts, name)
                step()
            progress(len(steps) / parts, "totals")
            recompute_totals()
            progress((len(steps) + 1) / parts, "release")
            rebuild()
        progress((len(steps) + 2) / parts, "connectivity")
        load_connectivity()  # asks for the released register
        progress((len(steps) + 3) / parts, "population")
        load_population()
        progress((len(steps) + 4) / parts, "cameras")
        load_cameras()
        progress((len(steps) + 5) / parts, "patrols")
        load_patrols()
        search.rebuild()
        list_translations()
    progress(1.0, "done")


def _offices() -> dict[str, Office]:
    return {office.key: office for office in Office.objects.all()}


def load_offices() -> None:
    for row in rows("offices"):
        Office.objects.get_or_create(
            key=row["key"],
            defaults={
                "names": text(row["names"]),
                "city": text(row["city"]),
                "country": row["country"],
                "time_zone": row["time_zone"],
                "languages": row["languages"],
                "longitude": row["longitude"],
                "latitude": row["latitude"],
                "position_accuracy": row["position_accuracy"] or "",
                "confidence": row["confidence"],
                "sources": row["sources"],
            },
        )


def load_designations() -> None:
    for row in rows("designations"):
        Designation.objects.get_or_create(
            key=row["key"],
            defaults={
                "names": text(row["names"]),
                "country": row["country"] or "",
                "iucn_category": row["iucn_category"] or "",
            },
        )


def load_areas() -> None:
    offices = _offices()
    designations = {one.key: one for one in Designation.objects.all()}
    areas: dict[str, Area] = {}
    for row in sorted(rows("areas"), key=lambda one: one["parent"] is not None):
        placed = row["longitude"] is not None
        source = row["area_source"] or {}
        areas[row["key"]], _ = Area.objects.get_or_create(
            key=row["key"],
            defaults={
                "office": offices[row["office"]],
                "kind": row["kind"],
                "parent": areas[row["parent"]] if row["parent"] else None,
                "names": text(row["names"]),
                "countries": row["country"],
                "region": text(row["region"]),
                "designation": designations.get(row["designation"]),
                "status": row["status"],
                "iucn_category": row["iucn_category"] or "",
                "iucn_basis": row["iucn_basis"] or "",
                "area_ha": row["area_ha"],
                "area_source": {"note": source.get("note"), "sources": source.get("sources", [])},
                "area_confidence": row["area_confidence"] or "",
                "established": row["established"] or "",
                "legal_act": row["legal_act"] or "",
                "purpose": text(row["purpose"]),
                "geometry": Point(row["longitude"], row["latitude"], srid=4326) if placed else None,
                "geometry_accuracy": row["geometry_accuracy"] or "",
                "groups": row["groups"],
                "candidate_groups": row["candidate_groups"],
                "restricted_groups": row["restricted_groups"],
                "confidence": row["confidence"],
                "sources": row["sources"],
                "notes": english(row["notes"]),
            },
        )


def load_units() -> None:
    offices = _offices()
    areas = {area.key: area for area in Area.objects.all()}
    for row in rows("units"):
        unit, _ = TransboundaryUnit.objects.get_or_create(
            key=row["key"],
            defaults={
                "office": offices[row["office"]],
                "names": text(row["names"]) or english("Sister nature reserves"),
                "type": text(row["type"]["names"]),
                "type_code": row["type"]["code"],
                "date": row["date"] or "",
                "date_note": row["date_note"] or "",
                "place": text(row["place"]),
                "whc_id": row["whc_id"],
                "pairs": row["pairs"],
                "members_declared": row["members_declared"] or {},
                "confidence": row["confidence"],
                "sources": row["sources"],
                "notes": english(row["notes"]),
            },
        )
        for member in row["members"]:
            UnitMember.objects.get_or_create(
                unit=unit,
                area=areas[member["area"]],
                defaults={"status": member["status"], "sources": member["sources"]},
            )


def load_species() -> None:
    office = _offices()["vladivostok"]
    for position, row in enumerate(rows("species")):
        Species.objects.get_or_create(
            key=row["key"],
            defaults={
                "office": office,
                "position": position,
                "scientific_name": row["scientific_name"],
                "names": text(row["names"]),
                "other_names": row["other_names"],
                "slugs": row["slugs"],
                "role": row["role"],
                "iucn_status": row["iucn_status"] or "",
                "iucn_scope": row["iucn_scope"] or "",
                "sensitivity": row["sensitivity"],
                "sensitivity_reason": row["sensitivity_reason"] or "",
                "profile": text(row["profile"]),
                "confidence": row["confidence"],
                "sources": row["sources"],
            },
        )


def load_facts() -> None:
    offices = _offices()
    facts: dict[str, Fact] = {}
    for row in rows("facts"):
        facts[row["key"]], made = Fact.objects.get_or_create(key=row["key"], defaults=_fact(row, offices))
        for source in row["sources"] if made else ():
            document, _ = Document.objects.get_or_create(
                citation=source["citation"],
                url=source["url"] or "",
                defaults={"office": offices[row["office"]]},
            )
            Citation.objects.create(fact=facts[row["key"]], document=document)
    for row in rows("facts"):
        facts[row["key"]].contradicts.add(*(facts[key] for key in row["contradicts"]))


def _fact(row: dict[str, Any], offices: dict[str, Office]) -> dict[str, Any]:
    detection = row["detection"] or {}
    return {
        "office": offices[row["office"]],
        "subject_kind": row["subject"]["kind"],
        "subject_key": row["subject"]["key"],
        "name": text(row["name"]),
        "place": text(row["place"]),
        "place_detail": text(row["place_detail"]),
        "area_key": row["place_area"] or "",
        "period_start": row["period"]["start"] or "",
        "period_end": row["period"]["end"] or "",
        "period_label": text(row["period"]["label"]),
        "value": row["value"],
        "low": row["low"],
        "high": row["high"],
        "unit": row["unit"],
        "kind": row["kind"],
        "approximate": row["approximate"],
        "method": text(row["method"]),
        "denominator": row["denominator"],
        "detection_low": detection.get("low"),
        "detection_high": detection.get("high"),
        "status": row["status"],
        "confidence": row["confidence"],
        "notes": text(row["notes"]),
        "disputed_by": row["disputed_by"],
    }


def load_animals() -> None:
    offices = _offices()
    for row in rows("animals"):
        found, released = row["found"] or {}, row["released"] or {}
        Animal.objects.get_or_create(
            key=row["key"],
            defaults={
                "office": offices[row["office"]],
                "species_key": row["species"],
                "names": text(row["names"]),
                "sex": row["sex"] or "",
                "found_on": found.get("date") or "",
                "found_text": text(found.get("text")),
                "released_on": released.get("date") or "",
                "release_area_key": released.get("area") or "",
                "fate": text(row["fate"]),
                "event_kind": row["event_kind"] or "",
                "confidence": row["confidence"],
                "sources": row["sources"],
                "notes": text(row["notes"]),
            },
        )


def load_events() -> None:
    offices = _offices()
    for row in rows("events"):
        Event.objects.get_or_create(
            key=row["key"],
            defaults={
                "office": offices[row["office"]],
                "type": row["type"],
                "names": text(row["title"]),
                "summary": text(row["summary"]),
                "start": row["start"],
                "end": row["end"] or "",
                "place": text(row["place"]),
                "area_key": row["area"] or "",
                "confidence": row["confidence"],
                "sources": row["sources"],
            },
        )
