"""Registers the rights and the editing pages of publications with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.library.models import Publication
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(Publication, OfficePermissionPolicy(Publication, Subject.LIBRARY))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The publications, in the menu."""
    from amur.portal.library.admin import PublicationViewSet

    return PublicationViewSet()
