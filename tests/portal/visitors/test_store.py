"""Counts reach the database as sums, nothing is lost on the way, and what is old goes."""

import datetime

import pytest
from django.db import DatabaseError, connection
from tests.portal.visitors.visiting import FIREFOX, Site

from amur.portal.audit.models import AuditEntry
from amur.portal.visitors import store
from amur.portal.visitors.actions import normalised, prune, searched
from amur.portal.visitors.counting import Row, SearchRow, asked
from amur.portal.visitors.models import PageCount, SearchCount
from amur.portal.visitors.store import Writer, save

DAY = datetime.date(2026, 11, 20)
ROW = Row(DAY, 12, "en", "/en/", "", "phone")
PERSON = {"HTTP_USER_AGENT": FIREFOX, "HTTP_ACCEPT_LANGUAGE": "mn", "HTTP_HOST": "a"}
pytestmark = pytest.mark.django_db


def test_two_writings_are_added_up() -> None:
    save({ROW: [3, 2, 1]}, {SearchRow(DAY, "ru", "тигр"): [2, 1]})
    save({ROW: [1, 1, 0], ROW._replace(hour=13): [1, 1, 1]}, {SearchRow(DAY, "ru", "тигр"): [1, 0]})
    assert list(PageCount.objects.order_by("hour").values_list("hour", "views", "readers", "visits")) == [
        (12, 4, 3, 1),
        (13, 1, 1, 1),
    ]
    assert SearchCount.objects.values_list("words", "searches", "unanswered").get() == ("тигр", 3, 1)


def test_what_cannot_be_written_waits_for_the_next_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site()
    writer = Writer(site.counter)
    site.visit()

    def full(*_: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(store, "close_old_connections", lambda: None)
    with monkeypatch.context() as broken:
        broken.setattr(store, "save", full)
        writer.write()
    assert "kept for the next time" in caplog.text
    site.visit()
    writer.write()
    assert PageCount.objects.values_list("views", "readers", "visits").get() == (2, 1, 1)


def test_one_writing_is_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DatabaseError):
        save({ROW: [1, 1, 1]}, {SearchRow(DAY, "en", "x"): [None, 0]})  # type: ignore[list-item]
    assert not PageCount.objects.exists()


def test_the_row_holds_no_address_no_browser_and_no_query() -> None:
    site = Site()
    site.visit("/en/areas/", HTTP_REFERER="https://example.org/people/anna?q=secret", HTTP_X_NAME="anna")
    save(*site.counter.take())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM visitors_pagecount")
        stored = str(cursor.fetchall())
    for secret in ("192.0.2", "Firefox", "firefox", "anna", "secret", "amur.example"):
        assert secret not in stored


def test_counts_are_kept_for_25_months_and_the_removal_is_in_the_log() -> None:
    old, young = datetime.date(2024, 10, 31), datetime.date(2024, 11, 1)
    save({ROW._replace(day=day): [9, 9, 9] for day in (old, young)}, {SearchRow(old, "en", "crane"): [9, 0]})
    assert prune(DAY) == 2
    assert PageCount.objects.get().day == young
    entry = AuditEntry.objects.get(action="visitors.prune")
    assert entry.changes == {"pages": 1, "searches": 1, "rare": 0}
    assert prune(DAY) == 0


def test_words_that_few_searched_for_are_forgotten_when_the_month_is_over() -> None:
    last, this = datetime.date(2026, 10, 3), datetime.date(2026, 11, 3)
    save(
        {},
        {
            SearchRow(last, "en", "ivan petrov"): [4, 4],
            SearchRow(last, "en", "tiger"): [3, 0],
            SearchRow(last.replace(day=9), "en", "tiger"): [2, 0],
            SearchRow(this, "en", "crane"): [1, 0],
        },
    )
    assert prune(DAY) == 1
    assert set(SearchCount.objects.values_list("words", flat=True)) == {"tiger", "crane"}


def test_a_search_is_counted_once_a_day_for_each_visitor() -> None:
    site = Site()
    for address in ("192.0.2.1", "192.0.2.2", "198.51.100.1"):
        token = asked.set((site.counter, PERSON | {"REMOTE_ADDR": address}))
        searched("mn", "  БАР ", 0, signal=None)
        searched("mn", "бар", 0)
        asked.reset(token)
    _pages, searches = site.counter.take()
    assert [(row.words, row.language, *counts) for row, counts in searches.items()] == [("бар", "mn", 2, 2)]


def test_a_search_outside_a_visitors_request_is_not_counted() -> None:
    searched("en", "tiger", 3)
    site = Site()
    token = asked.set((site.counter, PERSON | {"HTTP_SEC_GPC": "1"}))
    searched("en", "tiger", 3)
    asked.reset(token)
    assert site.counter.take()[1] == {}


@pytest.mark.parametrize("words", ["", "  ", "a@b", "+7 (914) 555-12-34", "1234567890", "a\x00b"])
def test_what_may_be_somebodys_address_is_never_kept(words: str) -> None:
    assert normalised(words) == ""
