"""Registers the rights and the editing pages of facts and documents with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.facts.models import Document, Fact
from amur.portal.offices.policies import ComputedPolicy, OfficePermissionPolicy, Subject

register_permission_policy(Fact, ComputedPolicy(Fact, Subject.FACTS))
register_permission_policy(Document, OfficePermissionPolicy(Document, Subject.FACTS))


@hooks.register("register_admin_viewset")
def register_viewsets() -> object:
    """Facts and documents, in one group of the menu."""
    from amur.portal.facts.admin import FactsGroup

    return FactsGroup()
