"""The pages of privacy: honest, the same for everybody where they are public, and usable without scripts."""

import datetime
import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from tests.portal.test_pagecache import Site

from amur.portal.pagecache import PageCache
from amur.portal.visitors import choices, notice
from amur.portal.visitors.cookies import STORED
from amur.portal.visitors.kept import FIELDS
from amur.portal.visitors.models import NoticeText, PageCount, Receipt, SearchCount

pytestmark = pytest.mark.django_db
HERE = {"origin": "http://testserver"}
LANGUAGES = ("en", "ru", "zh-hans", "mn")
ADDRESS = "/en/privacy/choices/"
LANGUAGE, CHOICES = settings.VISITORS_LANGUAGE_COOKIE, settings.VISITORS_CHOICES_COOKIE


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser that has never been here."""
    monkeypatch.setattr(choices, "bucket", choices.Bucket(100, 100))
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


def choose(client: Client, do: str, **more: Any) -> Any:
    return client.post(ADDRESS, {"do": do, **more}, headers=HERE)


def held(client: Client) -> set[str]:
    return {name for name, cookie in client.cookies.items() if cookie.value}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["visitors", "privacy/cookies"])
def test_what_is_public_is_cached_and_sets_nothing(visitor: Client, page: str, language: str) -> None:
    answer = visitor.get(f"/{language}/{page}/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public")
    assert not answer.cookies and "Vary" not in answer.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_choices_is_never_cached_and_sets_nothing_by_itself(
    visitor: Client, language: str
) -> None:
    answer = visitor.get(f"/{language}/privacy/choices/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not answer.cookies


def test_every_page_has_the_link_to_the_choices(visitor: Client) -> None:
    for address in ("/en/", "/ru/areas/", "/mn/visitors/", "/zh-hans/nothing/", "/en/account/login/"):
        page = visitor.get(address).content.decode()
        assert re.search(r'<a href="/[a-z-]+/privacy/choices/" data-choices="[0-9a-f]{32}"', page), address


def test_every_stored_field_is_told_and_nothing_else() -> None:
    assert set(FIELDS) == {model.__name__ for model in apps.get_app_config("visitors").get_models()}
    for name, fields in FIELDS.items():
        stored = {field.name for field in apps.get_model("visitors", name)._meta.fields} - {"id"}
        assert set(fields) == stored, name


def test_the_public_page_names_every_field_and_shows_no_row_of_few(visitor: Client) -> None:
    common = {"day": datetime.date(2026, 11, 3), "hour": 9, "language": "ru", "device": "phone"}
    PageCount.objects.create(**common, path="/ru/many/", views=14, readers=9, visits=6)
    PageCount.objects.create(**common, path="/ru/few/", views=40, readers=4, visits=4)
    SearchCount.objects.create(day=common["day"], language="ru", words="тигр", searches=5)
    SearchCount.objects.create(day=common["day"], language="ru", words="сосед", searches=4)
    page = visitor.get("/en/visitors/").content.decode()
    for fields in FIELDS.values():
        for name in fields:
            assert f"<code>{name}</code>" in page
    assert "/ru/many/" in page and "тигр" in page
    assert "/ru/few/" not in page and "сосед" not in page
    row = page[page.index("/ru/many/") : page.index("/ru/many/") + 300]
    assert re.findall(r'"number">(\d+)<', row) == ["10", "5", "5"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cookie_policy_names_every_stored_thing(visitor: Client, language: str) -> None:
    page = visitor.get(f"/{language}/privacy/cookies/").content.decode()
    for one in STORED:
        assert f"<code>{one.name}</code>" in page
    assert page.count('<th scope="row">') == len(STORED)


def test_accepting_sets_two_cookies_and_gives_a_receipt(visitor: Client) -> None:
    answer = choose(visitor, "accept")
    assert (answer.status_code, answer["Location"]) == (303, f"{ADDRESS}?saved")
    assert held(visitor) == {CHOICES, LANGUAGE}
    for name in (CHOICES, LANGUAGE):
        cookie = visitor.cookies[name]
        assert (cookie["samesite"], cookie["max-age"], cookie["path"]) == ("Lax", 365 * 86400, "/")
    receipt = Receipt.objects.get()
    page = visitor.get(ADDRESS).content.decode()
    assert str(receipt.uuid) in page and "Remember my language: <strong>yes</strong>" in page


def test_refusing_sets_the_cookie_that_says_so_and_nothing_else(visitor: Client) -> None:
    choose(visitor, "refuse")
    assert held(visitor) == {CHOICES}
    assert visitor.cookies[CHOICES].value.endswith(".none")
    assert Receipt.objects.get().action == "refuse"


def test_one_purpose_alone_may_be_chosen_and_given_up(visitor: Client) -> None:
    choose(visitor, "save", purpose=["preferences"])
    assert held(visitor) == {CHOICES, LANGUAGE}
    choose(visitor, "save", purpose=["video"])
    assert held(visitor) == {CHOICES}
    assert [one.action for one in Receipt.objects.all()] == ["grant", "change"]


def test_withdrawing_removes_all_cookies_of_this_browser(visitor: Client) -> None:
    choose(visitor, "accept")
    answer = choose(visitor, "withdraw", receipt=str(Receipt.objects.get().uuid))
    assert held(visitor) == set()
    assert [one.action for one in Receipt.objects.all()] == ["grant", "withdraw"]
    assert "is withdrawn" in visitor.get(answer["Location"]).content.decode()


def test_a_receipt_is_seen_exported_and_withdrawn_from_another_browser(visitor: Client) -> None:
    choose(visitor, "accept")
    number = str(Receipt.objects.get().uuid)
    other = Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)
    assert number in choose(other, "show", receipt=f" {number} ").content.decode()
    export = choose(other, "export", receipt=number)
    data = json.loads(export.content)
    assert data["receipts"][0]["uuid"] == number
    assert list(data["texts"].values()) == [NoticeText.objects.get().text]
    assert export.headers["Cache-Control"] == "private, no-store"
    choose(other, "withdraw", receipt=number)
    assert "no longer counts" in visitor.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"do": "show", "receipt": "x"}, 400),
        ({"do": "show", "receipt": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"do": "everything"}, 400),
        ({}, 400),
        ({"do": "save", "purpose": "analytics"}, 400),
    ],
)
def test_a_wrong_form_is_told_and_changes_nothing(visitor: Client, sent: dict[str, str], status: int) -> None:
    answer = visitor.post(ADDRESS, sent, headers=HERE)
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert not Receipt.objects.exists() and not answer.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    ],
)
def test_another_site_cannot_choose_for_a_visitor(visitor: Client, headers: dict[str, str]) -> None:
    answer = visitor.post(ADDRESS, {"do": "accept"}, headers=headers)
    assert answer.status_code == 403
    assert not Receipt.objects.exists() and not answer.cookies


def test_nobody_fills_the_log_in_a_loop(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "bucket", choices.Bucket(2, 0))
    assert [choose(visitor, do).status_code for do in ("accept", "refuse", "accept")] == [303, 303, 429]


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
def test_the_way_back_stays_on_this_site(visitor: Client, wanted: str) -> None:
    assert choose(visitor, "accept", next=wanted)["Location"] == f"{ADDRESS}?saved"
    assert choose(visitor, "refuse", next="/ru/news/?page=2")["Location"] == "/ru/news/?page=2"


def test_the_bare_address_opens_in_the_remembered_language_only_with_that_cookie(visitor: Client) -> None:
    assert visitor.get("/")["Location"] == "/en/"
    visitor.cookies[LANGUAGE] = "mn"
    assert visitor.get("/")["Location"] == "/mn/"
    visitor.cookies[LANGUAGE] = "//evil.example"
    assert visitor.get("/")["Location"] == "/en/"


def test_the_signal_of_the_browser_is_noted(visitor: Client) -> None:
    visitor.post(ADDRESS, {"do": "refuse"}, headers={**HERE, "sec-gpc": "1"})
    assert Receipt.objects.get().gpc is True


def test_choices_do_not_keep_a_visitor_from_the_page_cache() -> None:
    site = Site()
    site.cache = PageCache(site.answer, lambda: 1, lambda: 0.0, harmless=(CHOICES, LANGUAGE))
    site.get()
    assert site.get(HTTP_COOKIE=f"{CHOICES}=1.a.b.c; {LANGUAGE}=mn") == ("200 OK", b"page 1")
    assert site.get(HTTP_COOKIE=f"{CHOICES}=1.a.b.c; session=x") == ("200 OK", b"page 2")
    assert site.get(HTTP_COOKIE=f"{CHOICES}s=1") == ("200 OK", b"page 3")


def test_public_pages_do_not_look_at_the_choices(visitor: Client, records: Any) -> None:
    plain = visitor.get("/en/").content
    visitor.cookies[CHOICES], visitor.cookies[LANGUAGE] = "1.a.b.c", "mn"
    assert visitor.get("/en/").content == plain


def test_the_question_has_two_equal_buttons_and_nothing_is_ticked(visitor: Client) -> None:
    page = visitor.get(ADDRESS).content.decode()
    buttons = re.findall(r'<button type="submit" class="([^"]*)" name="do" value="(accept|refuse)">', page)
    assert [value for _look, value in buttons] == ["accept", "refuse"]
    assert len({look for look, _value in buttons}) == 1
    assert page.count('type="checkbox"') == len(notice.PURPOSES) and "checked" not in page
