"""The page of phones: who sees it, who gives and revokes tokens, what it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import phone_samples as phone
import pytest
from tests.portal.patrol_phones.test_endpoint import App
from tests.portal.patrols.test_patrol_pages import address

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ROLES = ("data_manager", "administrator", "ranger", "auditor", "editor", "foreign_data_manager", "public")
GIVES = {"data_manager", "administrator"}
SEES = GIVES | {"ranger", "auditor", "foreign_data_manager"}


@pytest.mark.parametrize("role", ROLES)
def test_data_managers_and_administrators_give_and_revoke_tokens_of_their_office(
    role: str, cast: Cast, log_in: Callable[[Any], Client]
) -> None:
    from amur.portal.patrol_phones.models import Phone

    client = log_in(cast[role])
    app = App(cast.ours, cast.data_manager, "Phone of Ivan")
    page = client.get(address("patrols-phones"))
    assert page.status_code == (200 if role in SEES else 302 if role == "public" else 404)
    assert (b"Phone of Ivan" in page.content) == (role in SEES - {"foreign_data_manager"})

    given = client.post(address("patrols-phone-give", uuid=cast.ours.uuid), {"name": "Post 7"})
    made = Phone.objects.filter(name="Post 7").first()
    assert (made is not None) == (role in GIVES)
    if made is not None:
        assert given.status_code == 200 and "no-store" in given.headers["Cache-Control"]
        assert made.hint in given.content.decode()
        assert made.hint not in client.get(address("patrols-phones")).content.decode().replace(
            f"{made.hint}…", ""
        )
    client.post(address("patrols-phone-revoke", uuid=app.phone.uuid))
    app.phone.refresh_from_db()
    assert (app.phone.revoked_at is not None) == (role in GIVES)


def test_the_page_names_what_is_missing_what_waits_and_what_was_refused(
    cast: Cast, log_in: Callable[[Any], Client]
) -> None:
    app = App(cast.ours, cast.data_manager)
    wholes = phone.patrol()
    strange = phone.sighting(9, 80.0, **{"c:0": "fdfe722ac60442cebe5a5f0ac2b2c3fc"})
    app.post(phone.body([wholes[0], wholes[3], strange]))
    app.post(b"{")
    page = log_in(cast.ranger).get(address("patrols-phones")).content.decode()
    assert "2–3, 5–8" in page
    assert "No form tells what the category fdfe722ac60442cebe5a5f0ac2b2c3fc is." in page
    assert "The file is no JSON" in page

    seen = log_in(cast.administrator).get(address("patrols-phones")).content.decode()
    assert "fdfe722a" not in seen, "an administrator sees no messages"


def test_incidents_and_forms_are_listed_for_people_of_the_office_only(
    cast: Cast, log_in: Callable[[Any], Client]
) -> None:
    from amur.portal.patrols.models import Incident

    app = App(cast.ours, cast.data_manager)
    app.post(phone.body([phone.incident("I1")]))
    uuid = Incident.objects.get().uuid
    ranger, stranger = log_in(cast.ranger), log_in(cast.foreign_data_manager)
    assert "animals.sign." in ranger.get(address("patrols-incidents")).content.decode()
    assert ranger.get(address("patrols-incident-xml", uuid=uuid)).status_code == 200
    assert ranger.get(address("patrols-forms")).status_code == 200
    assert "animals.sign." not in stranger.get(address("patrols-incidents")).content.decode()
    assert stranger.get(address("patrols-incident-xml", uuid=uuid)).status_code == 404
    assert log_in(cast.editor).get(address("patrols-incidents")).status_code == 404
