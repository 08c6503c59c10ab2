"""Events as iCalendar (RFC 5545), each time with the rules of its zone. Called by the views."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from icalendar import Calendar
from icalendar import Event as Entry

from amur.portal.events.queries import Slot, slots
from amur.portal.languages.codes import HTML_TAGS, Language
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released

STATES = {"announced": "TENTATIVE", "cancelled": "CANCELLED"}
Address = Callable[[Released], str]


def calendar(events: Iterable[Released], language: Language, name: str, address: Address) -> bytes:
    """A calendar: each session is an entry; an event without a programme is one entry of whole days.

    Texts are in the language or the one they fall back to, which the entry names. Events known only to the
    month or year are left out, for a calendar cannot say so. `address` gives an event's page.
    """
    made = Calendar()
    made.add("prodid", "-//amurinfocenter//events//")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for row in events:
        if len(str(row.fields["start"])) != 10:
            continue
        for entry in [_session(row, one, language) for one in slots(row)] or [_days(row, language)]:
            entry.add("url", address(row))
            made.add_component(entry)
    made.add_missing_timezones()
    written: bytes = made.to_ical()
    return written


def said(value: Any, language: Language) -> str:
    """A released text for a language, or what it falls back to."""
    return MultilingualText.from_json(value).text(language)


def _tag(value: Any, language: Language) -> str:
    reading = MultilingualText.from_json(value).reading(language)
    return HTML_TAGS[reading.language if reading else language]


def _entry(row: Released, uid: str, summary: str, tag: str) -> Entry:
    entry = Entry()
    entry.add("uid", f"{uid}@events.amur")
    entry.add("summary", summary, parameters={"LANGUAGE": tag})
    entry.add("sequence", int(row.fields.get("sequence") or 0))
    entry.add("status", STATES.get(str(row.fields.get("state")), "CONFIRMED"))
    # The same content gives the same file: the stamp is the event's day, not the moment of the request.
    start = datetime.date.fromisoformat(row.fields["start"])
    entry.add("dtstamp", datetime.datetime.combine(start, datetime.time(), datetime.UTC))
    return entry


def _session(row: Released, slot: Slot, language: Language) -> Entry:
    title = f"{row.names.text(language)}: {said(slot.fields['name'], language)}"
    entry = _entry(row, str(slot.fields["id"]), title, _tag(slot.fields["name"], language))
    entry.add("dtstart", slot.begins)
    entry.add("dtend", slot.ends)
    fields = row.fields
    where = (
        slot.fields.get("room"),
        said(fields.get("venue"), language),
        said(fields.get("place"), language),
    )
    entry.add("location", ", ".join(str(one) for one in where if one))
    entry.add("description", "\n".join(_line(talk, language) for talk in slot.fields["talks"]))
    return entry


def _line(talk: dict[str, Any], language: Language) -> str:
    """A talk as one line of a description: who, what."""
    speakers = "; ".join(talk.get("speakers") or ())
    return f"{speakers}: {said(talk['name'], language)}" if speakers else said(talk["name"], language)


def _days(row: Released, language: Language) -> Entry:
    reading = row.names.reading(language)
    tag = HTML_TAGS[reading.language if reading else language]
    entry = _entry(row, str(row.uuid), row.names.text(language), tag)
    last = str(row.fields.get("end") or row.fields["start"])
    last = last if len(last) == 10 else str(row.fields["start"])
    entry.add("dtstart", datetime.date.fromisoformat(row.fields["start"]))
    entry.add("dtend", datetime.date.fromisoformat(last) + datetime.timedelta(days=1))
    entry.add("location", said(row.fields.get("place"), language))
    entry.add("description", said(row.fields.get("summary"), language))
    return entry
