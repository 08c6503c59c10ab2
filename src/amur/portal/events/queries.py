"""Questions to the released events and commitments."""

import datetime
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import about, released


@dataclass(frozen=True, slots=True)
class Slot:
    """A released session with its two moments; `fields` is what the page shows."""

    fields: Mapping[str, Any]
    begins: datetime.datetime
    ends: datetime.datetime

    @property
    def offset(self) -> str:
        """The offset from UTC at this moment, such as UTC+10."""
        return offset(self.begins)


def offset(moment: datetime.datetime) -> str:
    """How far a zone is from UTC at a moment.

    >>> offset(datetime.datetime(2027, 5, 12, 9, tzinfo=zoneinfo.ZoneInfo("Asia/Vladivostok")))
    'UTC+10'
    >>> offset(datetime.datetime(2027, 5, 12, 9, tzinfo=zoneinfo.ZoneInfo("Asia/Kolkata")))
    'UTC+5:30'
    """
    minutes = int((moment.utcoffset() or datetime.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def slots(event: Released) -> list[Slot]:
    """The sessions of an event in the order of time; none when its zone is not known."""
    zone = event.fields.get("time_zone")
    if not zone:
        return []
    return [_slot(one, zoneinfo.ZoneInfo(zone)) for one in event.fields.get("sessions") or ()]


def _slot(session: Mapping[str, Any], zone: zoneinfo.ZoneInfo) -> Slot:
    day = datetime.date.fromisoformat(session["day"])
    return Slot(
        session,
        *(
            datetime.datetime.combine(day, datetime.time.fromisoformat(session[name]), zone)
            for name in ("begins", "ends")
        ),
    )


@remembered
def all_events() -> list[Released]:
    """All released events, the latest first."""
    return sorted(released("event"), key=lambda row: row.sort, reverse=True)


@remembered
def all_commitments() -> list[Released]:
    """All released commitments by the day they are due."""
    return sorted(released("commitment"), key=lambda row: row.sort)


def commitments_of(event: Released) -> list[Released]:
    """What was agreed at an event."""
    return sorted(about("commitment", f"event:{event.key}"), key=lambda row: row.sort)


def open_commitments() -> list[Released]:
    """Commitments that are neither done nor withdrawn; later modules follow them by `uuid`."""
    return [row for row in all_commitments() if row.fields["state"] in {"open", "late"}]


def is_over(event: Released, today: datetime.date) -> bool:
    """Whether the last known day, month or year of an event has passed."""
    last = str(event.fields.get("end") or event.fields["start"])
    return last < today.isoformat()[: len(last)]


def is_overdue(commitment: Released, today: datetime.date) -> bool:
    """Whether a commitment is late: said so, or still open after its day."""
    due, state = commitment.fields.get("due"), commitment.fields["state"]
    return state == "late" or (state == "open" and bool(due) and str(due) < today.isoformat())


def years(events: Iterable[Released]) -> list[str]:
    """The years of events, the latest first."""
    return sorted({str(row.fields["start"])[:4] for row in events}, reverse=True)
