"""Visits are counted without a cookie and without a name, and only those that may be."""

import datetime
import os
import time
from pathlib import Path

import pytest
from tests.portal.visitors.visiting import FIREFOX, PHONE, PUBLIC, Site

from amur.portal.visitors.counting import MOST_HOSTS, OTHER_HOSTS
from amur.portal.visitors.memory import DayMemory, mark, visitor


def test_views_readers_and_visits_are_counted_by_page_language_source_and_device() -> None:
    site = Site()
    site.visit("/ru/news/", HTTP_REFERER="https://www.example.org/search?q=me")
    site.visit("/ru/news/")
    site.visit("/en/")
    site.visit("/en/", REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT=PHONE)
    assert site.counted() == [
        ("/en/", "en", "", "computer", 1, 1, 0),
        ("/en/", "en", "", "phone", 1, 1, 1),
        ("/ru/news/", "ru", "", "computer", 1, 0, 0),
        ("/ru/news/", "ru", "example.org", "computer", 1, 1, 1),
    ]
    assert site.counted() == []


def test_the_word_that_a_page_has_not_changed_is_a_view_too() -> None:
    site = Site()
    site.status = "304 Not Modified"
    site.visit()
    assert site.views() == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"HTTP_DNT": "1"},
        {"HTTP_SEC_GPC": "1"},
        {"HTTP_ACCEPT_LANGUAGE": ""},
        {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"HTTP_USER_AGENT": "curl/8.5"},
        {"HTTP_USER_AGENT": ""},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_PURPOSE": "prefetch"},
        {"HTTP_SEC_FETCH_DEST": "iframe"},
        {"HTTP_COOKIE": "a=b; session=abc"},
        {"HTTP_COOKIE": "__Host-session=abc"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"path": "/api/v1/areas"},
        {"path": "/sitemap/"},
    ],
    ids=str,
)
def test_people_of_the_offices_programs_and_those_who_object_are_not_counted(asked: dict[str, str]) -> None:
    site = Site()
    site.visit(**asked)  # type: ignore[arg-type]
    assert site.views() == 0


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("404 Not Found", PUBLIC),
        ("200 OK", [PUBLIC[0], ("Cache-Control", "private, no-store")]),
        ("200 OK", [PUBLIC[0]]),
        ("200 OK", [("Content-Type", "application/json"), PUBLIC[1]]),
        ("302 Found", PUBLIC),
    ],
)
def test_only_public_pages_count(status: str, headers: list[tuple[str, str]]) -> None:
    site = Site()
    site.status, site.headers = status, headers
    site.visit()
    assert (site.views(), site.called) == (0, 0)


def test_a_visitor_is_a_network_and_a_kind_of_browser_no_finer() -> None:
    site = Site()
    site.visit(REMOTE_ADDR="192.0.2.1")
    site.visit(REMOTE_ADDR="192.0.2.99", HTTP_USER_AGENT=FIREFOX.replace("140", "150"))
    site.visit(REMOTE_ADDR="2001:db8:7:1::1")
    site.visit(REMOTE_ADDR="2001:db8:7:ffff::9")
    assert site.counted() == [("/en/", "en", "", "computer", 4, 2, 2)]


def test_the_address_behind_a_proxy_is_believed_only_when_a_proxy_is_expected() -> None:
    for proxies, visits in ((0, 1), (1, 2)):
        site = Site(proxies=proxies)
        for one in ("198.51.100.1", "203.0.113.1"):
            site.visit(HTTP_X_FORWARDED_FOR=f"10.0.0.1, {one}", REMOTE_ADDR="127.0.0.1")
        assert site.counted() == [("/en/", "en", "", "computer", 2, visits, visits)]


