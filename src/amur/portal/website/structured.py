"""Descriptions of pages for machines in the words of schema.org, as JSON-LD. Called by the `newsroom` tags.

They stand in `<script type="application/ld+json">`, which a browser takes for data and never runs.
"""

import json
from typing import Any, Final

from django.utils.html import _json_script_escapes  # type: ignore[attr-defined]
from django.utils.safestring import SafeString, mark_safe

from amur.portal.events.queries import Slot, slots
from amur.portal.languages.codes import HTML_TAGS, Language
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released

PUBLICATION_TYPES: Final = {"article": "ScholarlyArticle", "report": "Report", "book": "Book", "map": "Map"}
EVENT_STATES: Final = {
    "confirmed": "https://schema.org/EventScheduled",
    "cancelled": "https://schema.org/EventCancelled",
}


def script(thing: dict[str, Any]) -> SafeString:
    """The description as an element of the head; `<`, `>` and `&` are escaped, so no text can end it."""
    described = {"@context": "https://schema.org", **thing}
    text = json.dumps({key: value for key, value in described.items() if value}, ensure_ascii=False)
    escaped = text.translate(_json_script_escapes)
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308  # escaped above


def article(page: Any, shell: Any, publisher: str) -> dict[str, Any]:
    """A piece of news. A date known less exactly is given less exactly."""
    return {
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.summary,
        "datePublished": page.known_date,
        "dateModified": page.last_published_at.isoformat() if page.last_published_at else "",
        "inLanguage": shell.content_tag,
        "mainEntityOfPage": shell.origin + shell.canonical,
        "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
    }


def place(row: Released, shell: Any, language: Language) -> dict[str, Any]:
    """An area of the register; its position is the released one, a point only."""
    point = row.geometry if row.geometry is not None and row.geometry.geom_type == "Point" else None
    geo = {"@type": "GeoCoordinates", "latitude": point.y, "longitude": point.x} if point else None
    return {
        "@type": "Place",
        "name": row.names.text(language),
        "alternateName": [one.text for code, one in row.names.texts.items() if code != language],
        "url": shell.origin + shell.canonical,
        "geo": geo,
    }


def dataset(name: str, description: str, shell: Any, language: Language) -> dict[str, Any]:
    """A table of the centre, such as the register or the facts."""
    return {
        "@type": "Dataset",
        "name": name,
        "description": description or name,
        "url": shell.origin + shell.canonical,
        "inLanguage": HTML_TAGS[language],
        "isAccessibleForFree": True,
    }


def event(row: Released, shell: Any, language: Language) -> dict[str, Any]:
    """An event with its dates as they are known; with a programme, its instants and its sessions."""
    fields = row.fields
    address = shell.origin + shell.canonical
    parts = slots(row)
    place = _said(fields.get("venue"), language) or _said(fields.get("place"), language)
    return {
        "@type": "Event",
        "@id": address,
        "name": row.names.text(language),
        "description": _said(fields.get("summary"), language),
        "inLanguage": [HTML_TAGS[code] for code in fields.get("languages") or () if code in HTML_TAGS],
        "startDate": parts[0].begins.isoformat() if parts else fields.get("start") or "",
        "endDate": max(one.ends for one in parts).isoformat() if parts else fields.get("end") or "",
        "eventStatus": EVENT_STATES.get(str(fields.get("state")), EVENT_STATES["confirmed"]),
        "location": _place(place, _said(fields.get("place"), language)),
        "subEvent": [_part(one, place, language) for one in parts],
        "url": address,
    }


def _part(slot: Slot, place: str, language: Language) -> dict[str, Any]:
    """A session of an event."""
    return {
        "@type": "Event",
        "name": _said(slot.fields["name"], language),
        "startDate": slot.begins.isoformat(),
        "endDate": slot.ends.isoformat(),
        "location": _place(", ".join(one for one in (slot.fields.get("room"), place) if one), place),
    }


def _place(name: str, address: str) -> dict[str, str] | None:
    return {"@type": "Place", "name": name, "address": address or name} if name else None


def _said(value: Any, language: Language) -> str:
    return MultilingualText.from_json(value).text(language)


def publication(row: Released, shell: Any, language: Language) -> dict[str, Any]:
    """A publication."""
    fields = row.fields
    return {
        "@type": PUBLICATION_TYPES.get(fields["type"], "CreativeWork"),
        "name": row.names.text(language),
        "author": [{"@type": "Person", "name": one} for one in fields["authors"]],
        "datePublished": fields["issued"],
        "inLanguage": [HTML_TAGS[code] for code in fields["languages"] if code in HTML_TAGS],
        "isbn": fields.get("isbn") or "",
        "sameAs": f"https://doi.org/{fields['doi']}" if fields.get("doi") else "",
        "url": shell.origin + shell.canonical,
    }
