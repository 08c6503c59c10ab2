"""Rights: who may do what in which office. One table, asked by editing pages, public views and the API alike.

`RIGHTS` says what each role may do inside its own office. No role sees or edits another office's raw records:
what goes across passes the gate of `amur.disclosure`. `may` answers for a person, `OfficePermissionPolicy`
gives the same answers to Wagtail (`register_policies` in each subject's `wagtail_hooks`). Nothing is kept
between requests, so a right ends with the membership or the account that gave it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Model, Q, QuerySet, When
from wagtail.permission_policies.base import BasePermissionPolicy

from amur.portal.offices.models import Membership, Office, Person, Role


class Verb(StrEnum):
    """What can be done. Translating is changing texts only, never figures or places."""

    VIEW = "view"
    ADD = "add"
    CHANGE = "change"
    TRANSLATE = "translate"
    DELETE = "delete"
    PUBLISH = "publish"


class Subject(StrEnum):
    """What it is done to."""

    REGISTER = "register"
    DESIGNATIONS = "designations"
    SPECIES = "species"
    FACTS = "facts"
    ANIMALS = "animals"
    CAMERAS = "cameras"
    MATCHING = "matching"
    PATROLS = "patrols"
    EVENTS = "events"
    MEDIA = "media"
    LIBRARY = "library"
    CONNECTIVITY = "connectivity"
    POPULATION = "population"
    NEWSLETTER = "newsletter"
    REDIRECTS = "redirects"
    GLOSSARY = "glossary"
    PAGES = "pages"
    OFFICE = "office"
    NOTICES = "notices"
    PEOPLE = "people"
    VISITORS = "visitors"


Verbs = frozenset[Verb]
VIEW: Final[Verbs] = frozenset({Verb.VIEW})
WRITE: Final[Verbs] = frozenset({Verb.VIEW, Verb.ADD, Verb.CHANGE, Verb.TRANSLATE, Verb.DELETE})
TRANSLATE: Final[Verbs] = frozenset({Verb.VIEW, Verb.TRANSLATE})
RECORDS: Final = (
    Subject.REGISTER,
    Subject.SPECIES,
    Subject.FACTS,
    Subject.ANIMALS,
    Subject.EVENTS,
    Subject.MEDIA,
    Subject.LIBRARY,
    Subject.CONNECTIVITY,
    Subject.POPULATION,
)


def _rights(verbs: Verbs, *subjects: Subject) -> dict[Subject, Verbs]:
    return dict.fromkeys(subjects, verbs)


RIGHTS: Final[Mapping[Role, Mapping[Subject, Verbs]]] = {
    Role.EDITOR: {
        **_rights(VIEW, *RECORDS, Subject.DESIGNATIONS),
        Subject.EVENTS: WRITE,
        Subject.MEDIA: WRITE,
        Subject.LIBRARY: WRITE,
        Subject.REDIRECTS: WRITE,
        Subject.NEWSLETTER: WRITE | {Verb.PUBLISH},
        Subject.GLOSSARY: WRITE,
        Subject.VISITORS: VIEW,
        Subject.PAGES: WRITE | {Verb.PUBLISH},
    },
    Role.TRANSLATOR: {
        **_rights(TRANSLATE, *RECORDS, Subject.NEWSLETTER, Subject.NOTICES),
        Subject.GLOSSARY: frozenset({Verb.VIEW, Verb.ADD, Verb.CHANGE, Verb.TRANSLATE}),
        Subject.VISITORS: VIEW,
        Subject.PAGES: frozenset({Verb.VIEW, Verb.ADD, Verb.CHANGE, Verb.TRANSLATE}),
    },
    Role.DATA_MANAGER: {
        **_rights(WRITE, *RECORDS),
        **_rights(VIEW, Subject.DESIGNATIONS),
        Subject.POPULATION: WRITE | {Verb.PUBLISH},
        Subject.CAMERAS: WRITE | {Verb.PUBLISH},
        Subject.MATCHING: WRITE | {Verb.PUBLISH},
        Subject.PATROLS: WRITE,
    },
    Role.ANALYST: {
        **_rights(VIEW, *RECORDS, Subject.DESIGNATIONS),
        Subject.FACTS: WRITE - {Verb.DELETE},
        Subject.CONNECTIVITY: WRITE,
        Subject.POPULATION: WRITE,
        Subject.CAMERAS: WRITE,
        Subject.MATCHING: WRITE,
    },
    Role.RANGER: {
        **_rights(VIEW, Subject.REGISTER, Subject.SPECIES, Subject.ANIMALS),
        **_rights(frozenset({Verb.VIEW, Verb.ADD, Verb.CHANGE}), Subject.CAMERAS, Subject.PATROLS),
    },
    Role.CLAIMS_OFFICER: _rights(VIEW, Subject.REGISTER, Subject.SPECIES),
    Role.AUDITOR: _rights(VIEW, *Subject),
    Role.ADMINISTRATOR: {
        **_rights(WRITE - {Verb.DELETE}, Subject.OFFICE, Subject.PEOPLE, Subject.DESIGNATIONS),
        Subject.OFFICE: frozenset({Verb.VIEW, Verb.CHANGE, Verb.TRANSLATE}),
        Subject.NOTICES: WRITE,
        Subject.REDIRECTS: WRITE,
        Subject.VISITORS: VIEW,
    },
}


def allows(role: Role, verb: Verb, subject: Subject, *, own: bool) -> bool:
    """What the table says of one role, inside its own office or towards another.

    >>> allows(Role.DATA_MANAGER, Verb.CHANGE, Subject.REGISTER, own=True)
    True
    >>> allows(Role.DATA_MANAGER, Verb.VIEW, Subject.REGISTER, own=False)
    False
    """
    return own and verb in RIGHTS[role].get(subject, frozenset())


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person's rights hang on: the account's state and the roles in each office, by primary key."""

    active: bool = False
    unlimited: bool = False
    roles: frozenset[tuple[int, Role]] = frozenset()

    def may(self, verb: Verb, subject: Subject, office: int | None) -> bool:
        """Whether the verb is allowed in an office; None stands for a record without one."""
        if not self.active:
            return False
        return self.unlimited or any(
            allows(role, verb, subject, own=office is not None and own == office) for own, role in self.roles
        )

    def offices(self, verb: Verb, subject: Subject) -> frozenset[int] | None:
        """The offices in which the verb is allowed; None when in all of them."""
        if self.active and (self.unlimited or self.may(verb, subject, None)):
            return None
        return frozenset(office for office, _role in self.roles if self.may(verb, subject, office))


