"""Registers the work list, the glossary and their rights with Wagtail."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.permissions import register_permission_policy

from amur.portal.offices.policies import Subject
from amur.portal.translations.models import Term
from amur.portal.translations.policies import GlossaryPolicy

register_permission_policy(Term, GlossaryPolicy(Term, Subject.GLOSSARY))

ON_FIRST_PAGE = 8


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    """The pages of the work list."""
    from amur.portal.translations import editor, exchange_views, views

    one = "translations/<slug:kind>/<uuid:subject>/<slug:language>/"
    return [
        path("translations/", views.queue_page, name="translations-queue"),
        path("translations/matrix/", views.matrix_page, name="translations-matrix"),
        path("translations/matrix.csv", views.export_matrix, name="translations-csv"),
        path("translations/files/", exchange_views.exchange_page, name="translations-files"),
        path("translations/files/export", exchange_views.export_view, name="translations-export"),
        path("translations/machine/", exchange_views.machine_view, name="translations-machine"),
        path(one, editor.edit, name="translations-edit"),
        path(f"{one}claim/", views.claim, name="translations-claim"),
    ]


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The glossary, in the menu."""
    from amur.portal.translations.admin import TermViewSet

    return TermViewSet()


class WorkItem(MenuItem):
    """Shown to those who can translate something, or who check everything."""

    def is_shown(self, request: Any) -> bool:
        from amur.portal.translations.views import may_enter

        return may_enter(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """The way to the queue."""
    return WorkItem(
        _("Translations"), reverse("translations-queue"), name="translations", icon_name="globe", order=305
    )


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    """The look of the work list, on the first page as well."""
    return format_html('<link rel="stylesheet" href="{}">', static("translations/translations.css"))


class QueuePanel(Component):
    """The most urgent translations, on the first page of the editing pages."""

    name = "translations"
    template_name = "translations/panel.html"
    order = 110

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def rows(self) -> list[Any]:
        from amur.portal.translations import queries

        return list(queries.queue(queries.reach_of(self.request.user))[: ON_FIRST_PAGE + 1])

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"rows": self.rows[:ON_FIRST_PAGE], "more": len(self.rows) > ON_FIRST_PAGE}


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """My queue, when there is something in it."""
    panel = QueuePanel(request)
    if panel.rows:
        panels.append(panel)
