"""Registers the rights and the editing pages of old addresses with Wagtail."""

from typing import Any

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.redirects.models import OldAddress

register_permission_policy(OldAddress, OfficePermissionPolicy(OldAddress, Subject.REDIRECTS))


@hooks.register("register_admin_urls")
def exchange_urls() -> list[Any]:
    """Import and export."""
    from amur.portal.redirects.admin import URLS

    return URLS


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The table, in the menu."""
    from amur.portal.redirects.admin import AddressViewSet

    return AddressViewSet()
