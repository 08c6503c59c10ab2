"""Registers the rights and the editing pages of offices and people with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.offices.models import LegalNotice, Office
from amur.portal.offices.policies import OfficeItselfPolicy, OfficePermissionPolicy, Subject

register_permission_policy(Office, OfficeItselfPolicy(Office, Subject.OFFICE))
register_permission_policy(LegalNotice, OfficePermissionPolicy(LegalNotice, Subject.NOTICES))


@hooks.register("register_admin_viewset")
def register_viewsets() -> object:
    """Offices, legal notices and people, in one group of the menu."""
    from amur.portal.offices.admin import OfficeGroup

    return OfficeGroup()
