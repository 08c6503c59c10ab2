"""The place of the room in the menu of the offices, and its rights."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.patrol_phones import queries
from amur.portal.patrol_phones.models import Phone

register_permission_policy(Phone, OfficePermissionPolicy(Phone, Subject.PATROLS))


class PhonesItem(MenuItem):
    """The room, for people who see phones of an office."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(queries.offices_for(request.user))

    def render_component(self, request: HttpRequest) -> Any:
        """The item leads to the room in the language of whoever looks."""
        found = super().render_component(request)
        found.url = reverse("patrols-phones")
        return found


@hooks.register("register_admin_menu_item")
def register_item() -> Any:
    """The room, in the menu."""
    return PhonesItem(
        _("Phones of patrols"), reverse("patrols-phones"), icon_name="mobile-alt", name="phones", order=206
    )
