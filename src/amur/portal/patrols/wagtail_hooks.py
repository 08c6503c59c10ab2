"""Registers the rights of the room and its place in the menu of the offices with Wagtail."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.patrols import queries
from amur.portal.patrols.models import Patrol

register_permission_policy(Patrol, OfficePermissionPolicy(Patrol, Subject.PATROLS))


class PatrolsItem(MenuItem):
    """The room, for people who see patrols of an office."""

    def is_shown(self, request: HttpRequest) -> bool:
        return queries.offices_for(request.user).exists()

    def render_component(self, request: HttpRequest) -> Any:
        """The item leads to the room in the language of whoever looks."""
        found = super().render_component(request)
        found.url = reverse("patrols")
        return found


@hooks.register("register_admin_menu_item")
def register_item() -> Any:
    """The room, in the menu."""
    return PatrolsItem(_("Patrols"), reverse("patrols"), icon_name="site", name="patrols", order=205)
