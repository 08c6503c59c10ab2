"""The audit log in the editing pages: its address and its place in the menu of reports."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from amur.portal.audit.queries import offices_to_read
from amur.portal.audit.views import LogView


class LogMenuItem(MenuItem):
    """Shown to those who may read the log of an office."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(offices_to_read(request.user))


@hooks.register("register_admin_urls")
def log_addresses() -> list[URLPattern]:
    return [
        path("audit/", LogView.as_view(), name="audit_log"),
        path("audit/results/", LogView.as_view(results_only=True), name="audit_log_results"),
    ]


@hooks.register("register_reports_menu_item")
def log_menu_item() -> Any:
    return LogMenuItem(_("Audit log"), reverse("audit_log"), name="audit-log", icon_name="history", order=100)
