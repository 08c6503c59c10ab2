"""What visitors and machines read of events, on the demonstration content."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amur.portal.events import queries
from amur.portal.events.models import Commitment, Event
from amur.portal.languages.codes import LANGUAGES
from amur.portal.release.models import Released
from amur.portal.release.queries import slug_in


@pytest.fixture
def visitor(demo: None, db: None) -> Client:
    return Client()


def event(key: str) -> Released:
    return Released.objects.get(kind="event", key=key)


def read(visitor: Client, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def page_of(visitor: Client, key: str, language: str = "en") -> str:
    return read(visitor, f"/{language}/events/{slug_in(event(key), language)}/")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_the_same_for_all_and_asks_little_of_the_database(
    visitor: Client, language: Any
) -> None:
    series = Released.objects.get(kind="event-series")
    addresses = [
        f"/{language}/events/",
        f"/{language}/events/commitments/",
        f"/{language}/events/series/{slug_in(series, language)}/",
        f"/{language}/events/{slug_in(event('three-shores-2026'), language)}/",
        f"/{language}/events/{slug_in(event('three-shores-2028'), language)}/",
        f"/{language}/events/events.ics",
    ]
    for address in addresses:
        visitor.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            answer = visitor.get(address)
        assert answer.status_code == 200 and not answer.cookies, address
        assert answer.headers["Cache-Control"].startswith("public"), address
        assert len(found) <= 8, (address, [one["sql"][:120] for one in found])


def test_the_programme_tells_times_zone_floor_and_interpretation(visitor: Client) -> None:
    page = page_of(visitor, "three-shores-2026")
    assert "Asia/Shanghai, UTC+8" in page
    assert 'datetime="2026-09-22T09:30:00+08:00"' in page
    assert page.count('class="agenda"') == 2, "one list for each of the two days"
    assert "Floor language:" in page and "consecutive" in page and "whispered" in page
    assert "UTC+10" in page_of(visitor, "three-shores-2028")


def test_a_talk_is_shown_in_the_language_it_has_with_its_true_name(visitor: Client) -> None:
    page = page_of(visitor, "three-shores-2026", "zh-hans")
    assert "相机网格看得见什么" in page
    assert re.search(r'<h5><span lang="(ru|en)">', page), "a talk without Chinese title is labelled"


def test_the_description_for_machines_holds_the_instants_and_the_sessions(visitor: Client) -> None:
    page = page_of(visitor, "three-shores-2028")
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    thing = json.loads(found)
    assert thing["@type"] == "Event" and thing["eventStatus"].endswith("EventScheduled")
    begins = datetime.datetime.fromisoformat(thing["startDate"])
    assert begins == datetime.datetime(2028, 5, 17, 0, 0, tzinfo=datetime.UTC)
    assert len(thing["subEvent"]) == 3 and thing["location"]["@type"] == "Place"
    assert thing["inLanguage"] == ["en", "ru", "zh-Hans", "mn"]


def test_an_event_of_the_past_keeps_its_place_on_the_timeline_and_has_a_page(visitor: Client) -> None:
    timeline = read(visitor, "/en/timeline/")
    assert "Red deer and sika deer released in Wangqing" in timeline
    address = f"/en/events/{slug_in(event('prey-2012'), 'en')}/"
    assert address in timeline
    page = read(visitor, address)
    assert "29 July 2012" in page and 'id="programme"' not in page


def test_relations_lead_both_ways(visitor: Client) -> None:
    page = page_of(visitor, "three-shores-2026")
    species, area = (Released.objects.get(key=key) for key in ("amur-tiger", "ru-land-of-leopard"))
    own = f"/en/events/{slug_in(event('three-shores-2026'), 'en')}/"
    for row, path in ((species, "species"), (area, "areas")):
        address = f"/en/{path}/{slug_in(row, 'en')}/"
        assert address in page
        assert own in read(visitor, address)
    publication = re.search(r'href="(/en/library/[^"]+)"', page.split("Publications on the subject", 1)[1])
    assert publication is not None
    item = re.search(r'href="(/en/[^"]+)"', page.split("On the same subject", 1)[1])
    assert item is not None
    assert "Events on the subject" in read(visitor, item[1])


def test_registration_is_offered_while_it_is_open_and_never_for_the_past(visitor: Client) -> None:
    assert "/en/events/register/three-shores-2028/" in page_of(visitor, "three-shores-2028")
    assert "register" not in page_of(visitor, "three-shores-2026").split('<main id="content"')[1].lower()
    assert visitor.get("/en/events/register/three-shores-2026/").status_code == 404


def test_commitments_are_followed_by_event_office_and_state(visitor: Client) -> None:
    assert [row.key for row in queries.commitments(event="three-shores-2026", kind="decision")] == [
        "three-shores-2026-next"
    ]
    assert [row.key for row in queries.commitments(responsible="dadal")] == ["three-shores-2026-training"]
    assert {row.key for row in queries.open_commitments()} == {
        "three-shores-2026-format",
        "three-shores-2026-cameras",
    }
    late = queries.open_commitments("changchun")[0]
    assert queries.is_overdue(late, datetime.date(2026, 11, 2))
    assert not queries.is_overdue(late, datetime.date(2026, 11, 1))


def test_the_list_of_commitments_is_narrowed_and_marks_what_is_overdue(visitor: Client) -> None:
    everything = read(visitor, "/en/events/commitments/")
    overdue = read(visitor, "/en/events/commitments/?state=overdue")
    done = read(visitor, "/en/events/commitments/?state=done")
    assert everything.count('id="commitment-') == 4
    assert "three-shores-2026-cameras" in overdue and "three-shores-2026-training" not in overdue
    assert done.count('id="commitment-') == 1
    assert read(visitor, "/en/events/commitments/?state=<b>&office=none").count('id="commitment-') == 0


def test_past_events_are_narrowed_by_year(visitor: Client) -> None:
    page = read(visitor, "/en/events/?year=2012").split("<h2>Past</h2>", 1)[1]
    assert "Wangqing" in page and "Harbin" not in page


def test_events_stand_in_the_map_of_the_site(visitor: Client) -> None:
    sitemap = read(visitor, "/sitemap.xml")
    assert f"/ru/events/{slug_in(event('three-shores-2028'), 'ru')}/" in sitemap
    assert "/en/events/series/" in sitemap and "/mn/events/" in sitemap
    assert "ticket" not in sitemap and "register" not in sitemap


def test_an_old_name_leads_to_the_new_address_and_a_hidden_event_does_not_exist(visitor: Client) -> None:
    row = Event.objects.get(key="forum-2018")
    old = slug_in(event("forum-2018"), "en")
    row.names = row.names.revised(type(row.names).of("en", en="Renamed forum"))
    row.save()
    assert visitor.get(f"/en/events/{old}/").headers["Location"] == "/en/events/renamed-forum/"
    row.is_published = False
    row.save()
    assert visitor.get("/en/events/renamed-forum/").status_code == 404
    assert visitor.get("/en/events/renamed-forum/event.ics").status_code == 404


def test_loading_again_makes_no_doubles(visitor: Client) -> None:
    from amur.portal.demo.forum import load_forum

    before = (Event.objects.count(), Commitment.objects.count())
    load_forum()
    assert (Event.objects.count(), Commitment.objects.count()) == before
