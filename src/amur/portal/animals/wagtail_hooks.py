"""Registers the rights and the editing pages of the known individuals with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.animals.models import Animal
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(Animal, OfficePermissionPolicy(Animal, Subject.ANIMALS))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The animals, in the menu."""
    from amur.portal.animals.admin import AnimalViewSet

    return AnimalViewSet()