def standing(person: Person | AnonymousUser) -> Standing:
    """The person's standing, looked up once for each request (a request loads its person anew)."""
    if not isinstance(person, Person) or not person.is_active:
        return Standing()
    known: Standing | None = getattr(person, "_standing", None)
    if known is None:
        roles = Membership.objects.filter(person=person).values_list("office_id", "role")
        known = Standing(True, person.is_superuser, frozenset((pk, Role(role)) for pk, role in roles))
        person._standing = known  # type: ignore[attr-defined]  # lives as long as the request's own person
    return known


def may(person: Person | AnonymousUser, verb: Verb, subject: Subject, office: Office | int | None) -> bool:
    """Whether a person may do something to a subject's records of an office: the one question."""
    return standing(person).may(verb, subject, office.pk if isinstance(office, Office) else office)


def offices_where(person: Person | AnonymousUser, verb: Verb, subject: Subject) -> "QuerySet[Office]":
    """The offices in which the person may do it, the person's own office first."""
    keys = standing(person).offices(verb, subject)
    found = Office.objects.all() if keys is None else Office.objects.filter(pk__in=keys)
    own = person.office_id if isinstance(person, Person) else None
    return found.order_by(Case(When(pk=own, then=0), default=1), "key") if own else found


# What Wagtail's words mean in the table: its editing form serves those who translate, too.
ACTIONS: Final[Mapping[str, frozenset[Verb]]] = {
    **{verb.value: frozenset({verb}) for verb in Verb},
    "change": frozenset({Verb.CHANGE, Verb.TRANSLATE}),
}


def verbs_of(actions: Iterable[str]) -> frozenset[Verb]:
    """The verbs that Wagtail's actions stand for; unknown actions are allowed to nobody."""
    return frozenset(verb for action in actions for verb in ACTIONS.get(action, ()))


