"""Places at an event: never more than there are, and nobody but the organisers learns who comes."""

from __future__ import annotations

import csv
import datetime
import io
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from tests.conftest import make_cast
from tests.portal.events.conftest import make_forum

from amur.portal.audit.models import AuditEntry
from amur.portal.events.actions import (
    Consent,
    RegistrationClosed,
    by_token,
    forget,
    give_places,
    person_of,
    register,
    withdraw,
)
from amur.portal.events.models import Event, Registration
from amur.portal.release.models import Released

BEFORE = datetime.datetime(2027, 5, 1, tzinfo=datetime.UTC)
CONSENT = Consent("2026-11", "en", "I agree.")
PERSON = {"name": "Kanarina Zaqva", "email": "zaqva@example.org"}
FORM = {**PERSON, "language": "ru", "consent": "on"}


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def soon(forum: Event) -> Event:
    """The forum some weeks from now."""
    first = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=30)
    forum.start, forum.end = first.isoformat(), (first + datetime.timedelta(days=1)).isoformat()
    forum.save()
    return forum


def take(event: Event, number: int = 1, moment: datetime.datetime = BEFORE) -> list[tuple[Any, str]]:
    return [register(event, {**PERSON, "name": f"Person {one}"}, CONSENT, moment) for one in range(number)]


def test_when_all_places_are_taken_the_next_one_waits(forum: Event) -> None:
    assert [row.state for row, _ in take(forum, 3)] == ["confirmed", "confirmed", "waiting"]


def test_a_withdrawal_deletes_the_person_and_gives_the_place_to_who_waited_longest(forum: Event) -> None:
    (first, token), _second, (third, _), (fourth, _) = take(forum, 4)
    assert withdraw(token)
    for row in (first, third, fourth):
        row.refresh_from_db()
    assert (first.state, first.data, person_of(first)) == ("withdrawn", "", {})
    assert (third.state, fourth.state) == ("confirmed", "waiting")
    assert withdraw(token), "asked twice, nothing more happens"
    fourth.refresh_from_db()
    assert fourth.state == "waiting"
    assert not withdraw("no such ticket")


def test_more_places_are_given_to_those_who_wait(forum: Event) -> None:
    rows = take(forum, 4)
    forum.capacity = 3
    forum.save()
    assert give_places(forum) == 1
    assert [Registration.objects.get(pk=row.pk).state for row, _ in rows] == [*["confirmed"] * 3, "waiting"]


@pytest.mark.parametrize(
    ("change", "moment"),
    [
        ({"state": "cancelled"}, BEFORE),
        ({"state": "held"}, BEFORE),
        ({"is_published": False}, BEFORE),
        ({"capacity": None}, BEFORE),
        ({"registration_until": datetime.date(2027, 4, 30)}, BEFORE),
        # 14:00 UTC is midnight in Vladivostok
        ({}, datetime.datetime(2027, 5, 12, 14, 0, tzinfo=datetime.UTC)),
    ],
)
def test_a_closed_registration_takes_nobody(
    change: dict[str, Any], moment: datetime.datetime, forum: Event
) -> None:
    Event.objects.filter(pk=forum.pk).update(**change)
    with pytest.raises(RegistrationClosed):
        register(forum, PERSON, CONSENT, moment)
    assert not Registration.objects.exists()


def test_the_last_day_ends_at_midnight_where_the_event_is(forum: Event) -> None:
    last = datetime.datetime(2027, 5, 12, 13, 59, tzinfo=datetime.UTC)
    assert register(forum, PERSON, CONSENT, last)[0].state == "confirmed"


def test_the_database_holds_no_name_and_no_way_to_the_ticket(forum: Event) -> None:
    row, token = register(forum, PERSON, CONSENT, BEFORE)
    stored = str(Registration.objects.filter(pk=row.pk).values().get())
    assert "Zaqva" not in stored and "zaqva" not in stored and token not in stored
    found = by_token(token)
    assert found == row and found is not None and person_of(found) == PERSON


def test_the_words_that_were_agreed_to_are_kept_with_their_language(soon: Event) -> None:
    answer = Client().post(f"/ru/events/register/{soon.key}/", FORM)
    assert answer.status_code == 302
    row = Registration.objects.get()
    page = Client().get(f"/ru/events/register/{soon.key}/").content.decode()
    assert (row.consent, row.consent_language) == ("2026-11", "ru")
    assert row.consent_text and row.consent_text in page


def test_personal_data_are_forgotten_after_the_time_that_the_event_states(forum: Event) -> None:
    (row, token), *_ = take(forum)
    last = datetime.datetime(2027, 5, 13, 12, tzinfo=datetime.UTC)
    assert forget(last + datetime.timedelta(days=60)) == 0
    assert forget(last + datetime.timedelta(days=61)) == 1
    assert forget(last + datetime.timedelta(days=61)) == 0
    row.refresh_from_db()
    assert row.data == "" and row.consent == "2026-11"
    assert "deleted" in Client().get(f"/en/events/ticket/{token}/").content.decode()