def test_at_midnight_of_the_site_everybody_is_new_and_nothing_of_yesterday_is_left() -> None:
    site = Site()
    site.visit()
    before = site.memory.salt(site.now.date().toordinal())
    site.now = datetime.datetime(2026, 11, 20, 13, 59, 59, tzinfo=datetime.UTC)
    site.visit()
    site.now += datetime.timedelta(seconds=1)
    site.visit()
    pages, _searches = site.counter.take()
    assert {(row.day.day, row.hour, *counts) for row, counts in pages.items()} == {
        (20, 12, 1, 1, 1),
        (20, 23, 1, 0, 0),
        (21, 0, 1, 1, 1),
    }
    after = site.memory.salt(site.now.date().toordinal() + 1)
    assert before != after
    assert bytes(site.memory._map).count(before) == 0


def test_a_day_ends_also_when_nobody_comes() -> None:
    site = Site()
    site.visit()
    known = bytes(site.memory._map)
    site.now += datetime.timedelta(days=1)
    site.counter.take()
    assert not any(site.memory._words[at] for at in range(512, len(site.memory._words))), (
        "the marks of yesterday are still there"
    )
    assert bytes(site.memory._map)[:64] != known[:64]


def test_workers_forked_from_one_process_share_salt_and_marks() -> None:
    memory = DayMemory(slots=1 << 10)
    site = Site(memory)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        site.visit()
        os.write(write, memory.salt(site.now.date().toordinal()))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 64) == memory.salt(site.now.date().toordinal())
    site.visit()
    assert site.counted() == [("/en/", "en", "", "computer", 1, 0, 0)]


def test_a_worker_that_dies_while_it_makes_a_salt_does_not_stop_the_others() -> None:
    memory = DayMemory(slots=1 << 10)
    child = os.fork()
    if child == 0:
        lock = memory._alone()
        lock.__enter__()
        os._exit(9)
    os.waitpid(child, 0)
    begun = time.monotonic()
    assert len(memory.salt(1)) == 32
    assert time.monotonic() - begun < 60


def test_the_salt_is_in_no_file_and_in_no_environment() -> None:
    memory = DayMemory(slots=1 << 10)
    salt = memory.salt(7)
    for file in ("environ", "cmdline"):
        assert salt not in Path(f"/proc/self/{file}").read_bytes()
    with os.fdopen(os.dup(memory._file), "rb") as lock:
        assert lock.read() == b""


def test_a_full_table_counts_too_few_rather_than_too_many() -> None:
    memory = DayMemory(slots=16)
    salt = memory.salt(1)
    firsts = [memory.is_first(mark(salt, visitor(salt, "s", f"10.0.{n}.1", "x"), "p")) for n in range(100)]
    assert sum(firsts) == 16


def test_made_up_referrers_cannot_fill_the_table() -> None:
    site = Site()
    for at in range(MOST_HOSTS + 50):
        site.visit(HTTP_REFERER=f"https://h{at}.example/")
    rows = site.counted()
    assert len(rows) == MOST_HOSTS + 1
    assert next(row for row in rows if row[2] == OTHER_HOSTS)[4] == 50


@pytest.mark.parametrize(
    "referrer",
    [
        "https://amur.example/en/",
        "https://user:pass@",
        "javascript:alert(1)",
        "https://x y/",
        "https://[::1]/",
    ],
)
def test_own_pages_and_nonsense_are_no_referrer(referrer: str) -> None:
    site = Site()
    site.visit(HTTP_REFERER=referrer)
    assert [row[2] for row in site.counted()] == [""]


def test_a_path_is_kept_without_query_as_text() -> None:
    site = Site()
    site.visit("/ru/новости/".encode().decode("latin-1"))
    assert [row[0] for row in site.counted()] == ["/ru/новости/"]


def test_a_page_is_served_also_when_counting_fails(caplog: pytest.LogCaptureFixture) -> None:
    site = Site()
    site.counter.page = lambda environ: 1 / 0  # type: ignore[method-assign, assignment]
    site.visit()
    assert "was not counted" in caplog.text
