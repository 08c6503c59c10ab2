"""Registers the rights and the editing pages of the room with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.connectivity.models import ConnectivityResult, ResistanceRaster
from amur.portal.editing.results import ResultPolicy
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(ConnectivityResult, ResultPolicy(ConnectivityResult, Subject.CONNECTIVITY))
register_permission_policy(ResistanceRaster, OfficePermissionPolicy(ResistanceRaster, Subject.CONNECTIVITY))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The results, in the menu."""
    from amur.portal.connectivity.admin import ResultViewSet

    return ResultViewSet()
