"""Subscribing without a cookie: double opt-in, answers that tell nothing, leaving at one click, nothing kept."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from amur.portal.audit.models import AuditEntry
from amur.portal.newsletter import lists
from amur.portal.newsletter.actions import LETTERS_KIND
from amur.portal.newsletter.models import Subscriber
from amur.portal.newsletter.subscribing import form_token
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState

HERE = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}


def ask(address: str = "reader@example.org", language: str = "ru", headers: Any = HERE, **more: str) -> Any:
    data = {"address": address, "language": language, "token": form_token(), "website": "", **more}
    return Client(enforce_csrf_checks=True).post(f"/{language}/newsletter/subscribe/", data, headers=headers)


def letters() -> list[Any]:
    for run in Run.objects.filter(kind=LETTERS_KIND, state=RunState.QUEUED):
        done = work_on(run.uuid)
        assert done.state == RunState.DONE, done.problems
    return list(mail.outbox)


def link(letter: Any, what: str) -> str:
    return re.search(rf"https://centre\.example(/[\w-]+/newsletter/{what}/\w+/)", letter.body)[1]  # type: ignore[index]


@pytest.fixture(autouse=True)
def offices(desk: Any) -> None:
    """The offices run their languages."""


def test_an_address_is_on_the_list_only_after_its_owner_pressed_the_button_of_the_letter() -> None:
    answer = ask()
    assert answer.status_code == 200 and not answer.cookies
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private" or (
        "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    )
    (letter,) = letters()
    assert letter.to == ["reader@example.org"] and letter.extra_headers["Content-Language"] == "ru"
    page = Client().get(link(letter, "confirm"))  # a mail scanner follows links and confirms nothing
    assert page.status_code == 200 and page["Referrer-Policy"] == "no-referrer"
    assert Subscriber.objects.get().state == "pending"
    done = Client(enforce_csrf_checks=True).post(link(letter, "confirm"))
    assert done.status_code == 200 and not done.cookies and "no-store" in done["Cache-Control"]
    row = Subscriber.objects.get()
    assert (row.state, row.office.key, row.language) == ("confirmed", "ours", "ru")


def test_one_click_of_a_mail_program_ends_it_and_nothing_personal_stays(reader: Any) -> None:
    row = reader("reader@example.org")
    address = f"/ru/newsletter/leave/{row.token}/"
    assert Client().get(address).status_code == 200
    assert Subscriber.objects.get().state == "confirmed"
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    left = Subscriber.objects.get()
    assert (left.state, left.address, left.confirmed_at, left.asked_at) == ("unsubscribed", "", None, None)
    assert left.token != row.token
    assert "reader" not in str(left.__dict__)
    again = Client(enforce_csrf_checks=True).post(address)
    assert again.status_code == 200 and again.content == answer.content


def test_the_answer_does_not_tell_whether_an_address_is_known(reader: Any) -> None:
    reader("known@example.org")
    unknown, known = ask("unknown@example.org"), ask("known@example.org")
    assert unknown.status_code == known.status_code == 200
    assert unknown.content == known.content
    assert dict(unknown.headers.items()) == dict(known.headers.items())
    assert sorted(letter.to[0] for letter in letters()) == ["known@example.org", "unknown@example.org"]


def test_an_address_gets_one_letter_an_hour_however_often_it_is_typed() -> None:
    for _ in range(3):
        assert ask().status_code == 200
    assert len(letters()) == 1
    assert ask("READER@example.org").status_code == 200
    assert len(letters()) == 1
    Subscriber.objects.update(asked_at=timezone.now() - datetime.timedelta(hours=2))
    ask()
    assert len(letters()) == 2


def test_the_house_sends_only_so_many_letters_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "EACH_HOUR", 2)
    assert [ask(f"{one}@example.org").status_code for one in "abc"] == [200, 200, 429]
    assert Subscriber.objects.count() == 2


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"origin": "https://elsewhere.example"}, {}),
        (HERE, {"token": "2020-01-01:forged"}),
        (HERE, {"token": ""}),
    ],
)
def test_a_form_of_another_site_is_refused_and_nothing_is_stored(headers: Any, more: Any) -> None:
    assert ask(headers=headers, **more).status_code == 403
    assert not Subscriber.objects.exists()


def test_an_old_page_is_told_so_and_offers_a_fresh_form(monkeypatch: pytest.MonkeyPatch) -> None:
    old = form_token()
    later = timezone.now() + datetime.timedelta(days=2)
    monkeypatch.setattr("amur.portal.newsletter.subscribing.timezone.now", lambda: later)
    answer = ask(token=old)
    assert answer.status_code == 403 and 'name="address"' in answer.content.decode()


def test_a_machine_that_fills_the_hidden_field_gets_the_usual_answer_and_no_letter() -> None:
    assert ask(website="https://spam.example").content == ask("b@example.org").content
    assert [letter.to for letter in letters()] == [["b@example.org"]]


def test_what_is_no_address_is_said_so() -> None:
    answer = ask("reader at example")
    assert answer.status_code == 422 and "name@example.org" in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_a_language_that_no_office_runs_has_no_list() -> None:
    assert ask(language="mn").status_code == 503
    assert ask(language="xx").status_code in {404, 503}


def test_who_left_may_come_back_but_an_import_does_not_bring_anybody_back(reader: Any) -> None:
    row = reader("reader@example.org")
    lists.leave(row.token)
    assert lists.take_in(["Reader@Example.org", "new@example.org"], "ru") == {"added": 1, "known": 1}
    assert Subscriber.objects.get(pk=row.pk).state == "unsubscribed"
    ask()
    assert {letter.to[0] for letter in letters()} == {"reader@example.org", "new@example.org"}
    assert Subscriber.objects.get(pk=row.pk).state == "pending"


def test_an_import_takes_all_addresses_or_none() -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="2: nobody"):
        lists.take_in(["a@example.org", "nobody"], "ru")
    assert not Subscriber.objects.exists()


def test_a_sign_up_that_nobody_confirms_is_deleted_after_a_week() -> None:
    ask()
    letters()
    Subscriber.objects.update(asked_at=timezone.now() - datetime.timedelta(days=8))
    assert lists.expire() == 1
    assert not Subscriber.objects.exists()


def test_addresses_are_neither_in_the_log_nor_in_runs(reader: Any) -> None:
    ask("secretperson@example.org")
    letters()
    lists.leave(Subscriber.objects.get().token)
    noted = str(list(AuditEntry.objects.values())) + str(list(Run.objects.values()))
    assert "secretperson" not in noted


def test_the_form_stands_in_a_cached_page_that_is_the_same_for_all(desk: Any) -> None:
    first, second = Client().get("/ru/newsletter/"), Client().get("/ru/newsletter/")
    assert first.content == second.content and first["Cache-Control"].startswith("public")
    assert form_token() in first.content.decode() and "csrf" not in first.content.decode()


def test_without_a_mail_server_no_form_is_offered(settings: Any) -> None:
    settings.AMUR_MAIL_READY = False
    assert 'name="address"' not in Client().get("/ru/newsletter/").content.decode()
    assert ask().status_code == 503
    assert not Subscriber.objects.exists()
