"""Page rights for Wagtail: one group for each office and role, kept in step with the memberships.

Wagtail grants page rights to groups along its tree. The groups here are derived from `policies.RIGHTS`,
`Office.languages` and `Membership`; nobody edits them by hand. An office keeps the trees of its languages,
and the English tree belongs to all. Called by `signals`; `sync` mends everything at once.
"""

from typing import Final

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission

from amur.portal.offices.models import Membership, Office, Person, Role
from amur.portal.offices.policies import RIGHTS, VIEW, Subject, Verb

SHARED_LANGUAGE: Final = "en"
PREFIX: Final = "office:"

ELSEWHERE: Final = frozenset({Subject.CAMERAS, Subject.MATCHING, Subject.PATROLS})
"""Subjects with pages of their own, outside the editing pages."""
# Roles that work in the editing pages: those who change something there, and those who check everything.
EDITING_ROLES: Final = frozenset(
    role
    for role, rights in RIGHTS.items()
    if role == Role.AUDITOR
    or any(verbs > VIEW for subject, verbs in rights.items() if subject not in ELSEWHERE)
)
_PAGE_PERMISSIONS: Final = {Verb.ADD: "add_page", Verb.CHANGE: "change_page", Verb.PUBLISH: "publish_page"}


def group_name(office: Office, role: Role) -> str:
    """The name of the group of an office's role.

    >>> group_name(Office(key="dadal"), Role.EDITOR)
    'office:dadal/editor'
    """
    return f"{PREFIX}{office.key}/{role.value}"


def sync() -> None:
    """Bring all groups and everybody's groups in line with offices and memberships."""
    for office in Office.objects.all():
        sync_office(office)
    for person in Person.objects.all():
        sync_person(person)


def sync_office(office: Office) -> None:
    """The groups of one office, with access to the editing pages and rights in its language trees."""
    for role in Role:
        if role in EDITING_ROLES:
            _sync_group(office, role)


def sync_person(person: Person) -> None:
    """Put the person into the groups of the present memberships and out of all other office groups."""
    wanted = {
        _group(one.office, Role(one.role))
        for one in Membership.objects.filter(person=person).select_related("office")
        if one.role in EDITING_ROLES
    }
    present = set(person.groups.filter(name__startswith=PREFIX))
    person.groups.add(*(wanted - present))
    person.groups.remove(*(present - wanted))


def forget(office: Office) -> None:
    """Delete the groups of an office that is no more."""
    Group.objects.filter(name__in=[group_name(office, role) for role in Role]).delete()


def _group(office: Office, role: Role) -> Group:
    group = Group.objects.filter(name=group_name(office, role)).first()
    return group or _sync_group(office, role)


def _sync_group(office: Office, role: Role) -> Group:
    from amur.portal.website.models import HomePage  # it needs Person, so not at the top

    group, _made = Group.objects.get_or_create(name=group_name(office, role))
    verbs = RIGHTS[role].get(Subject.PAGES, frozenset())
    group.permissions.set(_general_permissions(writes_pages=bool(verbs - VIEW)))
    codenames = {codename for verb, codename in _PAGE_PERMISSIONS.items() if verb in verbs}
    kept = [SHARED_LANGUAGE, *office.languages] if codenames else []
    pages = HomePage.objects.filter(locale__language_code__in=kept)
    permissions = list(
        Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames)
    )
    wanted = {(page.pk, permission.pk) for page in pages for permission in permissions}
    for row in GroupPagePermission.objects.filter(group=group):
        if (row.page_id, row.permission_id) in wanted:
            wanted.remove((row.page_id, row.permission_id))
        else:
            row.delete()
    for page, permission in sorted(wanted):
        GroupPagePermission.objects.create(group=group, page_id=page, permission_id=permission)
    return group


def _general_permissions(*, writes_pages: bool) -> list[Permission]:
    codenames = ["access_admin", *(["submit_translation"] if writes_pages else [])]
    return list(
        Permission.objects.filter(
            content_type__app_label__in=("wagtailadmin", "simple_translation"), codename__in=codenames
        )
    )
