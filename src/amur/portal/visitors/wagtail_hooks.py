"""The report of visits in the editing pages: its address and its place in the menu of reports."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from amur.portal.visitors import report_views


class ReportMenuItem(MenuItem):
    """Shown to those who may read it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return report_views.may_read(request.user)


@hooks.register("register_admin_urls")
def report_addresses() -> list[URLPattern]:
    return report_views.URLS


@hooks.register("register_reports_menu_item")
def report_menu_item() -> Any:
    return ReportMenuItem(
        _("Visitors"), reverse("visitors_report"), name="visitors", icon_name="group", order=50
    )
