"""Rights on the glossary: one for all offices, kept by all their editors and translators."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from amur.portal.offices.policies import OfficePermissionPolicy, Verb, standing

if TYPE_CHECKING:
    from django.db.models import QuerySet


class GlossaryPolicy(OfficePermissionPolicy):
    """Whoever may do something to the glossary in any office may do it to every term."""

    def office_of(self, instance: Any) -> int | None:
        return None

    def may(self, person: Any, verb: Verb, instance: Any) -> bool:
        return standing(person).offices(verb, self.subject) != frozenset()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> "QuerySet[Any]":
        rows = self._rows()
        return rows if self.user_has_any_permission(user, list(actions)) else rows.none()
