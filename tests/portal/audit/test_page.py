"""The auditors' page: who may open it, what it shows, its filters and its CSV."""

import csv
import io
from http import HTTPStatus

import pytest
from django.test import Client

from amur.portal.audit.actions import record
from amur.portal.audit.models import AuditEntry
from amur.portal.offices.models import Membership, Office, Person, Role

pytestmark = pytest.mark.django_db

PAGE = "/admin/audit/"


def client_of(office: Office, *roles: Role) -> Client:
    person = Person.objects.create_user(f"{office.key}-{'-'.join(roles)}", office=office, is_demo=True)
    for role in roles:
        Membership.objects.create(person=person, office=office, role=role)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def demo_is_on(settings):
    settings.AMUR_DEMO = True


@pytest.fixture
def entries(office, other_office):
    record(
        "test.east", kind="test.thing", object_key="in-the-east", office=office.uuid, changes={"n": [1, 2]}
    )
    record("test.west", kind="test.thing", object_key="in-the-west", office=other_office.uuid)
    record("test.programme", kind="test.thing", object_key="of-the-programme")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_auditors_and_administrators_read_their_office_and_the_programme(office, other_office, entries, role):
    page = client_of(office, role).get(PAGE)
    assert page.status_code == HTTPStatus.OK
    body = page.content.decode()
    assert "in-the-east" in body
    assert "n: 1 → 2" in body
    assert "of-the-programme" in body
    assert "in-the-west" not in body


@pytest.mark.parametrize("role", [one for one in Role if one not in (Role.AUDITOR, Role.ADMINISTRATOR)])
def test_nobody_else_reads_the_log(office, entries, role):
    answer = client_of(office, role).get(PAGE)
    assert answer.status_code in (HTTPStatus.FOUND, HTTPStatus.FORBIDDEN)
    assert "in-the-east" not in answer.content.decode()


def test_visitors_are_sent_to_the_login(client, entries):
    assert client.get(PAGE).headers["Location"].startswith("/en/account/login/")


def test_an_auditor_whose_role_was_taken_away_reads_nothing_more(office, entries):
    client = client_of(office, Role.AUDITOR)
    assert client.get(PAGE).status_code == HTTPStatus.OK
    Membership.objects.all().delete()
    assert client.get(PAGE).status_code in (HTTPStatus.FOUND, HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ("action=east", "in-the-east", "of-the-programme"),
        ("object_key=programme", "of-the-programme", "in-the-east"),
        ("chain=programme", "of-the-programme", "in-the-east"),
        ("actor=nobody", "", "in-the-east"),
        ("since=2090-01-01", "", "in-the-east"),
        ("until=2090-01-01", "in-the-east", "in-the-west"),
    ],
)
def test_the_filters_narrow_the_list(office, entries, asked, shown, hidden):
    body = client_of(office, Role.AUDITOR).get(f"{PAGE}results/?{asked}").content.decode()
    assert shown in body
    assert hidden not in body


def test_no_filter_reaches_another_offices_chain(office, other_office, entries):
    body = client_of(office, Role.AUDITOR).get(f"{PAGE}results/?chain={other_office.uuid}").content.decode()
    assert "in-the-west" not in body


def test_the_csv_holds_what_is_shown_and_is_itself_noted(office, entries):
    answer = client_of(office, Role.AUDITOR).get(f"{PAGE}?export=csv&kind=test.thing")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))
    assert {row[rows[0].index("Record")] if "Record" in rows[0] else row[7] for row in rows[1:]} == {
        "in-the-east",
        "of-the-programme",
    }
    assert AuditEntry.objects.latest("pk").action == "audit.log.export"


def test_the_page_offers_no_way_to_change_anything(office, entries):
    client = client_of(office, Role.ADMINISTRATOR)
    entry = AuditEntry.objects.get(action="test.east")
    for address in (f"/admin/audit/{entry.pk}/", f"/admin/audit/edit/{entry.pk}/", "/admin/audit/add/"):
        assert client.get(address).status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FOUND)
    assert client.post(PAGE).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_list_costs_the_same_for_many_entries(office, django_assert_max_num_queries):
    for number in range(60):
        record("test.many", object_key=f"row-{number}", office=office.uuid)
    client = client_of(office, Role.AUDITOR)
    client.get(PAGE)
    with django_assert_max_num_queries(25):
        client.get(f"{PAGE}results/")
