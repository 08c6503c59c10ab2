"""Registers the rights and the editing pages of offices and people with Wagtail."""

from django.urls import URLPattern, re_path
from django.views.generic import RedirectView
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.offices.models import LegalNotice, Office, OfficeName
from amur.portal.offices.policies import OfficeItselfPolicy, OfficePermissionPolicy, Subject

register_permission_policy(Office, OfficeItselfPolicy(Office, Subject.OFFICE))
register_permission_policy(LegalNotice, OfficePermissionPolicy(LegalNotice, Subject.NOTICES))
register_permission_policy(OfficeName, OfficePermissionPolicy(OfficeName, Subject.NOTICES))


@hooks.register("register_admin_viewset")
def register_viewsets() -> object:
    """Offices, legal notices and people, in one group of the menu."""
    from amur.portal.offices.admin import OfficeGroup

    return OfficeGroup()


@hooks.register("register_admin_urls", order=-1)
def one_place_for_people() -> list[URLPattern]:
    """Wagtail's own pages of users know neither offices nor roles; ours stand in their place."""
    return [re_path(r"^users/", RedirectView.as_view(pattern_name="people:index", permanent=False))]
