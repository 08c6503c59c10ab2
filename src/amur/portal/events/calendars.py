"""Events as iCalendar (RFC 5545) with the rules of their zones, and as schema.org data."""

import datetime
from collections.abc import Iterable
from typing import Any

from icalendar import Calendar
from icalendar import Event as Entry

from amur.portal.events.queries import Slot, slots
from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released

SCHEMA_STATES = {"cancelled": "https://schema.org/EventCancelled"}
ICAL_STATES = {"announced": "TENTATIVE", "cancelled": "CANCELLED"}


def said(value: Any, language: Language) -> str:
    """A released text for a language, or what it falls back to."""
    return MultilingualText.from_json(value).text(language)


def calendar(events: Iterable[Released], language: Language, name: str) -> bytes:
    """A calendar: each session is an entry; an event without a programme is one entry of whole days.

    Events known only to the month or year are left out, for a calendar cannot say so.
    """
    made = Calendar()
    made.add("prodid", "-//amurinfocenter//events//")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for row in events:
        if len(str(row.fields["start"])) != 10:
            continue
        parts = slots(row)
        for entry in [_session(row, one, language) for one in parts] or [_days(row, language)]:
            made.add_component(entry)
    made.add_missing_timezones()
    return made.to_ical()


def _entry(row: Released, uid: str, summary: str, language: Language) -> Entry:
    entry = Entry()
    entry.add("uid", f"{uid}@events.amur")
    entry.add("summary", summary)
    entry.add("sequence", int(row.fields.get("sequence") or 0))
    entry.add("status", ICAL_STATES.get(str(row.fields.get("state")), "CONFIRMED"))
    # The same content gives the same file: the stamp is the event's day, not the moment of the request.
    start = datetime.date.fromisoformat(row.fields["start"])
    entry.add("dtstamp", datetime.datetime.combine(start, datetime.time(), datetime.UTC))
    return entry


def _session(row: Released, slot: Slot, language: Language) -> Entry:
    title = f"{row.names.text(language)}: {said(slot.fields['name'], language)}"
    entry = _entry(row, str(slot.fields["id"]), title, language)
    entry.add("dtstart", slot.begins)
    entry.add("dtend", slot.ends)
    where = [slot.fields.get("room"), said(row.fields.get("venue"), language), said(row.fields.get("place"), language)]
    entry.add("location", ", ".join(str(one) for one in where if one))
    entry.add("description", "\n".join(said(talk["name"], language) for talk in slot.fields["talks"]))
    return entry


def _days(row: Released, language: Language) -> Entry:
    entry = _entry(row, str(row.uuid), row.names.text(language), language)
    last = str(row.fields.get("end") or row.fields["start"])
    last = last if len(last) == 10 else str(row.fields["start"])
    entry.add("dtstart", datetime.date.fromisoformat(row.fields["start"]))
    entry.add("dtend", datetime.date.fromisoformat(last) + datetime.timedelta(days=1))
    entry.add("location", said(row.fields.get("place"), language))
    entry.add("description", said(row.fields.get("summary"), language))
    return entry


def structured(row: Released, language: Language, address: str) -> dict[str, Any]:
    """The event for search engines, in the words of schema.org."""
    parts = slots(row)
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": row.names.text(language),
        "description": said(row.fields.get("summary"), language),
        "startDate": parts[0].begins.isoformat() if parts else row.fields["start"],
        "endDate": parts[-1].ends.isoformat() if parts else row.fields.get("end") or row.fields["start"],
        "eventStatus": SCHEMA_STATES.get(str(row.fields.get("state")), "https://schema.org/EventScheduled"),
        "location": {"@type": "Place", "name": said(row.fields.get("place"), language)},
        "url": address,
    }
