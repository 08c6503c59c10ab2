"""Registers the rights of the room and its place in the menu of the offices with Wagtail."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from amur.portal.matching import queries
from amur.portal.matching.models import Agreement, OfficeKey, Partner, Round
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

for model in (Agreement, OfficeKey, Partner, Round):
    register_permission_policy(model, OfficePermissionPolicy(model, Subject.MATCHING))


class MatchingItem(MenuItem):
    """The room, for people who take part in rounds."""

    def is_shown(self, request: HttpRequest) -> bool:
        return queries.offices_for(request.user).exists()

    def render_component(self, request: HttpRequest) -> Any:
        """The item leads to the room in the language of whoever looks."""
        found = super().render_component(request)
        found.url = reverse("matching")
        return found


@hooks.register("register_admin_menu_item")
def register_item() -> Any:
    """The room, in the menu."""
    return MatchingItem(
        _("Animals across the border"), reverse("matching"), icon_name="group", name="matching", order=204
    )
