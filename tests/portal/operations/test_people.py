"""Accounts that are made at the terminal: exactly the rights that were asked for, and clear refusals."""

from typing import TYPE_CHECKING

import pytest

from amur.portal.operations.problems import Problem

if TYPE_CHECKING:
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_person_gets_the_roles_that_were_named_and_a_password_that_works(cast: "Cast") -> None:
    from amur.portal.offices.models import Person
    from amur.portal.operations.people import add_person

    password = add_person("new.person", "ours", ["editor", "translator", "editor"], unlimited=False)
    person = Person.objects.get(username="new.person")
    assert person.check_password(password)
    assert len(password) >= 12
    assert person.office == cast.ours
    assert sorted(one.role for one in person.memberships.all()) == ["editor", "translator"]
    assert not person.is_superuser


def test_an_unlimited_person_needs_no_office() -> None:
    from amur.portal.offices.models import Person
    from amur.portal.operations.people import add_person

    add_person("first", None, [], unlimited=True)
    assert Person.objects.get(username="first").is_superuser


@pytest.mark.parametrize(
    ("name", "office", "roles", "unlimited", "reason"),
    [
        ("x", None, [], False, "--unlimited"),
        ("x", "ours", [], False, "--role"),
        ("x", "nowhere", ["editor"], False, "Offices: ours, theirs"),
        ("x", "ours", ["king"], False, "Roles: editor, translator"),
        ("x", None, ["editor"], True, "--office"),
        ("ranger", "ours", ["editor"], False, "already a person"),
        ("no spaces please", "ours", ["editor"], False, "no spaces please"),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_made(
    cast: "Cast", name: str, office: str | None, roles: list[str], unlimited: bool, reason: str
) -> None:
    from amur.portal.offices.models import Person
    from amur.portal.operations.people import add_person

    before = Person.objects.count()
    with pytest.raises(Problem, match=reason):
        add_person(name, office, roles, unlimited=unlimited)
    assert Person.objects.count() == before


def test_a_person_who_lost_every_way_in_gets_a_new_password_and_nothing_else(cast: "Cast") -> None:
    from allauth.mfa.models import Authenticator

    from amur.portal.audit.models import AuditEntry
    from amur.portal.operations.people import reset_person

    cast.editor.set_password("the password that was")
    cast.editor.save()
    password = reset_person("editor")
    cast.editor.refresh_from_db()
    assert cast.editor.check_password(password)
    assert not Authenticator.objects.filter(user=cast.editor).exists()
    assert Authenticator.objects.filter(user=cast.ranger).exists()
    assert AuditEntry.objects.filter(action__startswith="mfa.authenticator.").exists()
    assert list(cast.editor.memberships.values_list("role", flat=True)) == ["editor"]


@pytest.mark.django_db
def test_an_unknown_person_cannot_be_reset() -> None:
    from amur.portal.operations.people import reset_person

    with pytest.raises(Problem, match="no person nobody"):
        reset_person("nobody")
