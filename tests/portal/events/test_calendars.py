"""Calendars: what another program reads from our files are the same instants and the right words."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from tests.portal.events.conftest import make_forum, text

from amur.portal.events.models import Event

UTC = datetime.UTC


def read(address: str) -> Calendar:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def entries(calendar: Calendar) -> list[Any]:
    return list(calendar.walk("VEVENT"))


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Vladivostok", 23), ("Asia/Shanghai", 1), ("Asia/Ulaanbaatar", 1)]
)
def test_a_session_has_the_instant_of_its_own_zone(zone: str, hour: int, cast: Any) -> None:
    make_forum(cast.ours, zone)
    calendar = read("/en/events/forum-of-2027/event.ics")
    opening, counting = entries(calendar)
    day = 11 if hour == 23 else 12
    begins = opening["dtstart"].dt
    assert begins.astimezone(UTC) == datetime.datetime(2027, 5, day, hour, 0, tzinfo=UTC)
    assert opening["dtstart"].params["TZID"] == zone
    assert counting["dtend"].dt - counting["dtstart"].dt == datetime.timedelta(hours=2)


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Vladivostok", 10), ("Asia/Shanghai", 8), ("Asia/Ulaanbaatar", 8)]
)
def test_a_program_that_knows_no_zones_finds_their_rules_in_the_file(
    zone: str, offset: int, cast: Any
) -> None:
    make_forum(cast.ours, zone)
    (rules,) = read("/en/events/forum-of-2027/event.ics").walk("VTIMEZONE")
    assert rules["tzid"] == zone
    moment = datetime.datetime(2027, 5, 12, 9, 0, tzinfo=rules.to_tz(lookup_tzid=False))
    assert moment.utcoffset() == datetime.timedelta(hours=offset)


def test_one_calendar_holds_events_of_several_zones(cast: Any) -> None:
    make_forum(cast.ours, "Asia/Vladivostok")
    make_forum(cast.theirs, "Asia/Tokyo", key="other", names=text(en="Other forum"))
    calendar = read("/en/events/events.ics")
    assert {str(one["tzid"]) for one in calendar.walk("VTIMEZONE")} == {"Asia/Vladivostok", "Asia/Tokyo"}
    assert len(entries(calendar)) == 4
    assert len({str(one["uid"]) for one in entries(calendar)}) == 4


@pytest.mark.parametrize(
    ("address", "summary", "language"),
    [
        ("/en/events/forum-of-2027/event.ics", "Forum of 2027: Opening", "en"),
        ("/ru/events/forum-2027-goda/event.ics", "Форум 2027 года: Открытие", "ru"),
        ("/mn/events/forum-2027-goda/event.ics", "Форум 2027 года: Открытие", "ru"),
    ],
)
def test_the_words_are_those_of_the_address_and_say_which_language_they_are_in(
    address: str, summary: str, language: str, forum: Event
) -> None:
    opening = entries(read(address))[0]
    assert str(opening["summary"]) == summary
    assert opening["summary"].params["LANGUAGE"] == language
    assert str(opening["url"]).startswith("http://testserver/")


def test_a_series_is_one_calendar_and_the_talks_are_in_the_description(forum: Event) -> None:
    counting = entries(read("/en/events/series/river-forum/series.ics"))[1]
    assert "Speaker One, institute: 相机监测的新结果" in str(counting["description"])
    assert str(counting["location"]) == "Hall 2, House on the hill, Vladivostok"


def test_an_event_without_programme_is_whole_days_and_one_without_a_day_is_left_out(cast: Any) -> None:
    common = {"office": cast.ours, "type": "forum", "confidence": "high"}
    Event.objects.create(key="a", names=text(en="Days"), start="2020-02-28", end="2020-02-29", **common)
    Event.objects.create(key="b", names=text(en="Month"), start="2020-03", **common)
    (only,) = entries(read("/en/events/events.ics"))
    assert only["dtstart"].dt == datetime.date(2020, 2, 28)
    assert only["dtend"].dt == datetime.date(2020, 3, 1)


def test_a_cancelled_event_tells_the_calendars_that_hold_it(forum: Event) -> None:
    before = entries(read("/en/events/forum-of-2027/event.ics"))[0]
    forum.state, forum.sequence = "cancelled", 3
    forum.save()
    after = entries(read("/en/events/forum-of-2027/event.ics"))[0]
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")
    assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"]
    assert (
        read("/en/events/forum-of-2027/event.ics").to_ical()
        == read("/en/events/forum-of-2027/event.ics").to_ical()
    )
