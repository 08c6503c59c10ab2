"""The editors' report: readable, complete, and silent about fewer than five people."""

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from amur.portal.audit.models import AuditEntry
from amur.portal.visitors import chart, queries
from amur.portal.visitors.models import PageCount, SearchCount
from amur.portal.visitors.suppression import Cell

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 20)
OCTOBER, NOVEMBER = datetime.date(2026, 10, 1), datetime.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "local_today", lambda: TODAY)


def count(day: datetime.date, path: str, people: int, **more: Any) -> None:
    given = {"hour": 9, "device": "phone", "referrer": "", "views": people, "visits": people, **more}
    PageCount.objects.create(day=day, language=path.split("/")[1], path=path, readers=people, **given)


def test_a_month_is_told_by_page_language_source_device_hour_and_day() -> None:
    count(OCTOBER, "/ru/", 20, views=30, referrer="example.org")
    count(OCTOBER, "/en/", 6, device="computer", hour=22)
    found = queries.report(OCTOBER, OCTOBER)
    assert found.total == Cell(26, 36)
    assert found.languages == {"en": Cell(6, 6), "ru": Cell(20, 30)}
    assert found.tables["path"].lines == {"/ru/": Cell(20, 30), "/en/": Cell(6, 6)}
    assert found.tables["referrer"].lines == {"example.org": Cell(20, 30), "": Cell(6, 6)}
    assert found.tables["device"].lines == {"phone": Cell(20, 30), "computer": Cell(6, 6)}
    assert found.tables["hour"].lines == {"09": Cell(20, 30), "22": Cell(6, 6)}
    assert found.tables["day"].lines == {"2026-10-01": Cell(26, 36)}
    assert not found.is_running


def test_a_language_with_fewer_than_five_visits_is_not_there_at_all() -> None:
    count(OCTOBER, "/ru/", 20)
    count(OCTOBER, "/mn/", 4, views=400)
    found = queries.report(OCTOBER, OCTOBER)
    assert set(found.languages) == {"ru"}
    assert found.total == Cell(20, 20)
    assert all(table.total == Cell(20, 20) for table in found.tables.values())


def test_one_language_cannot_be_subtracted_from_all() -> None:
    # Four came to the English pages from a.example: neither the whole nor any difference says so.
    count(OCTOBER, "/ru/", 20, referrer="a.example")
    count(OCTOBER, "/en/", 4, referrer="a.example")
    count(OCTOBER, "/en/x/", 9, referrer="b.example")
    whole = queries.report(OCTOBER, OCTOBER).tables["referrer"]
    russian = queries.report(OCTOBER, OCTOBER, "ru").tables["referrer"]
    assert whole.lines["a.example"] == russian.lines["a.example"] == Cell(20, 20)
    assert whole.others == Cell(13, 13)


def test_a_longer_period_shows_no_more_than_its_months() -> None:
    september = datetime.date(2026, 9, 1)
    for month in (september, OCTOBER):
        count(month, "/ru/rare/", 4)
        count(month, "/ru/", 20)
        count(month, "/ru/news/", 9)
    found = queries.report(september, OCTOBER).tables["path"]
    assert found.lines == {"/ru/": Cell(40, 40)}
    assert found.total == Cell(66, 66)


def test_the_running_month_moves_in_fives() -> None:
    count(NOVEMBER, "/ru/", 13, views=24)
    found = queries.report(OCTOBER, TODAY)
    assert found.is_running
    assert found.total == Cell(10, 20)
    assert found.tables["path"].lines == {"/ru/": Cell(10, 20)}


def test_words_are_told_from_five_visitors_on() -> None:
    for words, searches, unanswered in (("тигр", 7, 0), ("хорёк", 8, 8), ("рысь", 9, 4), ("anna", 4, 4)):
        SearchCount.objects.create(
            day=OCTOBER, language="ru", words=words, searches=searches, unanswered=unanswered
        )
    SearchCount.objects.create(day=NOVEMBER, language="ru", words="тигр", searches=9)
    found = queries.report(OCTOBER, NOVEMBER)
    assert found.searches == {"тигр": 12, "рысь": 9, "хорёк": 8}
    assert found.unanswered == {"хорёк": 5}


def test_the_months_go_from_the_first_count_to_now() -> None:
    count(datetime.date(2026, 9, 30), "/ru/", 1)
    assert queries.months() == [NOVEMBER, OCTOBER, datetime.date(2026, 9, 1)]


def test_the_page_and_its_csv_say_the_same(cast: Any, records: Any, log_in: Callable[[Any], Client]) -> None:
    count(OCTOBER, "/ru/", 20, views=31)
    count(OCTOBER, "/ru/secret-of-few/", 2)
    count(OCTOBER, "/ru/<b>/", 7)
    SearchCount.objects.create(day=OCTOBER, language="ru", words="=1+1", searches=6, unanswered=6)
    client = log_in(cast.editor)
    asked = "?first=2026-10&last=2026-10"
    page = client.get(f"/admin/visitors/{asked}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Home ru" in text and "secret-of-few" not in text and "<b>" not in text.split("<main")[1]
    file = client.get(f"/admin/visitors/{asked}&format=csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert ["path", "/ru/", "readers", "20", "31"] in rows
    assert ["path", "(others together)", "readers", "9", "9"] in rows
    assert ["search without result", "'=1+1", "searches", "5", ""] in rows
    assert AuditEntry.objects.filter(action="visitors.report.export").count() == 1


@pytest.mark.parametrize("asked", ["first=2026-11&last=2026-10", "first=x", "last=1999-01", "language=fr"])
def test_a_wrong_period_is_told(cast: Any, log_in: Callable[[Any], Client], asked: str) -> None:
    count(OCTOBER, "/ru/", 20)
    answer = log_in(cast.editor).get(f"/admin/visitors/?{asked}")
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


def test_a_report_without_any_visit_says_so(cast: Any, log_in: Callable[[Any], Client]) -> None:
    assert "There is nothing to show" in log_in(cast.editor).get("/admin/visitors/").content.decode()


def test_the_menu_shows_the_report_to_those_who_may_read_it(
    cast: Any, log_in: Callable[[Any], Client]
) -> None:
    assert "/admin/visitors/" in log_in(cast.editor).get("/admin/").content.decode()
    assert "/admin/visitors/" not in log_in(cast.data_manager).get("/admin/").content.decode()


def test_a_chart_escapes_its_names() -> None:
    drawn = chart.bars([("<a&b>", 3), ("x", 0)], "en", 'a "title"')
    assert "<a&b>" not in drawn and "&lt;a&amp;b&gt;: 3" in drawn
    with pytest.raises(ValueError, match="at least one"):
        chart.bars([], "en", "nothing")
