"""Rights towards results in the editing pages: runs make them, and they are deleted on their own pages."""

from collections.abc import Iterable
from typing import Any

from amur.portal.offices.policies import OfficePermissionPolicy, Verb

BY_HAND = frozenset({Verb.VIEW, Verb.CHANGE, Verb.TRANSLATE})


class ResultPolicy(OfficePermissionPolicy):
    """As the table says, but nobody adds or deletes a result by hand."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in BY_HAND and super().user_has_permission(user, action)

    def may(self, person: Any, verb: Verb, instance: Any) -> bool:
        return verb in BY_HAND and super().may(person, verb, instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        return super().instances_user_has_any_permission_for(
            user, [action for action in actions if action in BY_HAND]
        )
