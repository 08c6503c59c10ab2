"""The table of rights, asked directly: role by role, subject by subject, own office and another."""

from __future__ import annotations

from typing import Any

import pytest

from amur.portal.offices.models import Membership, Role
from amur.portal.offices.policies import (
    RECORDS,
    RIGHTS,
    Standing,
    Subject,
    Verb,
    allows,
    may,
    verbs_of,
)

V, A, C, T, D, P = Verb.VIEW, Verb.ADD, Verb.CHANGE, Verb.TRANSLATE, Verb.DELETE, Verb.PUBLISH
ALL_VERBS = set(Verb)
HERE, THERE = 1, 2

# What each role may do in its own office, written a second time and independently of the program.
EXPECTED: dict[Role, dict[Subject, set[Verb]]] = {
    Role.EDITOR: {
        Subject.PAGES: {V, A, C, T, D, P},
        Subject.EVENTS: {V, A, C, T, D},
        Subject.MEDIA: {V, A, C, T, D},
        Subject.LIBRARY: {V, A, C, T, D},
        Subject.CONNECTIVITY: {V},
        Subject.POPULATION: {V},
        Subject.REDIRECTS: {V, A, C, T, D},
        Subject.GLOSSARY: {V, A, C, T, D},
        Subject.NEWSLETTER: {V, A, C, T, D, P},
        Subject.REGISTER: {V},
        Subject.SPECIES: {V},
        Subject.FACTS: {V},
        Subject.ANIMALS: {V},
        Subject.DESIGNATIONS: {V},
        Subject.VISITORS: {V},
    },
    Role.TRANSLATOR: {
        Subject.VISITORS: {V},
        Subject.PAGES: {V, A, C, T},
        Subject.NOTICES: {V, T},
        Subject.GLOSSARY: {V, A, C, T},
        Subject.NEWSLETTER: {V, T},
        **{subject: {V, T} for subject in RECORDS},
    },
    Role.DATA_MANAGER: {
        **{subject: {V, A, C, T, D} for subject in RECORDS},
        Subject.DESIGNATIONS: {V},
        Subject.POPULATION: {V, A, C, T, D, P},
        Subject.CAMERAS: {V, A, C, T, D, P},
        Subject.MATCHING: {V, A, C, T, D, P},
        Subject.PATROLS: {V, A, C, T, D},
    },
    Role.ANALYST: {
        Subject.REGISTER: {V},
        Subject.SPECIES: {V},
        Subject.ANIMALS: {V},
        Subject.EVENTS: {V},
        Subject.MEDIA: {V},
        Subject.LIBRARY: {V},
        Subject.DESIGNATIONS: {V},
        Subject.FACTS: {V, A, C, T},
        Subject.CONNECTIVITY: {V, A, C, T, D},
        Subject.POPULATION: {V, A, C, T, D},
        Subject.CAMERAS: {V, A, C, T, D},
        Subject.MATCHING: {V, A, C, T, D},
    },
    Role.RANGER: {
        Subject.REGISTER: {V},
        Subject.SPECIES: {V},
        Subject.ANIMALS: {V},
        Subject.CAMERAS: {V, A, C},
        Subject.PATROLS: {V, A, C},
    },
    Role.CLAIMS_OFFICER: {Subject.REGISTER: {V}, Subject.SPECIES: {V}},
    Role.AUDITOR: {subject: {V} for subject in Subject},
    Role.ADMINISTRATOR: {
        Subject.VISITORS: {V},
        Subject.OFFICE: {V, C, T},
        Subject.REDIRECTS: {V, A, C, T, D},
        Subject.NOTICES: {V, A, C, T, D},
        Subject.PEOPLE: {V, A, C, T},
        Subject.DESIGNATIONS: {V, A, C, T},
    },
}


def one(role: Role) -> Standing:
    return Standing(active=True, roles=frozenset({(HERE, role)}))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("subject", Subject)
def test_a_role_may_do_in_its_own_office_what_the_table_says_and_nothing_else(
    role: Role, subject: Subject
) -> None:
    allowed = {verb for verb in Verb if one(role).may(verb, subject, HERE)}
    assert allowed == EXPECTED[role].get(subject, set())


@pytest.mark.parametrize("role", Role)
def test_no_role_sees_or_changes_anything_of_another_office(role: Role) -> None:
    assert not any(one(role).may(verb, subject, THERE) for verb in Verb for subject in Subject)


def test_an_auditor_reads_everything_of_the_own_office_and_changes_nothing() -> None:
    assert set(RIGHTS[Role.AUDITOR]) == set(Subject)
    assert all(verbs == {V} for verbs in RIGHTS[Role.AUDITOR].values())


def test_every_role_has_a_row_and_the_table_names_no_other() -> None:
    assert set(RIGHTS) == set(Role)
    assert set(EXPECTED) == set(Role)


def test_a_record_without_an_office_belongs_to_nobody() -> None:
    for role in Role:
        assert not any(one(role).may(verb, subject, None) for verb in Verb for subject in Subject)


def test_a_closed_account_has_no_rights_whatever_its_roles() -> None:
    closed = Standing(active=False, unlimited=True, roles=frozenset((HERE, role) for role in Role))
    assert not any(closed.may(verb, subject, HERE) for verb in Verb for subject in Subject)
    assert closed.offices(V, Subject.REGISTER) == frozenset()


def test_roles_in_two_offices_do_not_lend_their_rights_to_each_other() -> None:
    both = Standing(active=True, roles=frozenset({(HERE, Role.DATA_MANAGER), (THERE, Role.RANGER)}))
    assert both.may(C, Subject.REGISTER, HERE)
    assert both.may(V, Subject.REGISTER, THERE)
    assert not both.may(C, Subject.REGISTER, THERE)
    assert both.offices(C, Subject.REGISTER) == {HERE}
    assert both.offices(V, Subject.REGISTER) == {HERE, THERE}


def test_the_operator_is_not_bound_to_an_office() -> None:
    operator = Standing(active=True, unlimited=True)
    assert all(operator.may(verb, subject, None) for verb in Verb for subject in Subject)
    assert operator.offices(D, Subject.PEOPLE) is None


def test_an_action_that_nobody_knows_is_allowed_to_nobody() -> None:
    assert verbs_of(["lock", "bulk_delete", "choose"]) == frozenset()


def test_allows_speaks_of_one_role_at_a_time() -> None:
    assert allows(Role.RANGER, V, Subject.REGISTER, own=True)
    assert not allows(Role.RANGER, V, Subject.REGISTER, own=False)


def test_a_person_has_the_rights_of_the_memberships_and_the_public_none(cast: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    assert may(cast.data_manager, C, Subject.REGISTER, cast.ours)
    assert not may(cast.data_manager, C, Subject.REGISTER, cast.theirs)
    assert not may(AnonymousUser(), V, Subject.REGISTER, cast.ours)


def test_rights_end_with_the_membership_and_with_the_account(cast: Any) -> None:
    person = type(cast.data_manager).objects.get(pk=cast.data_manager.pk)
    assert may(person, C, Subject.REGISTER, cast.ours)
    Membership.objects.filter(person=person).delete()
    again = type(person).objects.get(pk=person.pk)
    assert not may(again, V, Subject.REGISTER, cast.ours)

    closed = type(person).objects.get(pk=cast.administrator.pk)
    closed.is_active = False
    assert not may(closed, V, Subject.PEOPLE, cast.ours)
