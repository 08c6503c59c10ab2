"""Takes away from Wagtail what has no use here, and answers for what is absent."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.defaults import page_not_found
from wagtail import hooks
from wagtail.models import Page

from amur.portal.website.insight import in_sight

# They lead to foreign hosts, or count what this site has only one of.
NO_USE = frozenset(
    {"editor-guide", "page-types-usage", "workflows", "workflow-tasks", "collections", "sites", "users"}
)


class NoFiles:
    """Wagtail's editing pages name these addresses though its image and document apps are absent."""

    model = type("Nothing", (), {})  # the router asks which model an endpoint is for

    @staticmethod
    def get_urlpatterns() -> list[Any]:
        return [path("", page_not_found, {"exception": Http404()}, name="listing")]


@hooks.register("construct_admin_api")
def answer_for_absent_apps(router: Any) -> None:
    """Let the addresses exist and lead nowhere."""
    for name in ("images", "documents"):
        router.register_endpoint(name, NoFiles)


@hooks.register("construct_page_chooser_queryset")
def choose_among(pages: "QuerySet[Page]", request: HttpRequest) -> "QuerySet[Page]":
    """A link leads to a page that the person may see."""
    return in_sight(pages, request.user)


@hooks.register("register_admin_urls", order=-1)
def translation_urls() -> list[Any]:
    """The form that copies a page for translation, in the place of the one that knows no offices."""
    from amur.portal.website.translating import TranslatePageView

    return [path("translation/submit/page/<int:page_id>/", TranslatePageView.as_view())]


@hooks.register("insert_editor_js")
def one_save() -> SafeString:
    """A page that saves by itself and is saved by a button has still one editor."""
    return format_html('<script src="{}"></script>', static("website/one_save.js"))


@hooks.register("construct_help_menu")
@hooks.register("construct_reports_menu")
@hooks.register("construct_settings_menu")
def hide_what_has_no_use(request: HttpRequest, items: list[Any]) -> None:
    """Drop menu items without use; Wagtail hides a group that stays empty."""
    items[:] = [one for one in items if one.name not in NO_USE and not one.name.startswith("whats-new")]
