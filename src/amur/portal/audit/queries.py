"""Questions to the log: the history of a record, and what somebody may read of it."""

import uuid
from typing import Any

from django.db.models import QuerySet

from amur.portal.audit.models import PROGRAMME, AuditEntry
from amur.portal.offices.models import Membership, Office, Person, Role

READERS = (Role.AUDITOR, Role.ADMINISTRATOR)


def history(kind: str, object_uuid: uuid.UUID) -> QuerySet[AuditEntry]:
    """All entries about one record, oldest first; `kind` is its model, such as `areas.area`."""
    return AuditEntry.objects.filter(kind=kind, object_uuid=object_uuid).order_by("time", "sequence")


def offices_to_read(person: Any) -> list[Office]:
    """The offices whose log a person may read: where they are auditor or administrator."""
    if not isinstance(person, Person) or not person.is_active:
        return []
    if person.is_superuser:
        return list(Office.objects.order_by("key"))
    roles = Membership.objects.filter(person=person, role__in=READERS)
    return list(Office.objects.filter(pk__in=roles.values("office")).order_by("key"))


def readable(person: Any) -> QuerySet[AuditEntry]:
    """The entries a person may read: the chains of these offices, and the programme's."""
    offices = offices_to_read(person)
    if not offices:
        return AuditEntry.objects.none()
    chains = [str(office.uuid) for office in offices]
    return AuditEntry.objects.filter(chain__in=[*chains, PROGRAMME]).order_by("-time", "-sequence")
