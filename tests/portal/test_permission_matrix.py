"""The permission matrix: verb x person x own or another office x address -> expected status.

200 is a page or form, 302 the way back to the first page with a message (or to the login), 404 the answer
for what does not exist and for what may not be seen. One world serves the whole module; every test leaves
it as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.db import transaction

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Cast
    from tests.portal.conftest import Records

PEOPLE = (
    "public",
    "ranger",
    "editor",
    "translator",
    "data_manager",
    "administrator",
    "auditor",
    "foreign_editor",
    "foreign_data_manager",
    "operator",
)


class World(NamedTuple):
    cast: Cast
    records: Records
    browsers: dict[str, Client]

    def get(self, name: str, address: str) -> Any:
        """What a person gets at an address."""
        return self.browsers[name].get(address)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    from tests.conftest import browser_of, make_cast
    from tests.portal.conftest import make_records

    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        records = make_records(cast)
        english = records.homes["en"]
        # The four first pages are one page in four languages, so that what is below can be translated.
        type(english).objects.update(translation_key=english.translation_key)
        yield World(cast, records, {name: browser_of(cast[name]) for name in PEOPLE})
        transaction.set_rollback(True)


class Expected(NamedTuple):
    """One row: who gets 200, and who is led away (302) or told that there is nothing (404)."""

    what: str
    address: str
    allowed: str = ""
    refused: str = ""


INSIDE = "editor translator data_manager administrator auditor foreign_editor foreign_data_manager"

# Kinds that editors write as data managers do.
EDITED = {"events", "event-series", "commitments", "media", "publications"}

# Records of our office. Whoever has no right at all to a kind of record is led away from its every page.
RECORD_ROWS = [
    row
    for kind in (
        "areas",
        "units",
        "species",
        "facts",
        "documents",
        "animals",
        "events",
        "event-series",
        "commitments",
        "media",
        "publications",
    )
    for address in ({"documents": "sources"}.get(kind, kind),)
    for editing in ("editor " if kind in EDITED else "",)
    for row in (
        Expected(
            f"list {kind}",
            f"/admin/{address}/",
            allowed="editor translator data_manager auditor foreign_editor foreign_data_manager operator",
            refused="administrator",
        ),
        Expected(
            f"add {kind}",
            f"/admin/{address}/new/",
            allowed=f"{editing}data_manager foreign_data_manager operator"
            + (" foreign_editor" if editing else ""),
            refused="translator administrator auditor" + ("" if editing else " editor foreign_editor"),
        ),
        Expected(
            f"edit our {kind}",
            f"/admin/{address}/edit/{{ours[{kind}].pk}}/",
            allowed=f"{editing}data_manager translator operator",
            refused="auditor administrator" + ("" if editing else " editor foreign_editor"),
        ),
        Expected(
            f"edit their {kind}",
            f"/admin/{address}/edit/{{theirs[{kind}].pk}}/",
            allowed="foreign_data_manager operator" + (" foreign_editor" if editing else ""),
            refused="auditor administrator" + ("" if editing else " editor foreign_editor"),
        ),
        Expected(
            f"delete our {kind}",
            f"/admin/{address}/delete/{{ours[{kind}].pk}}/",
            allowed=f"{editing}data_manager operator",
            refused="translator auditor" + ("" if editing else " editor"),
        ),
        Expected(
            f"inspect our {kind}",
            f"/admin/{address}/inspect/{{ours[{kind}].pk}}/",
            allowed="editor translator data_manager auditor operator",
        ),
        Expected(
            f"history of our {kind}",
            f"/admin/{address}/history/{{ours[{kind}].pk}}/",
            allowed="editor translator data_manager auditor operator",
        ),
    )
]

OFFICE_ROWS = [
    Expected("list people", "/admin/people/", "administrator auditor operator"),
    Expected("add a person", "/admin/people/new/", "administrator operator"),
    Expected("edit our person", "/admin/people/edit/{cast.ranger.pk}/", "administrator operator"),
    Expected("edit their person", "/admin/people/edit/{cast.foreign_editor.pk}/", "operator"),
    Expected(
        "inspect our person", "/admin/people/inspect/{cast.ranger.pk}/", "administrator auditor operator"
    ),
    Expected("edit our office", "/admin/offices/edit/{cast.ours.pk}/", "administrator operator"),
    Expected("edit their office", "/admin/offices/edit/{cast.theirs.pk}/", "operator"),
    Expected("add an office", "/admin/offices/new/", "operator"),
    Expected(
        "edit our notice", "/admin/notices/edit/{ours[notices].pk}/", "administrator translator operator"
    ),
    Expected("edit their notice", "/admin/notices/edit/{theirs[notices].pk}/", "operator"),
    Expected(
        "edit our country's designation",
        "/admin/designations/edit/{ours[designations].pk}/",
        "administrator operator",
    ),
    Expected(
        "edit another country's designation",
        "/admin/designations/edit/{theirs[designations].pk}/",
        "operator",
    ),
    Expected(
        "edit our former name",
        "/admin/office-names/edit/{ours[office-names].pk}/",
        "administrator translator operator",
    ),
    Expected("edit their former name", "/admin/office-names/edit/{theirs[office-names].pk}/", "operator"),
    Expected(
        "list old addresses",
        "/admin/old-addresses/",
        "editor administrator auditor foreign_editor operator",
    ),
    Expected(
        "edit our old address",
        "/admin/old-addresses/edit/{ours[old-addresses].pk}/",
        "editor administrator operator",
    ),
    Expected(
        "edit their old address",
        "/admin/old-addresses/edit/{theirs[old-addresses].pk}/",
        "foreign_editor operator",
    ),
    Expected(
        "import old addresses",
        "/admin/old-addresses/import/",
        "editor administrator foreign_editor operator",
    ),
    Expected(
        "export old addresses",
        "/admin/old-addresses/export.csv",
        "editor administrator auditor foreign_editor operator",
    ),
    Expected("list issues", "/admin/newsletter/", "editor translator auditor foreign_editor operator"),
    Expected("add an issue", "/admin/newsletter/new/", "editor foreign_editor operator"),
    Expected("edit our issue", "/admin/newsletter/edit/{ours[newsletter].pk}/", "editor translator operator"),
    Expected(
        "edit their issue", "/admin/newsletter/edit/{theirs[newsletter].pk}/", "foreign_editor operator"
    ),
    Expected("delete our issue", "/admin/newsletter/delete/{ours[newsletter].pk}/", "editor operator"),
    Expected(
        "inspect our issue",
        "/admin/newsletter/inspect/{ours[newsletter].pk}/",
        "editor translator auditor operator",
    ),
    Expected(
        "the desk of our issue",
        "/admin/newsletter-desk/{ours[newsletter].uuid}/",
        "editor translator auditor operator",
    ),
    Expected(
        "a preview of our issue",
        "/admin/newsletter-desk/{ours[newsletter].uuid}/preview/mn/",
        "editor translator auditor operator",
    ),
    Expected(
        "the desk of their issue",
        "/admin/newsletter-desk/{theirs[newsletter].uuid}/",
        "foreign_editor operator",
    ),
    Expected("the lists of readers", "/admin/newsletter-lists/", "editor foreign_editor operator"),
    Expected(
        "read the report of visits",
        "/admin/visitors/",
        "editor translator administrator auditor foreign_editor operator",
    ),
    Expected(
        "take the report of visits away as CSV",
        "/admin/visitors/?format=csv",
        "editor translator administrator auditor foreign_editor operator",
    ),
    Expected(
        "who comes to our event",
        "/admin/registrations/{ours[events].key}/",
        "editor data_manager operator",
    ),
    Expected(
        "who comes to our event, as a file",
        "/admin/registrations/{ours[events].key}.csv",
        "editor data_manager operator",
    ),
    Expected(
        "who comes to their event",
        "/admin/registrations/{theirs[events].key}.csv",
        "foreign_editor foreign_data_manager operator",
    ),
    Expected("Wagtail's own list of users", "/admin/users/", ""),
    Expected("Wagtail's own form of a user", "/admin/users/edit/{cast.ranger.pk}/", ""),
    Expected("Wagtail's own list of groups", "/admin/groups/", "operator"),
]

PAGE_ROWS = [
    Expected(
        "add a list of projects to the Russian tree",
        "/admin/pages/add/website/projectindexpage/{homes[ru].pk}/",
        "editor translator operator",
    ),
    Expected(
        "add a list of videos to the Chinese tree",
        "/admin/pages/add/website/videoindexpage/{homes[zh-hans].pk}/",
        "foreign_editor operator",
    ),
    Expected(
        "add a list of photo stories to the common tree",
        "/admin/pages/add/website/storyindexpage/{homes[en].pk}/",
        "editor translator foreign_editor operator",
    ),
    Expected(
        "translation queue",
        "/admin/translations/",
        f"{INSIDE.replace('administrator ', '')} operator",
    ),
    Expected(
        "translations of all languages",
        "/admin/translations/matrix/",
        f"{INSIDE.replace('administrator ', '')} operator",
    ),
    Expected(
        "translate a Russian page into the common language",
        "/admin/translations/textpage/{russian}/en/",
        "editor translator foreign_editor operator",
    ),
    Expected(
        "translate a Russian page into Mongolian", "/admin/translations/textpage/{russian}/mn/", "operator"
    ),
    Expected(
        "translate our area",
        "/admin/translations/area/{ours[areas].uuid}/mn/",
        "data_manager translator operator",
    ),
    Expected(
        "translate their area",
        "/admin/translations/area/{theirs[areas].uuid}/mn/",
        "foreign_data_manager operator",
    ),
    Expected(
        "list the glossary",
        "/admin/glossary/",
        "editor translator auditor foreign_editor operator",
    ),
    Expected(
        "add a term to the glossary", "/admin/glossary/new/", "editor translator foreign_editor operator"
    ),
    Expected("edit a Russian page", "/admin/pages/{about[ru]}/edit/", "editor translator operator"),
    Expected("edit a Chinese page", "/admin/pages/{about[zh-hans]}/edit/", "foreign_editor operator"),
    Expected(
        "edit an English page", "/admin/pages/{about[en]}/edit/", "editor translator foreign_editor operator"
    ),
    Expected("edit a Mongolian page", "/admin/pages/{about[mn]}/edit/", "operator"),
    Expected(
        "add a Russian page",
        "/admin/pages/add/website/textpage/{homes[ru].pk}/",
        "editor translator operator",
    ),
    Expected(
        "add a Chinese page",
        "/admin/pages/add/website/textpage/{homes[zh-hans].pk}/",
        "foreign_editor operator",
    ),
    Expected("unpublish a Russian page", "/admin/pages/{about[ru]}/unpublish/", "editor operator"),
    Expected("delete a Chinese page", "/admin/pages/{about[zh-hans]}/delete/", "foreign_editor operator"),
]


def _address(pattern: str, world: World) -> str:
    records = world.records
    about = {code: home.get_children().get().pk for code, home in records.homes.items()}
    return pattern.format(
        ours=records.ours,
        theirs=records.theirs,
        cast=world.cast,
        homes=records.homes,
        about=about,
        russian=records.homes["ru"].get_children().get().translation_key,
    )


def _statuses(pattern: str, world: World) -> dict[str, int]:
    address = _address(pattern, world)
    return {name: world.get(name, address).status_code for name in PEOPLE}


@pytest.mark.django_db
@pytest.mark.parametrize("row", RECORD_ROWS, ids=lambda row: row.what)
def test_records_open_to_those_who_have_the_right_and_to_nobody_else(row: Expected, world: World) -> None:
    got = _statuses(row.address, world)
    assert {name for name, status in got.items() if status == 200} == set(row.allowed.split())
    for name in row.refused.split():
        assert got[name] in {302, 404}, name
    assert got["public"] == got["ranger"] == 302


@pytest.mark.django_db
@pytest.mark.parametrize("row", [*OFFICE_ROWS, *PAGE_ROWS], ids=lambda row: row.what)
def test_offices_people_and_pages_open_to_those_who_have_the_right_and_to_nobody_else(
    row: Expected, world: World
) -> None:
    got = _statuses(row.address, world)
    assert {name for name, status in got.items() if status == 200} == set(row.allowed.split())
    assert set(got.values()) <= {200, 302, 404}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["areas", "units", "species", "facts", "animals", "events", "commitments", "media"]
)
def test_what_may_not_be_seen_answers_as_what_does_not_exist(kind: str, world: World) -> None:
    client = world.browsers["data_manager"]
    hidden = world.records.theirs[kind].pk
    for page in ("edit", "delete", "inspect", "history", "usage"):
        assert client.get(f"/admin/{kind}/{page}/{hidden}/").status_code == 404, page
        assert client.get(f"/admin/{kind}/{page}/999999/").status_code == 404, page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["areas", "units", "species", "facts", "animals", "events", "commitments", "media"]
)
def test_a_list_shows_the_own_office_only(kind: str, world: World) -> None:
    ours, theirs = (
        f"/admin/{kind}/inspect/{one[kind].pk}/" for one in (world.records.ours, world.records.theirs)
    )
    for name, sees_ours, sees_theirs in (
        ("data_manager", True, False),
        ("foreign_data_manager", False, True),
        ("auditor", True, False),
    ):
        text = world.get(name, f"/admin/{kind}/").content.decode()
        assert (ours in text, theirs in text) == (sees_ours, sees_theirs), name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "office", "read", "changed"),
    [
        ("public", "ours", 404, 404),
        ("ranger", "ours", 200, 403),
        ("editor", "ours", 200, 403),
        ("translator", "ours", 200, 403),
        ("data_manager", "ours", 200, 200),
        ("data_manager", "theirs", 404, 404),
        ("administrator", "ours", 404, 404),
        ("auditor", "ours", 200, 403),
        ("auditor", "theirs", 404, 404),
        ("foreign_editor", "ours", 404, 404),
        ("foreign_data_manager", "ours", 404, 404),
        ("foreign_data_manager", "theirs", 200, 200),
        ("operator", "theirs", 200, 200),
    ],
)
def test_true_records_in_the_api_follow_the_same_rights(
    name: str, office: str, read: int, changed: int, world: World
) -> None:
    area = getattr(world.records, office)["areas"]
    address = f"/api/v1/areas/{area.uuid}/record"
    client = world.browsers[name]
    assert client.get(address).status_code == read
    answer = client.patch(address, json.dumps({"area_ha": 1234}), content_type="application/json")
    assert answer.status_code == changed
    area.refresh_from_db()
    assert (area.area_ha == 1234) == (changed == 200)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PEOPLE)
def test_public_pages_and_released_data_are_the_same_for_everybody(name: str, world: World) -> None:
    area = world.records.ours["areas"]
    for address in ("/en/", "/en/areas/", "/en/facts/"):
        assert world.get(name, address).status_code == 200, address
    for address in (
        "/api/v1/areas",
        f"/api/v1/areas/{area.uuid}",
        "/api/v1/units",
        "/api/v1/species",
        "/api/v1/facts",
    ):
        assert world.get(name, address).content == world.get("public", address).content, address


@pytest.mark.django_db
def test_rights_end_in_the_middle_of_a_session(world: World, log_in: Any) -> None:
    client = log_in(world.cast.data_manager)
    address = f"/admin/areas/edit/{world.records.ours['areas'].pk}/"
    record = f"/api/v1/areas/{world.records.ours['areas'].uuid}/record"
    assert client.get(address).status_code == client.get(record).status_code == 200
    world.cast.data_manager.memberships.all().delete()
    assert client.get(address).status_code == 302
    assert client.get(record).status_code == 404

    administrator = log_in(world.cast.administrator)
    assert administrator.get("/admin/people/").status_code == 200
    type(world.cast.administrator).objects.filter(pk=world.cast.administrator.pk).update(is_active=False)
    assert administrator.get("/admin/people/").status_code == 302
