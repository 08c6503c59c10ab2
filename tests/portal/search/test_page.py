"""The page of the search, on the demonstration content."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES
from amur.portal.search.models import Document
from amur.portal.search.signals import searched


@pytest.fixture
def visitor(demo: None, db: None) -> Client:
    return Client()


def ask(visitor: Client, reader: str = "en", **query: str) -> str:
    answer = visitor.get(f"/{reader}/search/?{urlencode(query)}")
    assert answer.status_code == 200
    return answer.content.decode()


def hits(page: str) -> list[str]:
    return re.findall(r'<h2><a href="([^"]+)"', page)


def count(page: str) -> int:
    status = re.search(r'role="status">[^<\d]*(\d+)', page)
    assert status
    return int(status[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_has_one_box_that_works_without_scripts(visitor: Client, language: str) -> None:
    for address in (
        f"/{language}/",
        f"/{language}/areas/",
        f"/{language}/search/?q=x",
        f"/{language}/nothing/",
    ):
        page = visitor.get(address).content.decode()
        assert page.count('id="search-box"') == page.count('for="search-box"') == 1, address
    home = visitor.get(f"/{language}/").content.decode()
    assert f'<form class="search-box" action="/{language}/search/" method="get" role="search">' in home


def test_the_page_is_kept_by_nobody_and_indexed_by_nobody(visitor: Client) -> None:
    answer = visitor.get("/en/search/?q=tiger")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert not answer.cookies
    robots = visitor.get("/robots.txt").content.decode()
    assert all(f"Disallow: /{code}/search/" in robots for code in LANGUAGES)
    assert "/search/" not in visitor.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize("said", ["tiger", "тигр", "老虎", "бар", "Panthera tigris"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tiger_is_found_by_every_name_and_shown_in_the_readers_language(
    visitor: Client, language: str, said: str
) -> None:
    page = ask(visitor, language, q=said, kind="species")
    slug = {
        "en": "amur-tiger",
        "ru": "amurskij-tigr",
        "zh-hans": "%E4%B8%9C%E5%8C%97%E8%99%8E",
        "mn": "amaryn-bar",
    }
    assert hits(page)[0] == f"/{language}/species/{slug[language]}/"
    assert f'lang="{HTML_TAGS[language]}">' in page and "<mark>" in page


def test_every_hit_leads_to_a_page(visitor: Client) -> None:
    for document in Document.objects.all():
        assert set(document.addresses) == set(LANGUAGES)
    seen: set[str] = set()
    for row in Document.objects.order_by("kind", "item").distinct():
        if row.kind in seen:
            continue
        seen.add(row.kind)
        for address in row.addresses.values():
            assert visitor.get(address.partition("#")[0]).status_code == 200, address
    assert seen >= {"area", "species", "fact", "publication", "news", "module", "event", "page"}


def test_an_event_is_found_at_its_own_page(visitor: Client) -> None:
    (address,) = [one for one in hits(ask(visitor, q="ranger competition", kind="event")) if "ranger" in one]
    assert visitor.get(address).status_code == 200


def test_a_text_in_another_language_says_so(visitor: Client) -> None:
    page = ask(visitor, "mn", q="Бикин", kind="area")
    assert re.search(r'<h2><a href="/mn/areas/[^"]+" lang="ru">[^\n]*<mark>Бикин</mark>', page)
    assert '<span class="label language" lang="ru">Русский</span>' in page
    assert '<p class="piece" lang="ru">' in page


def test_a_filter_by_language_shows_that_language_at_its_own_address(visitor: Client) -> None:
    page = ask(visitor, "en", q="тигр", language="zh-hans", kind="species")
    assert all(address.startswith("/zh-hans/") for address in hits(page)) and hits(page)


def test_filters_narrow_and_tell_the_truth_about_the_number(visitor: Client) -> None:
    page = ask(visitor, q="tiger")
    for name in ("kind", "language", "country", "year"):
        options = re.search(rf'<select id="filter-{name}".*?</select>', page, re.DOTALL)
        assert options, name
        for value, number in re.findall(r'value="([^"]+)"[^>]*>[^<]*\((\d+)\)', options[0])[:4]:
            assert count(ask(visitor, q="tiger", **{name: value})) == int(number), (name, value)


def test_a_filter_that_nothing_can_have_is_ignored(visitor: Client) -> None:
    everything = count(ask(visitor, q="tiger"))
    for name, value in (
        ("kind", "secret"),
        ("language", "fr"),
        ("kind", "%00"),
        ("year", "' OR 1=1"),
        ("kind", "\x00"),
    ):
        assert count(ask(visitor, q="tiger", **{name: value})) == everything
    assert count(ask(visitor, q="tiger", country="_")) == 0 == count(ask(visitor, q="tiger", year="1066"))


def test_a_misspelled_word_is_put_right_and_the_exact_search_stays_one_link_away(visitor: Client) -> None:
    page = ask(visitor, q="storck")
    assert "<strong>stork</strong>" in page and "/en/species/oriental-stork/" in hits(page)
    link = re.search(r'</strong>\.\s*<a href="(\?[^"]+)"', page)
    assert link and link[1] == "?q=storck&amp;as-typed=1"
    assert "<strong>" not in ask(visitor, q="storck", **{"as-typed": "1"}).split("<main")[1]


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("ru", "леопрад", "леопард"),
        ("ru", "заповидник", "заповедник"),
        ("mn", "ирвес", "ирвэс"),  # no ө, ү or э at hand
        ("mn", "тогоруy", ""),
        ("en", "reintroductoin", ""),
        ("en", "xqzvw", ""),
    ],
)
def test_what_is_near_a_known_word_is_taken_for_it(
    visitor: Client, language: str, typed: str, meant: str
) -> None:
    page = ask(visitor, language, q=typed)
    assert (f"<strong>{meant}" in page) if meant else ("<strong>xq" not in page)


def test_a_long_list_has_pages_without_a_gap_or_a_double(visitor: Client) -> None:
    first = ask(visitor, q="tiger")
    total = count(first)
    assert total > 40
    seen: list[str] = []
    number = 1
    while len(seen) < total:
        found = hits(ask(visitor, q="tiger", page=str(number)))
        assert found
        seen += found
        number += 1
    assert len(seen) == len(set(seen)) == total
    assert 'rel="next"' in first and 'rel="prev"' not in first
    assert hits(ask(visitor, q="tiger", page="9999")) == hits(ask(visitor, q="tiger", page=str(number - 1)))


@pytest.mark.parametrize(
    "said",
    [
        '"', "'", "*", "AND", "NEAR(a b)", "title:tiger", "a OR b", "-tiger", "(", "tiger)", "\\", "%", "_", "\x00",
        "{}", "^tiger", "' & '", "tiger:*", "!tiger", "<->", "😀", "\ud7ff", "ﬁsh", "²", "ª", "x" * 5000, "虎" * 500,
        "a " * 500, "ө" * 300, "־", "١٢٣", "𠀀", "🐅 tiger", "tiger'; DROP TABLE search_document; --",
    ],
)  # fmt: skip
def test_no_words_of_a_visitor_break_the_search_or_come_back_as_markup(visitor: Client, said: str) -> None:
    page = ask(visitor, q=said)
    assert "<script>alert" not in page and Document.objects.exists()


def test_what_was_typed_is_shown_as_text(visitor: Client) -> None:
    page = ask(visitor, q="<script>alert(1)</script> tiger")
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_the_question_of_a_visitor_costs_few_queries(visitor: Client) -> None:
    for query in ("tiger", "storck nest", "兴凯湖", "амурский тигр фотоловушки"):
        address = f"/ru/search/?{urlencode({'q': query})}"
        visitor.get(address)
        with CaptureQueriesContext(connection) as queries:
            visitor.get(address)
        assert len(queries) <= 8, query


def test_statistics_hear_of_a_question_once_and_not_of_who_asked(visitor: Client) -> None:
    heard: list[dict[str, Any]] = []

    def listen(**told: Any) -> None:
        heard.append({name: value for name, value in told.items() if name not in {"signal", "sender"}})

    searched.connect(listen)
    try:
        ask(visitor, "ru", q="Тигры")
        ask(visitor, "ru", q="Тигры", page="2")
        ask(visitor, "en", q="quellwaldx")
        ask(visitor, "en")
    finally:
        searched.disconnect(listen)
    assert [(one["language"], one["words"]) for one in heard] == [("ru", "Тигры"), ("en", "quellwaldx")]
    assert heard[0]["found"] > 10 and heard[1]["found"] == 0
    assert all(set(one) == {"language", "words", "found"} for one in heard)
