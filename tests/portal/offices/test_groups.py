"""Page rights follow memberships and languages by themselves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from wagtail.permissions import page_permission_policy

from amur.portal.offices import groups
from amur.portal.offices.models import Membership, Person, Role


def anew(person: Person) -> Person:
    """The person as the next request loads it."""
    return Person.objects.get(pk=person.pk)


def trees(person: Person, homes: dict[str, Any], action: str) -> set[str]:
    who = anew(person)
    return {
        code
        for code, home in homes.items()
        if page_permission_policy.user_has_permission_for_instance(who, action, home)
    }


def test_an_editor_publishes_in_the_trees_of_the_office_and_in_the_english_one(
    cast: Any, records: Any
) -> None:
    assert trees(cast.editor, records.homes, "publish") == {"en", "ru"}
    assert trees(cast.foreign_editor, records.homes, "publish") == {"en", "zh-hans"}


def test_a_translator_changes_drafts_and_publishes_nothing(cast: Any, records: Any) -> None:
    assert trees(cast.translator, records.homes, "change") == {"en", "ru"}
    assert trees(cast.translator, records.homes, "publish") == set()


def test_other_roles_have_no_page_rights(cast: Any, records: Any) -> None:
    for person in (cast.ranger, cast.data_manager, cast.auditor, cast.administrator):
        assert trees(person, records.homes, "change") == set()


def test_a_language_given_to_an_office_opens_its_tree_and_one_taken_away_closes_it(
    cast: Any, records: Any
) -> None:
    cast.ours.languages = ["mn"]
    cast.ours.save()
    assert trees(cast.editor, records.homes, "change") == {"en", "mn"}


def test_page_rights_end_with_the_membership(cast: Any, records: Any) -> None:
    Membership.objects.get(person=cast.editor).delete()
    assert trees(cast.editor, records.homes, "change") == set()
    assert not anew(cast.editor).has_perm("wagtailadmin.access_admin")


def test_the_editing_pages_open_to_those_with_something_to_do_there(cast: Any) -> None:
    inside = {
        "editor",
        "translator",
        "data_manager",
        "administrator",
        "auditor",
        "foreign_editor",
        "operator",
    }
    for name in (*inside, "ranger"):
        assert anew(cast[name]).has_perm("wagtailadmin.access_admin") == (name in inside), name


def test_syncing_again_changes_nothing_and_mends_what_was_changed_by_hand(cast: Any, records: Any) -> None:
    stranger = Group.objects.get(name=groups.group_name(cast.theirs, Role.EDITOR))
    cast.editor.groups.add(stranger)
    groups.sync()
    assert trees(cast.editor, records.homes, "publish") == {"en", "ru"}
    before = set(cast.editor.groups.values_list("name", flat=True))
    groups.sync()
    assert set(cast.editor.groups.values_list("name", flat=True)) == before


def test_an_office_that_is_no_more_leaves_no_groups(cast: Any) -> None:
    from amur.portal.offices.models import Office

    office = Office.objects.create(key="short-lived", country="RU", time_zone="UTC")
    assert Group.objects.filter(name__startswith="office:short-lived/").exists()
    office.delete()
    assert not Group.objects.filter(name__startswith="office:short-lived/").exists()
