"""Registers the rights and the editing pages of the newsletter with Wagtail."""

from typing import Any

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.newsletter.models import Issue
from amur.portal.newsletter.policy import IssuePolicy

register_permission_policy(Issue, IssuePolicy(Issue))


@hooks.register("register_admin_urls")
def desk_urls() -> list[Any]:
    """The desk of an issue and the lists of readers."""
    from amur.portal.newsletter.admin import URLS

    return URLS


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The issues, in the menu."""
    from amur.portal.newsletter.admin import IssueViewSet

    return IssueViewSet()
