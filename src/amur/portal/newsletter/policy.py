"""Rights on issues: those of the table, but a published issue stays."""

from typing import Any

from amur.portal.newsletter.models import Issue
from amur.portal.offices.policies import OfficePermissionPolicy, Subject, Verb


class IssuePolicy(OfficePermissionPolicy):
    """An issue that readers know by its address is never deleted."""

    def __init__(self, model: type[Issue]) -> None:
        super().__init__(model, Subject.NEWSLETTER)

    def may(self, person: Any, verb: Verb, instance: Any) -> bool:
        return not (verb == Verb.DELETE and instance.is_published) and super().may(person, verb, instance)
