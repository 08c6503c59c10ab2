"""Registers the rights and the editing pages of the register with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.areas.import_hooks import import_item
from amur.portal.areas.models import Area, Designation, TransboundaryUnit
from amur.portal.offices.policies import DesignationPolicy, OfficePermissionPolicy, Subject

register_permission_policy(Area, OfficePermissionPolicy(Area, Subject.REGISTER))
register_permission_policy(TransboundaryUnit, OfficePermissionPolicy(TransboundaryUnit, Subject.REGISTER))
register_permission_policy(Designation, DesignationPolicy(Designation, Subject.DESIGNATIONS))


@hooks.register("register_admin_viewset")
def register_viewsets() -> object:
    """Areas, transboundary units and designations, in one group of the menu."""
    from amur.portal.areas.admin import RegisterGroup

    return RegisterGroup()


@hooks.register("register_admin_menu_item")
def register_import() -> object:
    """The way to the import, for those who may."""
    return import_item()
