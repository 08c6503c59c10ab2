"""A forum of our office in two days with a programme, made for one test."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from amur.portal.events.models import Commitment, Event, Series, Session, Talk
from amur.portal.languages.codes import as_language
from amur.portal.languages.text import MultilingualText


def text(**texts: str) -> MultilingualText:
    """A text in several languages; `zh` is Chinese."""
    first = "en" if "en" in texts else next(iter(texts))
    return MultilingualText.of("zh-hans" if first == "zh" else as_language(first), **texts)


def make_forum(office: Any, zone: str = "Asia/Vladivostok", **more: Any) -> Event:
    """An event with two sessions, the second with two talks and interpretation."""
    series = Series.objects.create(
        key=f"series-of-{office.key}",
        office=office,
        names=text(en="River forum", ru="Речной форум"),
        is_published=True,
    )
    given: dict[str, Any] = {
        "key": "forum",
        "type": "forum",
        "series": series,
        "names": text(en="Forum of 2027", ru="Форум 2027 года", zh="2027年论坛"),
        "summary": text(en="Three countries meet."),
        "start": "2027-05-12",
        "end": "2027-05-13",
        "time_zone": zone,
        "place": text(en="Vladivostok", ru="Владивосток"),
        "venue": text(en="House on the hill"),
        "languages": ["ru", "zh-hans", "mn", "en"],
        "state": "confirmed",
        "capacity": 2,
        "confidence": "high",
    }
    event: Event = Event.objects.create(office=office, **{**given, **more})
    Session.objects.create(
        event=event,
        names=text(en="Opening", ru="Открытие"),
        day=datetime.date(2027, 5, 12),
        begins=datetime.time(9, 0),
        ends=datetime.time(10, 30),
        floor_language="ru",
    )
    session = Session.objects.create(
        event=event,
        names=text(en="Counting together", zh="共同监测"),
        day=datetime.date(2027, 5, 13),
        begins=datetime.time(14, 0),
        ends=datetime.time(16, 0),
        room="Hall 2",
        floor_language="zh-hans",
        channels=[
            {"from": "zh-hans", "to": "ru", "mode": "simultaneous", "where": "channel 2", "link": ""},
            {"from": "zh-hans", "to": "mn", "mode": "consecutive", "where": "", "link": ""},
        ],
    )
    Talk.objects.create(
        session=session,
        sort_order=1,
        names=text(zh="相机监测的新结果"),
        speakers=["Speaker One, institute"],
        language="zh-hans",
        abstract=text(zh="摘要", en="An abstract"),
    )
    Talk.objects.create(session=session, sort_order=0, names=text(ru="Первый доклад"), language="ru")
    return event


@pytest.fixture
def forum(cast: Any) -> Event:
    return make_forum(cast.ours)


@pytest.fixture
def commitment(forum: Event, cast: Any) -> Commitment:
    return Commitment.objects.create(
        key="shared-format",
        office=cast.ours,
        event=forum,
        text=text(en="Exchange counts in one format"),
        responsible=cast.theirs,
        due=datetime.date(2027, 12, 1),
        is_published=True,
    )
