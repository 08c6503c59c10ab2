"""The forum of the demonstration: a series, two events with their programmes, what was agreed."""

import datetime
import json
from typing import Any

from amur.portal.demo.content_files import CONTENT
from amur.portal.events.models import Commitment, Event, Series, Session, Talk
from amur.portal.languages.text import MultilingualText
from amur.portal.library.models import Publication
from amur.portal.offices.models import Office


def load_forum() -> None:
    """Make what is not there yet; what exists is left as editors made it."""
    content = json.loads((CONTENT / "forum.json").read_text(encoding="utf-8"))
    offices = {office.key: office for office in Office.objects.all()}
    row = content["series"]
    series, _made = Series.objects.get_or_create(
        key=row["key"],
        defaults={
            "office": offices[row["office"]],
            "names": _text(row["names"]),
            "summary": _text(row["summary"]),
            "is_published": True,
        },
    )
    for row in content["events"]:
        event, made = Event.objects.get_or_create(
            key=row["key"], defaults=_event(row, series, offices[row["office"]])
        )
        if made:
            for session in row["sessions"]:
                _make_session(event, session)
    for row in content["commitments"]:
        Commitment.objects.get_or_create(key=row["key"], defaults=_commitment(row, offices))


def _text(value: Any) -> MultilingualText:
    return MultilingualText.from_json(value)


def _day(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _event(row: dict[str, Any], series: Series, office: Office) -> dict[str, Any]:
    same = ("type", "start", "end", "state", "time_zone", "capacity", "languages", "countries")
    return {
        **{name: row[name] for name in same},
        "office": office,
        "series": series,
        "names": _text(row["names"]),
        "summary": _text(row["summary"]),
        "place": _text(row["place"]),
        "venue": _text(row["venue"]),
        "registration_until": _day(row["registration_until"]),
        "module_key": row["module"],
        "species_keys": row["species"],
        "area_keys": row["areas"],
        "proceedings": Publication.objects.filter(key=row["proceedings"] or "").first(),
        "confidence": "own-knowledge",
    }


def _make_session(event: Event, row: dict[str, Any]) -> None:
    session = Session.objects.create(
        event=event,
        names=_text(row["names"]),
        day=_day(row["day"]),
        begins=datetime.time.fromisoformat(row["begins"]),
        ends=datetime.time.fromisoformat(row["ends"]),
        room=row["room"],
        floor_language=row["floor"],
        channels=[
            {"from": source, "to": target, "mode": mode, "where": where, "link": ""}
            for source, target, mode, where in row["channels"]
        ],
    )
    for number, talk in enumerate(row["talks"]):
        Talk.objects.create(
            session=session,
            sort_order=number,
            names=_text(talk["names"]),
            speakers=talk["speakers"],
            language=talk["language"],
            abstract=_text(talk["abstract"]),
        )


def _commitment(row: dict[str, Any], offices: dict[str, Office]) -> dict[str, Any]:
    return {
        "office": offices[row["office"]],
        "event": Event.objects.get(key=row["event"]),
        "kind": row["kind"],
        "text": _text(row["text"]),
        "responsible": offices[row["responsible"]] if row["responsible"] else None,
        "body": _text(row["body"]),
        "due": _day(row["due"]),
        "state": row["state"],
        "progress": _text(row["progress"]),
        "is_published": True,
    }
