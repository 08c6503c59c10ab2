"""People's accounts from the command line. Called by `amur users add` and `amur users reset`."""

import secrets
from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction

from amur.portal.offices.models import Membership, Office, Person, Role
from amur.portal.operations.problems import Problem, _


def add_person(name: str, office_key: str | None, roles: Sequence[str], *, unlimited: bool) -> str:
    """Make an account; returns its first password, which is kept nowhere in the clear.

    Raises Problem for a name that is taken or malformed, an unknown office or role, or a person without any
    right.
    """
    if not unlimited and not (office_key and roles):
        raise Problem(_("Say --office KEY and at least one --role ROLE, or --unlimited."))
    office = _office(office_key) if office_key else None
    chosen = [_role(role) for role in roles]
    if chosen and office is None:
        raise Problem(_("Say in which --office the person has a --role."))
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        if Person.objects.filter(username=name).exists():
            raise Problem(_("There is already a person {name}. Choose another name.").format(name=name))
        person = Person(username=name, office=office, is_superuser=unlimited, is_staff=unlimited)
        person.set_password(password)
        try:
            person.full_clean()
        except ValidationError as error:
            raise Problem(f"{name}: {' '.join(error.messages)}") from error
        person.save()
        if office is not None:
            for role in dict.fromkeys(chosen):
                Membership.objects.create(person=person, office=office, role=role)
    return password


def reset_person(name: str) -> str:
    """Take away every way in of somebody who lost theirs; returns a new first password.

    Passkeys, the one-time-code app and recovery codes are deleted, and all logins end. Raises Problem for an
    unknown name.
    """
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        person = Person.objects.filter(username=name).first()
        if person is None:
            raise Problem(_("There is no person {name}.").format(name=name))
        for way_in in Authenticator.objects.filter(user=person):
            way_in.delete()
        person.set_password(password)
        person.save()
    return password


def _office(key: str) -> Office:
    office = Office.objects.filter(key=key).first()
    if office is None:
        known = ", ".join(Office.objects.values_list("key", flat=True))
        raise Problem(
            _("There is no office {key}. Offices: {known}").format(key=key, known=known or _("none yet"))
        )
    return office


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError as error:
        raise Problem(
            _("There is no role {name}. Roles: {known}").format(name=name, known=", ".join(Role.values))
        ) from error
