"""Registers the rights and the editing pages of the species with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.species.models import Species

register_permission_policy(Species, OfficePermissionPolicy(Species, Subject.SPECIES))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The species, in the menu."""
    from amur.portal.species.admin import SpeciesViewSet

    return SpeciesViewSet()