class OfficePermissionPolicy(BasePermissionPolicy):
    """The table's answers for a model whose rows belong to an office."""

    def __init__(self, model: type[Model], subject: Subject, office_field: str = "office") -> None:
        super().__init__(model)
        self.subject = subject
        self.office_field = office_field

    def office_of(self, instance: Any) -> int | None:
        """The primary key of the office that a row belongs to."""
        key: int | None = getattr(instance, f"{self.office_field}_id")
        return key

    def rows_of(self, offices: frozenset[int]) -> Q:
        """Which rows belong to one of the offices."""
        return Q(**{f"{self.office_field}__in": offices})

    def user_has_permission(self, user: Any, action: str) -> bool:
        found = standing(user)
        return any(found.offices(verb, self.subject) != frozenset() for verb in verbs_of([action]))

    def may(self, person: Any, verb: Verb, instance: Any) -> bool:
        """Whether the person may do this very thing to this very row."""
        return standing(person).may(verb, self.subject, self.office_of(instance))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return any(self.may(user, verb, instance) for verb in verbs_of([action]))

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> "QuerySet[Any]":
        found: frozenset[int] = frozenset()
        for verb in verbs_of(actions):
            offices = standing(user).offices(verb, self.subject)
            if offices is None:
                return self._rows()
            found |= offices
        return self._rows().filter(self.rows_of(found))

    def users_with_any_permission(self, actions: Iterable[str]) -> "QuerySet[Person]":
        return _holders(self._roles(actions))

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> "QuerySet[Person]":
        return _holders(self._roles(actions), self.office_of(instance))

    def _rows(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    def _roles(self, actions: Iterable[str]) -> set[Role]:
        verbs = verbs_of(actions)
        return {role for role, row in RIGHTS.items() if verbs & row.get(self.subject, frozenset())}


def _holders(roles: set[Role], office: int | None = None) -> "QuerySet[Person]":
    """Active people who hold one of the roles, in an office or (without one) anywhere."""
    there = Q(memberships__role__in=roles)
    if office is not None:
        there &= Q(memberships__office=office)
    return Person.objects.filter(Q(is_active=True) & (Q(is_superuser=True) | there)).distinct()


class OfficeItselfPolicy(OfficePermissionPolicy):
    """An office's own row: its administrator describes it; a new one is made by the operator only."""

    def office_of(self, instance: Any) -> int | None:
        return int(instance.pk) if instance.pk else None

    def rows_of(self, offices: frozenset[int]) -> Q:
        return Q(pk__in=offices)


class DesignationPolicy(OfficePermissionPolicy):
    """Legal categories have no office: all read them, the administrators of a country's offices keep them."""

    def may(self, person: Any, verb: Verb, instance: Any) -> bool:
        if verb == Verb.VIEW:
            return self.user_has_permission(person, verb)
        offices = Office.objects.filter(country=instance.country) if instance.country else ()
        keys: list[int | None] = [office.pk for office in offices] or [None]
        return any(standing(person).may(verb, self.subject, key) for key in keys)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> "QuerySet[Any]":
        rows = self._rows()
        return rows if self.user_has_any_permission(user, list(actions)) else rows.none()


class ComputedPolicy(OfficePermissionPolicy):
    """Facts: what a run has computed is changed by running again, never by hand."""

    def may(self, person: Any, verb: Verb, instance: Any) -> bool:
        return (verb == Verb.VIEW or not instance.run_id) and super().may(person, verb, instance)


class PeoplePolicy(OfficePermissionPolicy):
    """The people of an office, as far as their rights end there.

    Whoever has a role in another office, too, is left to the operator: an administrator who could set that
    person's password would gain those rights.
    """

    def may(self, person: Any, verb: Verb, instance: Any) -> bool:
        if not super().may(person, verb, instance):
            return False
        if verb == Verb.VIEW or not instance.pk or standing(person).unlimited:
            return True
        own = self.office_of(instance)
        elsewhere = instance.memberships.exclude(office=own)
        return not instance.is_superuser and not elsewhere.exists()