def test_who_registers_gets_a_ticket_that_nobody_keeps(soon: Event) -> None:
    visitor = Client()
    form = visitor.get(f"/en/events/register/{soon.key}/")
    answer = visitor.post(f"/en/events/register/{soon.key}/", FORM)
    page = visitor.get(answer.headers["Location"])
    assert "Kanarina Zaqva" in page.content.decode() and "Confirmed" in page.content.decode()
    for one in (form, answer, page):
        assert one.headers["Cache-Control"] == "private, no-store"
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert not one.cookies
    assert visitor.post(answer.headers["Location"]).status_code == 302
    assert "Zaqva" not in visitor.get(answer.headers["Location"]).content.decode()
    assert visitor.get("/en/events/ticket/guessed/").status_code == 404


@pytest.mark.parametrize("missing", ["name", "email", "language", "consent"])
def test_a_form_without_what_is_needed_takes_no_place_and_says_what_is_missing(
    missing: str, soon: Event
) -> None:
    data = {name: value for name, value in FORM.items() if name != missing}
    answer = Client().post(f"/en/events/register/{soon.key}/", data)
    assert answer.status_code == 422 and "required" in answer.content.decode()
    assert not Registration.objects.exists()


def test_a_program_that_fills_in_every_field_gets_nothing(soon: Event) -> None:
    answer = Client().post(f"/en/events/register/{soon.key}/", {**FORM, "website": "https://example.org"})
    assert answer.status_code == 404 and not Registration.objects.exists()


def test_one_address_cannot_take_all_places(soon: Event) -> None:
    Event.objects.filter(pk=soon.pk).update(capacity=100)
    statuses = [Client().post(f"/en/events/register/{soon.key}/", FORM).status_code for _ in range(22)]
    assert statuses == [302] * 20 + [422] * 2


def test_a_closed_registration_says_so_and_an_unpublished_one_does_not_exist(soon: Event) -> None:
    Event.objects.filter(pk=soon.pk).update(state="cancelled")
    page = Client().get(f"/en/events/register/{soon.key}/").content.decode()
    assert "Registration is closed" in page and "<form method" not in page
    assert Client().post(f"/en/events/register/{soon.key}/", FORM).status_code == 422
    Event.objects.filter(pk=soon.pk).update(is_published=False)
    assert Client().get(f"/en/events/register/{soon.key}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("public", 302),
        ("ranger", 302),
        ("editor", 200),
        ("data_manager", 200),
        ("translator", 404),
        ("administrator", 404),
        ("auditor", 404),
        ("foreign_editor", 404),
        ("foreign_data_manager", 404),
        ("operator", 200),
    ],
)
def test_who_comes_is_shown_to_the_organising_editors_alone(
    name: str, status: int, forum: Event, cast: Any, log_in: Any
) -> None:
    take(forum)
    client = log_in(cast[name])
    for address in (f"/admin/registrations/{forum.key}/", f"/admin/registrations/{forum.key}.csv"):
        answer = client.get(address)
        assert answer.status_code == status, address
        assert ("Person 0" in answer.content.decode()) == (status == 200), address
        if status == 200:
            assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))


def test_the_table_harms_no_spreadsheet_and_its_export_stands_in_the_log(
    forum: Event, cast: Any, log_in: Any
) -> None:
    register(forum, {**PERSON, "name": "=1+1"}, CONSENT, BEFORE)
    answer = log_in(cast.editor).get(f"/admin/registrations/{forum.key}.csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["name"], row["email"], row["state"]) == ("'=1+1", "zaqva@example.org", "confirmed")
    entry = AuditEntry.objects.get(action="events.registration.export")
    assert entry.changes == {"count": 1} and entry.chain == str(cast.ours.uuid)


def test_the_log_and_the_released_view_know_nothing_of_the_person(forum: Event) -> None:
    _row, token = register(forum, PERSON, CONSENT, BEFORE)
    withdraw(token)
    log = str(list(AuditEntry.objects.values()))
    public = str(list(Released.objects.values()))
    for word in ("Zaqva", "zaqva", token):
        assert word not in log and word not in public
    assert AuditEntry.objects.filter(kind="events.registration").exists()


@contextmanager
def file_database(folder: Path) -> Iterator[Callable[[Callable[[], Any]], threading.Thread]]:
    """A database in a file with the tables of the test's own; gives a function that starts work on it.

    Threads see one another's commits there, as the processes of a server do.
    """
    name = str(folder / "centre.sqlite3")
    connection.ensure_connection()
    copy = sqlite3.connect(name)
    connection.connection.backup(copy)  # it would wait for ever inside a transaction
    copy.close()
    usual = connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = name

    def start(work: Callable[[], Any]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            finally:
                connections.close_all()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    try:
        yield start
    finally:
        connections.settings["default"]["NAME"] = usual


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows; a test of its own would do")
def test_those_who_register_at_the_same_moment_never_get_the_same_last_place(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> None:
    states: list[str] = []
    events: list[Event] = []
    together = threading.Barrier(6)

    def prepare() -> None:
        assert str(connections["default"].settings_dict["NAME"]).endswith("centre.sqlite3")
        events.append(make_forum(make_cast().ours))

    def one() -> None:
        together.wait(timeout=30)
        states.append(register(events[0], PERSON, CONSENT, BEFORE)[0].state)

    with django_db_blocker.unblock(), file_database(tmp_path) as start:
        start(prepare).join(60)
        for thread in [start(one) for _ in range(6)]:
            thread.join(60)
    assert sorted(states) == ["confirmed"] * 2 + ["waiting"] * 4
